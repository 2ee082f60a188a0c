"""Bringing dead letters back to their queue: what is there when it begins, each once, paced.

A task that dies again while others are still being moved lies in the same queue as they do, and would be moved again
and again, at a call to its provider each time. It is known by the moment at which it was brought back, which it
carries (`first_queued_at`); a letter that is new, by SQS's own time. Two redrives at once know each other's too.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from message_detail.adapters.aws.task_queue import DeadLetter, TaskQueue
from message_detail.domain.errors import InvalidRequest, StorageRefused
from message_detail.domain.tasks import AnyTask, parse, revived
from message_detail.domain.times import from_epoch

PER_SECOND: Final = 50
EMPTY_ANSWERS: Final = 2
"""SQS may answer empty while it holds messages; so many times in a row means that it is empty."""
RELEASE_SECONDS: Final = 3.0
"""What is kept of the time for making visible again what stays. What is not comes back by itself in a minute."""


@dataclass(slots=True)
class Redrive:
    """One redrive of a queue. `account`: only its letters; `limit`: so many at the most."""

    queue: TaskQueue
    account: str | None
    limit: int
    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    reasons: Counter[str] = field(default_factory=Counter)
    _others: list[DeadLetter] = field(default_factory=list)
    _began_at: float = 0.0
    _refusal: StorageRefused | None = None

    def run(self, seconds: float) -> tuple[int, dict[str, int]]:
        """Moves letters for at most so many seconds; how many, and how many by the code of why they had died.

        Letters of other accounts, those that are no task of this release, and those that came after the beginning
        stay where they are, as do those that the queue refuses: StorageRefused where it took none.
        """
        until = time.monotonic() + seconds
        self._began_at = self.now()
        empty = 0
        while self.reasons.total() < self.limit and empty < EMPTY_ANSWERS:
            if time.monotonic() > until - RELEASE_SECONDS:
                break
            letters = self.queue.dead_letters(self.limit - self.reasons.total())
            empty = 0 if letters else empty + 1
            for letter in letters:
                self._move(letter)
        for letter in self._others:
            if time.monotonic() > until:
                break
            self.queue.release(letter)
        if self._refusal is not None and not self.reasons:
            raise self._refusal
        return self.reasons.total(), dict(self.reasons)

    def _move(self, letter: DeadLetter) -> None:
        task = self._read_task(letter)
        if task is None:
            self._others.append(letter)
            return
        try:
            self.queue.send(revived(task, from_epoch(self.now())))
        except StorageRefused as refusal:  # of this letter, perhaps: the others first
            self._others.append(letter)
            self._refusal = refusal
            return
        self.queue.remove(letter)
        self.reasons[letter.reason.partition(":")[0]] += 1
        self.sleep(1 / PER_SECOND)

    def _read_task(self, letter: DeadLetter) -> AnyTask | None:
        """The task that is to be brought back; None where the letter stays."""
        try:
            task = parse(letter.body)
        except InvalidRequest:
            return None
        is_ours = self.account is None or task.account == self.account
        is_new = letter.sent_at is not None and letter.sent_at > self._began_at
        is_back = task.first_queued_at is not None and task.first_queued_at >= from_epoch(self._began_at)
        return task if is_ours and not is_new and not is_back else None
