"""A sample of the webhooks that are refused: enough to see what is wrong with an address or a secret, and no more.

What nobody has proved may come by the thousand. A container lets one of a kind through in a minute, and a few of all
kinds, so that a flood costs what a trickle does. One that is let through says for how many more of the minute before it
stands. Light: the intake imports it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from message_detail import observability
from message_detail.adapters.aws.task_queue import TaskQueue
from message_detail.domain.errors import StorageError
from message_detail.domain.tasks import NO_NAME, RefusalTask
from message_detail.domain.times import from_epoch
from message_detail.providers.base.account import ACCOUNT_NAME

WINDOW_SECONDS: Final = 60.0
MOST: Final = 10
"""Kinds in a window: whoever makes up accounts is one of many."""


class RefusalSample:
    """The sample of one container. `now` gives seconds since 1970."""

    def __init__(self, queue: TaskQueue, now: Callable[[], float]) -> None:
        self._queue = queue
        self._now = now
        self._begun = float("-inf")
        self._seen: dict[tuple[str, str], int] = {}
        self._seen_before: dict[tuple[str, str], int] = {}

    def take(self, provider: str, account: str, reason: str, size: int) -> None:
        """Takes a refusal of a body of `size` bytes into the sample, if it is one for it. `account`: as the address
        names it, which may be anything; what can be no account's name is left out. Never fails."""
        kind = (account if ACCOUNT_NAME.fullmatch(account) else NO_NAME, reason)
        if not self._is_new(kind):
            return
        task = RefusalTask(
            provider=provider,
            account=kind[0],
            refused=reason,
            size=size,
            count=1 + self._seen_before.pop(kind, 0),
            received_at=from_epoch(self._now()),
        )
        try:
            self._queue.send(task)
        except StorageError as error:
            observability.warning("refusal not kept", reason=error.detail)

    def _is_new(self, kind: tuple[str, str]) -> bool:
        """Whether it is the first of its kind in its window; those that follow are counted with the next window's."""
        now = self._now()
        if not 0 <= now - self._begun < WINDOW_SECONDS:
            self._begun, self._seen, self._seen_before = now, {}, self._seen
        if kind in self._seen:
            self._seen[kind] += 1
            return False
        if len(self._seen) == MOST:
            return False
        self._seen[kind] = 0
        return True
