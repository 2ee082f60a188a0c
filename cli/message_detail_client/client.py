"""The client: the routes, and what goes over several pages of one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from message_detail_client.answers import Message, MessagePage
from message_detail_client.routes import Routes


class Client(Routes):
    """The API at an address (without `/v1`), with a key. Close it, or use it in a `with`."""

    def pages(self, route: Callable[..., MessagePage], **parameters: Any) -> Iterator[Message]:
        """The messages of all pages of a list, such as `pages(client.list_messages, provider="cellcast")`."""
        cursor = None
        while True:
            page = route(**parameters, cursor=cursor)
            yield from page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return
