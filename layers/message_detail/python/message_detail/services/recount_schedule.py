"""Which days are counted next: those of today every hour, the others that are open once a day, by themselves.

A day that has just closed is counted once more, with each message looked up: what is then counted stays.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Final

from message_detail import observability
from message_detail.adapters.aws.recount_state import RecountState, Running, Turn
from message_detail.adapters.aws.stats import AccountHealth
from message_detail.adapters.aws.task_queue import TaskQueue
from message_detail.domain.errors import StorageRefused
from message_detail.domain.statistics.days import OPEN_DAYS, add_days, day_of
from message_detail.domain.tasks import RecountTask
from message_detail.domain.times import from_epoch

INTERVAL_SECONDS: Final = 3_600.0
"""How often today is counted."""
ROUND_SECONDS: Final = 5.0
"""With less time left of a run no account's recount is begun; it is the next run's."""
NEVER: Final = Turn()


class Recounts:
    """Begins recounts of one provider's accounts. `now` gives seconds since 1970."""

    def __init__(
        self, provider: str, health: AccountHealth, state: RecountState, queue: TaskQueue, now: Callable[[], float]
    ) -> None:
        self._provider = provider
        self._health = health
        self._state = state
        self._queue = queue
        self._now = now

    def begin_all(self, first: str, last: str) -> int:
        """Begins a recount of these days of each account, in which each message is looked up; of how many accounts."""
        accounts = [state.account for state in self._health.accounts(self._provider)]
        for account in accounts:
            self._begin(account, first, last, checked=True)
        return len(accounts)

    def run(self, seconds_left: Callable[[], float]) -> int:
        """Begins the recounts of the accounts whose turn it is; of how many."""
        turns, now, begun = self._state.turns(self._provider), self._now(), 0
        for state in self._health.accounts(self._provider):
            turn = turns.get(state.account, NEVER)
            if turn.next_at > now:
                continue
            if seconds_left() < ROUND_SECONDS:
                break
            begun += self._take_turn(state.account, turn, Turn(round(now + INTERVAL_SECONDS), day_of(now)))
        if begun:
            observability.info("recounts begun", accounts=begun)
        return begun

    def _take_turn(self, account: str, turn: Turn, following: Turn) -> bool:
        """Whether an account's recounts could be queued. If not, its turn comes again: it is noted last."""
        try:
            for first, last, checked in _spans(turn.day, following.day):
                self._begin(account, first, last, checked=checked)
            self._state.note_turn(self._provider, account, following)
        except StorageRefused as error:  # of this account, perhaps: the others first
            observability.warning("no recount", account=account, code=error.code)
            return False
        return True

    def _begin(self, account: str, first: str, last: str, *, checked: bool) -> None:
        recount_id = uuid.uuid4().hex
        self._state.begin(Running(self._provider, account, recount_id, first, last))
        task = RecountTask(
            provider=self._provider,
            account=account,
            recount_id=recount_id,
            day=first,
            last_day=last,
            checked=checked,
            received_at=from_epoch(self._now()),
        )
        self._queue.send(task)


def _spans(before: str, today: str) -> Iterator[tuple[str, str, bool]]:
    """The days to be counted, and whether each of their messages is to be looked up.

    `before`: the day of the turn before, "" where there was none.
    """
    if before == today:
        yield today, today, False
        return
    first_open = add_days(today, -OPEN_DAYS)
    closed_since = max(add_days(before, -OPEN_DAYS), add_days(first_open, -MOST_CLOSED)) if before else first_open
    if closed_since < first_open:
        yield closed_since, add_days(first_open, -1), True
    yield first_open, today, False


MOST_CLOSED: Final = 31
"""Days that closed while nothing ran and are made up for; of more, a recount by hand is the better one."""
