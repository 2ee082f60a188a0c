"""Write docs/table.md: every kind of item in the table, by the key schema.

Usage: python -m tools.table_reference
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from message_detail.adapters.aws.key_schema import DUE_INDEX, KINDS, KeyKind
from tools.marked import MarkedPart, head, row

PART: Final = MarkedPart("table.md", "kinds", "tools.table_reference")


def reference() -> str:
    """A table of all keys, and a section for each kind."""
    lines = [head("kind", "`pk`", "`sk`", "read by", "written by")]
    lines += [
        row(kind.name, f"`{kind.pk}`", f"`{kind.sk}`", ", ".join(kind.read_by), ", ".join(kind.written_by))
        for kind in KINDS
    ]
    lines += ["", f"The secondary index `{DUE_INDEX}` holds the keys of the messages that are due.", ""]
    return "\n".join([*lines, *(line for kind in KINDS for line in _section(kind))])


def _section(kind: KeyKind) -> Iterator[str]:
    yield from (f"## {kind.name[0].upper()}{kind.name[1:]}", "", f"{kind.holds}.", "")
    yield f"- Attributes: {', '.join(f'`{name}` ({type_})' for name, type_ in kind.attributes.items())}"
    yield from (f"- A read costs: {kind.read}", f"- A write costs: {kind.write}", f"- Kept: {kind.kept}", "")


if __name__ == "__main__":
    PART.write(reference())
