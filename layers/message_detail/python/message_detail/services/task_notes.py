"""What people are told of a provider's tasks afterwards: the journal of messages, how webhooks come, dead letters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from message_detail.adapters.aws.journal import Journal
from message_detail.adapters.aws.rejected_webhooks import RejectedWebhooks
from message_detail.adapters.aws.stats import AccountHealth
from message_detail.adapters.aws.webhook_facts import WebhookBook
from message_detail.domain.journal import Step
from message_detail.domain.message import Via
from message_detail.domain.tasks import AnyTask, RefusalTask, Task
from message_detail.domain.times import parse_instant
from message_detail.services.message_tasks import via_of

EACH_TRY: Final = 4
"""So many tries of a task are noted one by one; then the 8th, the 16th …, each for those since the last."""


class TaskNotes:
    """The notes of one provider's worker."""

    def __init__(
        self,
        provider: str,
        health: AccountHealth,
        rejected: RejectedWebhooks,
        webhooks: WebhookBook,
        journal: Journal,
    ) -> None:
        self._provider = provider
        self._health = health
        self._rejected = rejected
        self._webhooks = webhooks
        self._journal = journal

    def received(self, tasks: Iterable[AnyTask]) -> None:
        """Notes which accounts' webhooks have come, by tasks that are received for the first time."""
        came: dict[str, dict[str, str]] = {}
        for task in tasks:
            if isinstance(task, Task) and task.via == Via.WEBHOOK and _is_new(task):
                events = came.setdefault(task.account, {})
                events[task.event or task.received_at] = parse_instant(task.received_at)
        for account, events in came.items():
            self._webhooks.came(self._provider, account, len(events), max(events.values()))

    def refused(self, task: RefusalTask) -> None:
        """Keeps a refusal of the sample."""
        self._rejected.keep(task)
        self._webhooks.refused(task)

    def duplicates(self, task: Task, count: int) -> None:
        """Notes that events of a task's message came again."""
        if count:
            self._journal.note(task.id, Step.DUPLICATE, Via.WEBHOOK, count=count)

    def failed(self, task: AnyTask, step: Step, code: str, tries: int) -> None:
        """Notes how a try of a task ended. `tries`: which one since it was last queued.

        That a look of our own at a message that is due was put off is told by its account's state, for all of them.
        """
        if not isinstance(task, Task) or (step is Step.TRIED and task.via == Via.RECONCILE):
            return
        count = tries_to_note(task.deferrals + tries) if step is Step.TRIED else 1
        if count:
            told_at = parse_instant(task.received_at)
            self._journal.note(task.id, step, via_of(task).value, code, told_at=told_at, count=count)

    def dead(self) -> None:
        """Counts a dead letter."""
        self._health.dead(self._provider)


def tries_to_note(number: int) -> int:
    """For how many tries a task's try of that number (from 1) is noted; 0: not at all."""
    if number <= EACH_TRY:
        return 1
    return number // 2 if number & (number - 1) == 0 else 0


def _is_new(task: Task) -> bool:
    """Whether the task is a webhook's own, which has just come."""
    return not task.confirms and task.deferrals == 0 and task.first_queued_at is None
