"""docs/cli.md names the commands and tools of today."""

from __future__ import annotations

from tools.command_reference import COMMANDS_PART, TOOLS_PART, commands, tools


def test_the_document_names_every_command_and_tool() -> None:
    written = COMMANDS_PART.read()
    assert written == COMMANDS_PART.updated(commands()), "run: python -m tools.command_reference"
    assert written == TOOLS_PART.updated(tools()), "run: python -m tools.command_reference"
