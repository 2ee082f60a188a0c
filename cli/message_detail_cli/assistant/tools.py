"""Every tool, in the order in which an assistant is told of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from message_detail_cli.assistant.deliveries import DeliveryTools
from message_detail_cli.assistant.messages import MessageTools
from message_detail_cli.assistant.reader import Reader
from message_detail_cli.assistant.statistics import StatisticsTools

TOOLS: Final = {
    MessageTools: ("find_messages", "get_message", "explain_message", "list_problems"),
    StatisticsTools: ("get_statistics",),
    DeliveryTools: ("list_deliveries",),
}


def tools(reader: Reader) -> Iterator[Callable[..., str]]:
    """The tools, reading by this reader."""
    for kind, names in TOOLS.items():
        made = kind(reader)
        yield from (getattr(made, name) for name in names)
