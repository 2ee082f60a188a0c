"""What the providers' pages say to type is what the command takes."""

from __future__ import annotations

import re
import shlex

import pytest

from message_detail import providers
from message_detail_cli.main import parse
from tools.provider_pages import FOLDER

COMMAND = re.compile(r"(?:^    \.venv/bin/|`)message-detail ([^`\n>]+?)(?: > \S+)?(?:`|$)", re.MULTILINE)


@pytest.mark.parametrize("name", providers.names())
def test_each_command_of_a_providers_page_is_one_that_the_program_takes(name: str) -> None:
    page = (FOLDER / f"{name}.md").read_text(encoding="utf-8").replace("<message id>", "1")
    commands = [shlex.split(command) for command in COMMAND.findall(page)]
    for words in commands:
        if name in words:  # else it is a command's name only, in a sentence
            parse(words)
