"""Writes the expected files that recordings of a provider lack, as its code has them now.

    python -m tools.expected acme

Read each against the vendor's page: from then on it is the specification. One that is there is never written again.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Final

from message_detail import providers
from message_detail.domain.errors import UnknownProvider
from message_detail.testing import load_recordings, outcome

FOLDER: Final = Path(__file__).resolve().parents[1] / "tests" / "fixtures"


def write_expected(name: str, folder: Path = FOLDER) -> list[Path]:
    """The files that were written."""
    provider = providers.load(name)
    missing = [one for one in load_recordings(folder / name) if not one.expected_file.is_file()]
    for recording in missing:
        text = json.dumps(outcome(provider, recording), indent=2, ensure_ascii=False)
        recording.expected_file.write_text(f"{text}\n", encoding="utf-8")
    return [recording.expected_file for recording in missing]


def main(arguments: list[str]) -> int:
    """The exit code."""
    if len(arguments) != 1:
        print("usage: python -m tools.expected <provider>", file=sys.stderr)
        return 2
    try:
        written = write_expected(arguments[0])
    except UnknownProvider as error:
        print(f"expected: {error.detail}", file=sys.stderr)
        return 1
    for file in written:
        print(f"{file}: read it against the vendor's page")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
