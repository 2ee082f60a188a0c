"""`message-detail mcp`: a server of tools for AI assistants, on standard input and output."""

from __future__ import annotations

import argparse
from typing import Final

from message_detail_cli.api import api_of
from message_detail_cli.assistant.reader import Reader
from message_detail_cli.errors import OK, UsageProblem
from message_detail_cli.tools import Tools

MORE: Final = (
    "It speaks the Model Context Protocol and reads only, with a session token of the key's. Addresses are masked and "
    "texts left out unless --content says otherwise. An assistant is told to run: message-detail mcp --profile NAME."
)
MISSING: Final = "this needs the package mcp: pip install 'message-detail[mcp]' (pipx inject message-detail mcp)"


def options(parser: argparse.ArgumentParser) -> None:
    """Its own options."""
    text = "let the assistant see texts, names and addresses (the key needs the scope read)"
    parser.add_argument("--content", action="store_true", help=text)


def run(arguments: argparse.Namespace, tools: Tools) -> int:
    """Serves until its input ends."""
    try:
        from message_detail_cli.assistant.server import server
    except ModuleNotFoundError as error:
        if str(error.name).partition(".")[0] != "mcp":
            raise
        raise UsageProblem(MISSING) from None
    server(Reader(api_of(arguments, tools), content=arguments.content)).run("stdio")
    return OK
