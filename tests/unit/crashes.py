"""Containers that die in the middle of their work."""

from __future__ import annotations

from typing import Any

WRITES = (
    "put_item",
    "update_item",
    "delete_item",
    "batch_write_item",
    "delete_object",
    "send_message",
    "send_message_batch",
)


class Crash(BaseException):
    """The container dies here."""


class CrashingClient:
    """An AWS client that dies with the write of a number: before it was made, or `after`."""

    def __init__(self, client: Any, writes: list[int], *, after: bool = False) -> None:
        self._client = client
        self._writes = writes
        self._after = after

    def __getattr__(self, operation: str) -> Any:
        def call(**arguments: Any) -> Any:
            if operation not in WRITES:
                return getattr(self._client, operation)(**arguments)
            self._writes[0] -= 1
            if self._writes[0] == 0 and not self._after:
                raise Crash
            result = getattr(self._client, operation)(**arguments)
            if self._writes[0] == 0:
                raise Crash
            return result

        return call
