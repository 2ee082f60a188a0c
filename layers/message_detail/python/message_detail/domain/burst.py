"""The tasks of one message that meet in a batch, and what is to be done for them, with its row in hand. Pure.

A provider is asked only for what is not known yet: not for an event that was taken in before, not where an answer that
was fetched afterwards shows what the event said, and once for all that verified events announce within a while. Any
batching, order and duplicate of tasks ends in the same row; what is decided here is only how many calls it takes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import Final

from pydantic import ValidationError

from message_detail.domain.message import Message, Observation, Via
from message_detail.domain.seen_events import SeenEvents
from message_detail.domain.status import by_direction, rank
from message_detail.domain.tasks import Task
from message_detail.domain.timeline import EventKey, MessageState, merge_observations, standing


class Step(Enum):
    """What is to be done."""

    NOTHING = "nothing"
    """Every event was taken in before."""
    ANSWERED = "answered"
    """A stored answer shows it all already."""
    ANNOUNCE = "announce"
    """Verified events tell statuses of a known message: they count at once, and one fetch confirms them soon."""
    FETCH = "fetch"


@dataclass(frozen=True, slots=True)
class Burst:
    """Tasks of one message. `fresh` are those that are no duplicates; `observed` is what all say of the status, `seen`
    by which events the fresh ones will be known, and `unreadable` how many observations can't be read: they are hints,
    and the fetch tells more."""

    tasks: Sequence[Task]
    fresh: Sequence[Task]
    observed: MessageState
    seen: MessageState
    step: Step
    unreadable: int = 0

    @property
    def duplicates(self) -> int:
        """Tasks whose event was taken in before, or with another of these tasks."""
        return len(self.tasks) - len(self.fresh)

    @property
    def announcing(self) -> Task:
        """The first of the fresh tasks that a webhook made; there is one where something is announced."""
        return next(task for task in self.fresh if task.via == Via.WEBHOOK)

    @property
    def wants_thread(self) -> bool:
        """Whether one of the fresh tasks is about the message's thread as well."""
        return any(task.thread for task in self.fresh)

    def settles(self, known: MessageState, now: str, latest: str) -> str | None:
        """The latest moment for which a fetch for these tasks is the one that was planned to confirm what webhooks
        announced; None where it is none. A look at what is due is, unless one is on its way (see `is_planned`)."""
        moments = [task.received_at for task in self.fresh if task.confirms]
        due = any(task.via == Via.RECONCILE for task in self.fresh)
        if due and known.confirm_at is not None and not is_planned(known, now, latest):
            moments.append(known.confirm_at)
        return max(moments, default=None)


def read_burst(tasks: Sequence[Task], known: MessageState, confirm_after: float) -> Burst:
    """What the tasks of one message come to. `confirm_after` (seconds) 0: what is announced is fetched at once."""
    said = [(task, list(_observations(task))) for task in tasks]
    heard = [(task, merge_observations(observations)) for task, observations in said]
    fresh = _fresh(heard, known)
    identities = [task.identity for task, _ in fresh]
    return Burst(
        tasks=tasks,
        fresh=[task for task, _ in fresh],
        observed=MessageState(events=merge_observations(one for _, events in heard for one in events.values())),
        seen=MessageState(seen=SeenEvents.of(identity for identity in identities if identity is not None)),
        step=_step(fresh, known, confirm_after),
        unreadable=sum(len(task.observations) - len(observations) for task, observations in said),
    )


_Heard = tuple[Task, dict[EventKey, Observation]]
_NO_CONFIRMATION: Final = {"confirmed": False, "confirmed_at": None}
"""Of what a webhook said: only an answer of the provider confirms."""


def _observations(task: Task) -> Iterator[Observation]:
    """What the webhook of a task said, as far as it can be read."""
    for entry in task.observations:
        with suppress(ValidationError, TypeError):
            known = {name: entry[name] for name in Observation.model_fields if name in entry}
            yield Observation.model_validate(known | _NO_CONFIRMATION)


def _fresh(heard: Sequence[_Heard], known: MessageState) -> list[_Heard]:
    """Those of which something may be new. A status that was never heard is, under whatever id its event comes."""
    fresh: list[_Heard] = []
    seen = known.seen
    statuses = set(known.events)
    for task, events in heard:
        identity = task.identity
        met = identity is not None and seen.knows(identity)
        if not met or events.keys() - statuses:
            fresh.append((task, events))
        if identity is not None:
            seen = seen.merged([SeenEvents.of([identity])])
        statuses |= events.keys()
    return fresh


def _step(fresh: Sequence[_Heard], known: MessageState, confirm_after: float) -> Step:
    message = known.message
    if not fresh:
        return Step.NOTHING
    if message is None:
        return Step.FETCH
    open_ones = [(task, events) for task, events in fresh if not _is_answered(task, events, known, message)]
    if not open_ones:
        return Step.ANSWERED
    if confirm_after > 0 and all(_is_announcement(task, events) for task, events in open_ones):
        return Step.ANNOUNCE
    return Step.FETCH


def _is_announcement(task: Task, events: dict[EventKey, Observation]) -> bool:
    """Whether a verified webhook told a status: of the message itself, with a time that can be its."""
    return task.via == Via.WEBHOOK and bool(events) and task.part is None and task.future_time is None


def _is_answered(task: Task, events: dict[EventKey, Observation], known: MessageState, message: Message) -> bool:
    """Whether the provider has been asked since the task was received, and showed what it is about."""
    fetched_at = message.provenance.fetched_at
    if task.confirms:
        return fetched_at >= task.received_at and known.is_confirmed
    if task.via == Via.RECONCILE:
        return fetched_at > task.received_at
    if task.via != Via.WEBHOOK or task.part is not None or task.future_time is not None:
        return False
    return fetched_at > task.received_at and all(_is_shown(event, known, message) for event in events.values())


def _is_shown(event: Observation, known: MessageState, message: Message) -> bool:
    """Whether an answer showed this status, or one that only comes after it."""
    told = (event.epoch, rank(by_direction(event.status, message.direction), message.channel))
    return any(shown.confirmed and standing(shown, message.channel) >= told for shown in known.timeline)


def is_planned(known: MessageState, now: str, latest: str) -> bool:
    """Whether a confirming fetch is on its way already: its moment is yet to come, and no later than one planned now.

    Of a moment further away the clock of whoever planned it was ahead: the fetch may have been made long ago.
    """
    return known.confirm_at is not None and known.awaits_confirmation and now < known.confirm_at <= latest
