"""What an explanation is made of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from message_detail.domain.explanation.words import own_reason
from message_detail.domain.message import Channel, Direction, Failure, Freshness, Kind, Message, Observation
from message_detail.domain.reconcile_policy import Schedule
from message_detail.domain.status import Outcome, Status, outcome_for
from message_detail.domain.timeline import MessageState, greatest
from message_detail.domain.withholding.withhold import withhold, withhold_observation


@dataclass(frozen=True)
class Facts:
    """What is known of one message.

    `source` is the provider as people call it. `message` is None where only webhooks have told of it so far. `events`
    are its timeline. `next_look` is when it is looked at again by itself, `gives_up_at` when that ends.
    Whatever the sentences say of persons and content is taken from `message` and `events`: see `withheld`.
    """

    source: str
    message: Message | None
    events: tuple[Observation, ...]
    discrepant: bool
    next_look: str | None
    gives_up_at: str | None
    as_of: str
    freshness: Freshness
    in_parts: bool = False

    @classmethod
    def of(cls, state: MessageState, source: str, schedule: Schedule, freshness: Freshness) -> Facts:
        """The facts of a state of which something is known. `schedule`: when its account's messages are looked at."""
        next_look = schedule.next_look(state)
        return cls(
            source=source,
            message=state.message,
            events=state.timeline,
            discrepant=state.discrepant,
            next_look=next_look,
            gives_up_at=schedule.ends(state) if next_look is not None else None,
            as_of=state.fetched[0] if state.fetched is not None else max(e.observed_at for e in state.timeline),
            freshness=freshness,
            in_parts=state.details is not None and state.details.place > 0,
        )

    def withheld(self) -> Facts:
        """What is left of them for somebody who may know neither persons nor content: of a reason that may repeat what
        the message says nothing, since what is left of the message does not tell so any more."""
        message = self.message
        if message is not None and not own_reason(message):
            failure = message.failure and message.failure.model_copy(update={"message": None})
            message = message.model_copy(update={"status_reason": None, "failure": failure})
        return replace(
            self,
            message=message and withhold(message),
            events=tuple(map(withhold_observation, self.events)),
        )

    @property
    def channel(self) -> Channel:
        """The channel, as far as it is known."""
        return self.message.channel if self.message is not None else Channel.UNKNOWN

    @property
    def kind(self) -> Kind:
        """The kind, as far as it is known."""
        return self.message.kind if self.message is not None else Kind.MESSAGE

    @property
    def inbound(self) -> bool:
        """Whether it came in."""
        return self.message is not None and self.message.direction is Direction.INBOUND

    @cached_property
    def top(self) -> Observation | None:
        """The event at which the message stands."""
        return greatest(self.events, self.channel)

    @cached_property
    def shown_by_provider(self) -> Observation | None:
        """The greatest event that an answer of the provider has shown."""
        return greatest((event for event in self.events if event.confirmed), self.channel)

    @cached_property
    def has_attempts(self) -> bool:
        """Whether there was more than one attempt, or is more than one part."""
        return any(event.epoch > 0 for event in self.events)

    @property
    def status(self) -> Status:
        """Where it stands."""
        if self.message is not None:
            return self.message.status
        return self.top.status if self.top is not None else Status.UNKNOWN

    @property
    def status_native(self) -> str | None:
        """The provider's own word for it."""
        if self.message is not None:
            return self.message.status_native
        return self.top.status_native if self.top is not None else None

    @property
    def failure(self) -> Failure | None:
        """Why it failed, where it did."""
        if self.message is not None:
            return self.message.failure
        return self.top.failure if self.top is not None else None

    @property
    def scheduled(self) -> str | None:
        """When it is to be sent, as far as that is known."""
        return self.message.timestamps.scheduled if self.message is not None else None

    @property
    def outcome(self) -> Outcome:
        """What it has come to."""
        return self.message.outcome if self.message is not None else outcome_for(self.status)

    @property
    def announced(self) -> bool:
        """Whether a webhook told the status, and the fetch that is to confirm it is still to come."""
        return self.top is not None and not self.top.confirmed and not self.discrepant
