"""What lies in a dead-letter queue, shown before it is brought back: nothing is taken away, and no body is shown.

SQS shows a message by hiding it from others for a while. So what was looked at is released before the answer goes out,
and a redrive that follows finds all of it; what a crash keeps from being released comes back by itself.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Final

from message_detail import observability
from message_detail.adapters.aws.task_queue import DeadLetter, TaskQueue
from message_detail.domain.errors import InvalidRequest, StorageError
from message_detail.domain.tasks import AnyTask, PageTask, Task, parse
from message_detail.domain.times import from_epoch

HIDDEN_SECONDS: Final = 30
MOST_RECEIVES: Final = 25
"""SQS gives ten at once and often fewer: an end, however few it gives."""
EMPTY_ANSWERS: Final = 2
"""SQS may answer empty while it holds messages; so many times in a row means that it is empty."""
RELEASE_SECONDS: Final = 2.0
"""What is kept of the time for making visible again what was looked at."""


@dataclass(frozen=True, slots=True)
class Buried:
    """A dead letter without its body.

    `reason` is the code of why the task died, `detail` says more; `at` is when it was put on a queue (canonical
    timestamp), `age` the seconds since then. `task` says what it was to do: `message`, `sync`, `refusal`; None where it
    is no task that this release can read. `account` and what follows is the task's: a message has `id` and
    `message_id`, its provider's; `received_at` is when we were told to do it.
    """

    reason: str
    detail: str | None
    at: str | None
    age: int | None
    task: str | None = None
    account: str | None = None
    id: str | None = None
    message_id: str | None = None
    sync_id: str | None = None
    via: str | None = None
    received_at: str | None = None
    correlation_id: str | None = None


@dataclass(frozen=True, slots=True)
class DeadLetters:
    """Those that were found, the newest first, and about how many there are in all."""

    items: list[Buried]
    total: int


def look(queue: TaskQueue, limit: int, now: float, seconds: float) -> DeadLetters:
    """Up to `limit` dead letters, looked for at most so many seconds. `now`: seconds since 1970."""
    until = time.monotonic() + seconds - RELEASE_SECONDS
    total = queue.count_dead_letters()
    found = sorted(_received(queue, limit, total, until), key=lambda letter: letter.sent_at or 0.0, reverse=True)
    return DeadLetters([_buried(letter, now) for letter in found], max(total, len(found)))


def _received(queue: TaskQueue, limit: int, total: int, until: float) -> list[DeadLetter]:
    """Letters, each once, and released again. `total`: about how many there are."""
    found: dict[str, DeadLetter] = {}
    empty = 0
    try:
        for _ in range(MOST_RECEIVES):
            if len(found) >= limit or time.monotonic() > until:
                break
            letters = queue.dead_letters(limit - len(found), HIDDEN_SECONDS)
            found |= {letter.id: letter for letter in letters}
            empty = 0 if letters else empty + 1
            if empty == EMPTY_ANSWERS or (empty and len(found) >= total):
                break
    finally:
        _release(queue, list(found.values()))
    return list(found.values())


def _release(queue: TaskQueue, letters: list[DeadLetter]) -> None:
    try:
        queue.release_all(letters)
    except StorageError as refusal:
        observability.warning("dead letters hidden", seconds=HIDDEN_SECONDS, reason=refusal.detail)


def _buried(letter: DeadLetter, now: float) -> Buried:
    code, _, detail = letter.reason.partition(":")
    sent_at = letter.sent_at
    buried = Buried(
        reason=code,
        detail=detail.strip() or None,
        at=from_epoch(sent_at) if sent_at is not None else None,
        age=max(0, int(now - sent_at)) if sent_at is not None else None,
    )
    try:
        return _told_of(buried, parse(letter.body))
    except InvalidRequest:
        return buried


def _told_of(buried: Buried, task: AnyTask) -> Buried:
    """With what its task was to do."""
    told = replace(
        buried, account=task.account, received_at=task.received_at, correlation_id=task.correlation_id, task="refusal"
    )
    if isinstance(task, Task):
        return replace(told, task="message", id=task.id, message_id=task.message_id, via=task.via)
    return replace(told, task="sync", sync_id=task.sync_id) if isinstance(task, PageTask) else told
