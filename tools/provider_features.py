"""Write into the README what each provider can tell, as its package and its recorded answers show.

Usage: python -m tools.provider_features
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from message_detail import providers
from message_detail.providers.base import generic_webhook
from message_detail.providers.base.generic_webhook import by_secret
from tools.marked import MarkedPart, head, row

PART: Final = MarkedPart("../README.md", "features", "tools.provider_features")
FIXTURES: Final = Path(__file__).parents[1] / "tests" / "fixtures"
YES: Final = "yes"
NO: Final = "–"
READ: Final = "Status.READ"
"""How a table of statuses names it: that a message was read is told by a word, of which few answers were recorded."""


def table() -> str:
    """A row for each provider."""
    headings = head("", "list", "webhooks", "cost", "read receipts", "replies", "engagement")
    return "\n".join([headings, *map(_row, providers.names())]) + "\n"


def _row(name: str) -> str:
    messages = recorded(name)
    return row(
        providers.provider_title(name),
        YES if providers.has_listing(name) else NO,
        webhooks(name),
        _if_any(messages, lambda message: message["billing"]["lines"]),
        YES if _knows_reading(name) else NO,
        replies(messages),
        _if_any(messages, lambda message: any(message["engagement"].values())),
    )


def recorded(name: str) -> list[Mapping[str, Any]]:
    """What the provider's recorded answers become."""
    found = (json.loads(path.read_text(encoding="utf-8")) for path in sorted(FIXTURES.glob(f"{name}/*.expected.json")))
    return [expected["message"] for expected in found if "message" in expected]


def webhooks(name: str) -> str:
    """How the provider's webhooks are proved, and whether it sends any by itself."""
    webhook = providers.load_webhook(name)
    if webhook.read.__module__ == generic_webhook.__name__:
        return "a relay of yours"
    if webhook.authenticate is by_secret:
        return "with a secret"
    return "signed, the vendor's key" if webhook.whose is not None else "signed, a secret"


def replies(messages: Iterable[Mapping[str, Any]]) -> str:
    """Whether what came back is told on the message that it answers, or as messages of their own."""
    ways = []
    if any(message["replies"] for message in messages):
        ways.append("on the message")
    if any(message["direction"] == "inbound" for message in messages):
        ways.append("as messages")
    return ", ".join(ways) or NO


def _if_any(messages: Iterable[Mapping[str, Any]], tells: Callable[[Mapping[str, Any]], Any]) -> str:
    return YES if any(map(tells, messages)) else NO


def _knows_reading(name: str) -> bool:
    package = Path(providers.__path__[0], name)
    return any(READ in source.read_text(encoding="utf-8") for source in package.glob("*.py"))


if __name__ == "__main__":
    PART.write(table())
