"""Look the pins up among known vulnerabilities, with pip-audit, where its service can be reached.

Usage: python -m tools.audit PROGRAM PINS… (`make check`). Where the service can't be reached, or takes too long, one
line says so and the check goes on: a machine without a network can still be one to work on.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
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


def audit(program: str, pins: list[str], seconds: float = SECONDS) -> int:
    """Prints what is found, one line each; the exit code: 1 where anything is, or where pip-audit itself fails."""
    options = ["--disable-pip", "--no-deps", "--require-hashes", "--progress-spinner", "off", "--format", "json"]
    files = [argument for file in pins for argument in ("--requirement", file)]
    command = [program, *options, "--timeout", str(CALL_SECONDS), *files]
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        print(f"{SKIPPED} gave no answer within {seconds:.0f} s")
        return 0
    try:
        dependencies: list[dict[str, Any]] = json.loads(run.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return _failed(run.stderr)
    found = sorted({line for dependency in dependencies for line in _lines(dependency)})
    print("\n".join(found) or f"audit: {len(dependencies)} pins, none with a known vulnerability")
    return 1 if found else 0


def _failed(complaint: str) -> int:
    if _UNREACHABLE.search(complaint):
        print(f"{SKIPPED} can't be reached")
        return 0
    print(complaint.strip() or "audit: pip-audit failed and said nothing", file=sys.stderr)
    return 1


def _lines(dependency: dict[str, Any]) -> list[str]:
    named = f"audit: {dependency['name']} {dependency.get('version', '')}".strip()
    return [
        f"{named}: {found['id']}, mended in {', '.join(found.get('fix_versions') or ['no version yet'])}"
        for found in dependency.get("vulns", ())
    ]


if __name__ == "__main__":
    sys.exit(audit(sys.argv[1], sys.argv[2:]))
