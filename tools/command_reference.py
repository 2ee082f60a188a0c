"""Write into docs/cli.md which commands there are, and which tools assistants get.

Usage: python -m tools.command_reference
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from typing import Final

from message_detail_cli.assistant.tools import TOOLS
from message_detail_cli.registry import COMMANDS, Entry
from tools.marked import MarkedPart, head, row

COMMANDS_PART: Final = MarkedPart("cli.md", "commands", "tools.command_reference")
TOOLS_PART: Final = MarkedPart("cli.md", "tools", "tools.command_reference")


def commands() -> str:
    """The table of the commands, those of a group by their whole names."""
    return "\n".join((head("command", "what it does"), *_rows(COMMANDS), ""))


def tools() -> str:
    """The table of the tools."""
    made = ((name, inspect.getdoc(getattr(kind, name))) for kind, names in TOOLS.items() for name in names)
    told = (row(f"`{name}`", " ".join(str(text).split())) for name, text in made)
    return "\n".join((head("tool", "what it does"), *told, ""))


def _rows(entries: Sequence[Entry], group: str = "") -> Iterator[str]:
    for entry in entries:
        if entry.commands:
            yield from _rows(entry.commands, f"{group}{entry.name} ")
        else:
            yield row(f"`{group}{entry.name}`", entry.text)


def main() -> None:
    """Write the document."""
    COMMANDS_PART.write(commands())
    TOOLS_PART.write(tools())


if __name__ == "__main__":
    main()
