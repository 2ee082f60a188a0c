"""Rows that releases have stored: tests/rows/<release>, and beside them rows that a person has made up."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parent / "rows"
RELEASES: Final = sorted(path.name for path in FOLDER.iterdir() if path.name[0].isdecimal())
FILES: Final = [path for release in RELEASES for path in sorted((FOLDER / release).glob("*.jsonl"))]
BESIDE: Final = "beside"
"""The file with what is no message's row: tasks, a sync, a token."""


def read_lines(path: Path) -> list[Any]:
    """The rows of a file."""
    return [read_line(line) for line in path.read_text(encoding="utf-8").splitlines()]


def read_line(line: str) -> Any:
    """A row, the bytes of its item read as such."""
    row = json.loads(line)
    for value in row.get("item", {}).values():
        if "B" in value:
            value["B"] = base64.b64decode(value["B"])
    return row


def beside(release: str) -> dict[str, Any]:
    """What a release has left besides messages."""
    (content,) = read_lines(FOLDER / release / f"{BESIDE}.jsonl")
    found: dict[str, Any] = content
    return found
