"""The README's way from nothing to the first message on AWS: at most ten commands, and such as the programs take."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Final

from message_detail_cli.main import parse

ROOT: Final = Path(__file__).parents[3]
MOST: Final = 10
CONSOLE: Final = "message-detail "


def deployment() -> list[str]:
    """The commands of the README's first block under "Deploy it"."""
    section = (ROOT / "README.md").read_text(encoding="utf-8").split("\n## Deploy it\n")[1].split("\n## ")[0]
    block = re.search(r"(?:^    .+\n)+", section, re.MULTILINE)
    assert block
    return [command.strip() for line in block[0].splitlines() for command in line.split("&&")]


def console_commands() -> list[str]:
    """What follows `message-detail` in them."""
    return [re.split(r"[)]$", command.split(CONSOLE)[1])[0] for command in deployment() if CONSOLE in command]


def test_the_first_message_on_aws_is_at_most_ten_commands_away() -> None:
    commands = deployment()
    assert len(commands) <= MOST
    assert commands[0].startswith("git clone ")
    assert " lookup " in commands[-1]


def test_each_command_of_ours_in_it_is_one_that_the_program_takes() -> None:
    commands = console_commands()
    assert [command.split(" ")[0] for command in commands] == ["accounts", "keys", "lookup"]
    for command in commands:
        arguments = parse(shlex.split(command.replace("<message id>", "1")))
        assert arguments.stack is None  # the default


def test_each_target_of_make_in_it_is_there() -> None:
    targets = {command.split()[1] for command in deployment() if command.startswith("make ")}
    made = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert targets == {"build", "venv"} & made
