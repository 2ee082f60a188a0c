"""Look the pins up among known vulnerabilities, with pip-audit, where its service can be reached.

Usage: python -m tools.audit PROGRAM PINS… (`make check`). Where the service can't be reached, or takes too long, one
line says so and the check goes on: a machine without a network can still be one to work on.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from typing import Any, Final

SECONDS: Final = 90.0
"""For all pins together."""
CALL_SECONDS: Final = 5
"""For one request of pip-audit's."""
SKIPPED: Final = "audit: skipped, the vulnerability service"
_UNREACHABLE: Final = re.compile(
    r"ConnectionError|ConnectTimeout|ReadTimeout|ProxyError|SSLError|Max retries|Connection refused|Name or service"
    r"|Temporary failure|Could not connect|HTTPError|ServiceError|unreachable"
)
"""What pip-audit says, or raises, when nothing answers it."""


class Skipped(Exception):
    """The service did not answer; the text says how."""


class Failed(Exception):
    """pip-audit can't use what it was given; the text is its own."""


def audit(program: str, pins: list[str], seconds: float = SECONDS) -> int:
    """Prints what is found, one line each; the exit code: 1 where anything is, or where pip-audit itself fails."""
    deadline = time.monotonic() + seconds
    try:
        dependencies = [one for file in pins for one in _asked(program, file, deadline)]
    except Skipped as skipped:
        print(f"{SKIPPED} {skipped}")
        return 0
    except Failed as failed:
        print(failed, file=sys.stderr)
        return 1
    found = sorted({line for dependency in dependencies for line in _lines(dependency)})
    unknown = {dependency["name"] for dependency in dependencies if "skip_reason" in dependency}
    known = {dependency["name"] for dependency in dependencies} - unknown
    if not known:
        print(f"{SKIPPED} knows none of {len(unknown)} pins")
        return 0
    print("\n".join(found) or f"audit: none of {len(known)} pins has a known vulnerability; not known: {len(unknown)}")
    return 1 if found else 0


def _asked(program: str, file: str, deadline: float) -> list[dict[str, Any]]:
    """What pip-audit says of each pin of a file."""
    options = ["--disable-pip", "--require-hashes", "--progress-spinner", "off", "--format", "json"]
    command = [program, *options, "--timeout", str(CALL_SECONDS), "--requirement", file]
    left = deadline - time.monotonic()
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=max(0.1, left), check=False)
    except subprocess.TimeoutExpired:
        raise Skipped("gave no answer in time") from None
    try:
        dependencies: list[dict[str, Any]] = json.loads(run.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        if _UNREACHABLE.search(run.stderr):
            raise Skipped("can't be reached") from None
        raise Failed(run.stderr.strip() or "audit: pip-audit failed and said nothing") from None
    return dependencies


def _lines(dependency: dict[str, Any]) -> list[str]:
    named = f"audit: {dependency['name']} {dependency.get('version', '')}".strip()
    return [
        f"{named}: {found['id']}, fixed in {', '.join(found.get('fix_versions') or ['no version yet'])}"
        for found in dependency.get("vulns", ())
    ]


if __name__ == "__main__":
    sys.exit(audit(sys.argv[1], sys.argv[2:]))
