"""What commands print: aligned columns without tabs, or JSON. Results go to stdout, remarks to stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any


def say(text: str) -> None:
    """A result."""
    print(text)


def note(text: str) -> None:
    """A remark, out of the way of what reads the results."""
    print(text, file=sys.stderr, flush=True)


def say_json(value: Any) -> None:
    """A result as indented JSON."""
    say(json.dumps(value, ensure_ascii=False, indent=2))


def table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Rows under a head, in columns two blanks apart."""
    lines = [[name.upper() for name in head], *([clean(cell) for cell in row] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def pairs(values: Mapping[str, Any]) -> str:
    """One line per name and value; names without a value are left out, lists take a line per item."""
    width = max((len(name) for name in values), default=0)
    lines = []
    for name, value in values.items():
        label = name
        for item in value if isinstance(value, list | tuple) else (value,):
            if text := clean(item):
                lines.append(f"{label.ljust(width)}  {text}")
                label = ""
    return "\n".join(lines)


def clean(value: Any) -> str:
    """A value on one line, without the characters that a terminal acts on; nothing for None."""
    if value is None:
        return ""
    text = {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
    return "".join(character if character.isprintable() else " " for character in text).strip()
