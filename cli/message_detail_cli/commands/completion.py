"""`message-detail completion`: the script by which a shell completes commands, options, providers and statuses."""

from __future__ import annotations

import argparse
from typing import Final

from message_detail_cli.errors import OK
from message_detail_cli.output import say, say_json
from message_detail_cli.tools import Tools

PROGRAM: Final = "message-detail"
SHELLS: Final = ("bash", "zsh", "fish")
MORE: Final = (
    f'For this session: eval "$({PROGRAM} completion bash)" (zsh likewise), or {PROGRAM} completion fish | source. '
    "For all of them put that line into ~/.bashrc, ~/.zshrc or ~/.config/fish/config.fish."
)


def options(parser: argparse.ArgumentParser) -> None:
    """Its own options."""
    parser.add_argument("shell", choices=SHELLS, help="which shell")


def run(arguments: argparse.Namespace, _tools: Tools) -> int:
    """The script, which asks this program at each completion: see completing.py."""
    from argcomplete.shell_integration import shellcode

    script = shellcode([PROGRAM], shell=arguments.shell).strip()
    if arguments.json:
        say_json({"shell": arguments.shell, "script": script})
    else:
        say(script)
    return OK
