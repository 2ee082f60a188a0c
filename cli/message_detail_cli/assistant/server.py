"""The server, by the official SDK. Imported only where that is installed."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Final

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations

from message_detail.version import __version__
from message_detail_cli.assistant.reader import Reader
from message_detail_cli.assistant.shown import NOTICE
from message_detail_cli.assistant.tools import tools
from message_detail_cli.errors import CliError

INSTRUCTIONS: Final = (
    "message-detail says what happened to messages (SMS, e-mail, chat, calls), whichever provider carried them. "
    f"Read only. {NOTICE} Where `withheld` is true, texts are left out and persons masked."
)
READS: Final = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=True)


def server(reader: Reader) -> MCPServer:
    """The server with its tools."""
    made = MCPServer("message-detail", version=__version__, instructions=INSTRUCTIONS, log_level="WARNING")
    for tool in tools(reader):
        made.add_tool(
            _told(tool),
            description=inspect.getdoc(tool),
            annotations=READS,
            structured_output=False,
        )
    return made


def _told(tool: Callable[..., str]) -> Callable[..., str]:
    """The tool, whose errors are told to the model in our line."""

    @functools.wraps(tool)
    def run(*values: object, **named: object) -> str:
        try:
            return tool(*values, **named)
        except CliError as error:
            raise ToolError(str(error)) from None

    return run
