"""A function's container, in this process: what Lambda gives a handler, and what a container keeps."""

from __future__ import annotations

from typing import Any, Final

from message_detail import bootstrap, settings
from message_detail.adapters.aws import clients
from message_detail.entrypoints import worker


class Context:
    """What Lambda gives a handler beside the event."""

    aws_request_id = "request-1"
    function_name = "function"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:function"

    def get_remaining_time_in_millis(self) -> int:
        return 25_000


def _is_cache(value: Any) -> bool:
    return hasattr(value, "cache_clear")


CACHES: Final = {one for module in (bootstrap, settings, worker) for one in vars(module).values() if _is_cache(one)}
"""By value, since tests put others in the place of what is kept."""


CLIENTS: Final = clients.client
"""The clients, of which a test may put another in the place of one."""


def forget() -> None:
    """What follows happens in a new container, but for the clients: they take long to make, so all tests share them."""
    for cache in CACHES:
        cache.cache_clear()


def put(**members: Any) -> None:
    """Puts others in the place of members of this container's services, until they are forgotten."""
    vars(bootstrap.services()).update(members)


def make_anew(*members: str) -> None:
    """Has members of this container's services made again on their next use."""
    for member in members:
        vars(bootstrap.services()).pop(member, None)
