"""The use cases of one provider's functions: look a message up, read its timeline, process a task."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final, Protocol

from pydantic import ValidationError

from message_detail import observability
from message_detail.adapters.aws.message_store import Store, Stored
from message_detail.domain.content_policy import without_content
from message_detail.domain.errors import (
    MessageNotFound,
    MessageNotYetFound,
    ProviderError,
    ProviderRefusedForNow,
    Temporary,
    UnknownAccount,
)
from message_detail.domain.explanation.facts import Facts
from message_detail.domain.message import FUTURE_TIME, Drift, Freshness, Message, Observation, Via
from message_detail.domain.message_ids import check_message_id, message_id
from message_detail.domain.message_view import MessageView
from message_detail.domain.normalized import NormalizedMessage
from message_detail.domain.reconcile_policy import DEFAULT_PLAN, Plan, Schedule, gives_up, next_look_for_media
from message_detail.domain.tasks import Task
from message_detail.domain.timeline import MessageState, merge, merge_observations, regressed, state_from_answer
from message_detail.domain.times import from_epoch, seconds_between
from message_detail.providers.base.account import NONE, Account, AccountSchema
from message_detail.providers.base.provider import Look
from message_detail.services.provider_gateway import Budget, ProviderGateway

_REASONS: Final = frozenset(via.value for via in Via)
LAG_SECONDS: Final = 120.0
"""How long after a webhook a provider's read model may not know the message yet."""


class Accounts(Protocol):
    """Where accounts come from."""

    def account(self, provider: str, name: str, schema: AccountSchema) -> Account:
        """The account, or UnknownAccount."""
        ...


@dataclass(frozen=True, slots=True)
class Processed:
    """How a task ended: the message as it stands, and the seconds since the task was received.

    `regressed`: the provider turned back. `discrepant`: it does not confirm what a webhook announced. `media_look_at`:
    when to look whether what came without text has its files (canonical timestamp), None: no need. `spared`: no call
    was made, since the look had been made meanwhile.
    """

    message: Message
    regressed: bool
    discrepant: bool
    seconds: float
    media_look_at: str | None = None
    spared: bool = False


class Messages:
    """One provider's messages: looked up, fetched and kept."""

    def __init__(
        self,
        accounts: Accounts,
        gateway: ProviderGateway,
        store: Store,
        plan: Plan = DEFAULT_PLAN,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.provider = gateway.provider
        self._accounts = accounts
        self.gateway = gateway
        self.store = store
        self._plan = plan
        self._now = now

    def account(self, name: str) -> Account:
        """The provider's account of that name, or UnknownAccount."""
        return self._accounts.account(self.provider.name, name, self.provider.schema)

    def lookup(self, account_name: str, native_id: str, max_age: float, seconds: float) -> MessageView:
        """The message: a stored copy no older than `max_age` seconds, else fetched within `seconds`.

        An older copy is served when the provider can't be reached or is cooling down.
        """
        state, freshness = self._looked_up(self.account(account_name), native_id, max_age, seconds)
        return MessageView.of(state, freshness)

    def facts(self, account_name: str, native_id: str, max_age: float, seconds: float) -> Facts:
        """What an explanation of the message is made of, looked up as `lookup` does.

        While the provider can't be asked, what webhooks have told is enough, though nothing else is known yet.
        """
        account = self.account(account_name)
        try:
            state, freshness = self._looked_up(account, native_id, max_age, seconds)
        except Temporary:
            state, freshness = self.stored(account, native_id).state, Freshness.STALE
            if not state.events:
                raise
        return Facts.of(state, self.provider.title, self._schedule(account), freshness)

    def _looked_up(
        self, account: Account, native_id: str, max_age: float, seconds: float
    ) -> tuple[MessageState, Freshness]:
        found = self._found(account, native_id, max_age, seconds)
        observability.count(f"lookup_{found[1].value}")
        return found

    def _found(
        self, account: Account, native_id: str, max_age: float, seconds: float
    ) -> tuple[MessageState, Freshness]:
        budget = Budget.of(seconds)
        stored = self.stored(account, native_id)
        known = stored.state.message
        if known is not None and max_age > 0 and self._age(known) <= max_age:
            return stored.state, Freshness.STORED
        try:
            normalized = self.gateway.fetch(account, native_id, Via.LOOKUP, _look(stored), budget)
        except Temporary:
            if known is None:
                raise
            return stored.state, Freshness.STALE
        return self.keep(account, native_id, normalized, stored), Freshness.LIVE

    def timeline(self, account_name: str, native_id: str) -> tuple[Observation, ...]:
        """The stored message's statuses, oldest first; MessageNotFound when nothing of it is stored."""
        account = self.account(account_name)
        state = self.store.read(self._id(account, native_id)).state
        if not state.events:
            raise MessageNotFound(
                "no message with this id is stored: look it up first",
                provider=account.provider,
                account=account.name,
            )
        return state.timeline

    def process(self, task: Task, seconds: float) -> Processed:
        """Fetches and stores the message of a task. What a verified webhook said is stored even if that fails."""
        budget = Budget.of(seconds)
        account = self._task_account(task)
        observed = MessageState(events=merge_observations(_observations(task)))
        stored = self.stored(account, task.message_id)
        if stored.expired and task.via == Via.RECONCILE:
            self.store.postpone(self._id(account, task.message_id), None)
            raise MessageNotFound("the message has expired", provider=account.provider, account=account.name)
        message = stored.state.message
        if message is not None and _is_outdated(task, message):
            return Processed(message, regressed=False, discrepant=False, seconds=0.0, spared=True)
        try:
            normalized = self.gateway.fetch(account, task.message_id, _via(task), _look(stored, task.part), budget)
        except ProviderError as error:
            if observed.events:
                whole_id = self._id(account, task.message_id)
                self.store.add(whole_id, observed, stored, self._schedule(account), account.retention_days)
            if task.via == Via.RECONCILE and not isinstance(error, Temporary):
                self._looked_in_vain(account, task, stored)
            raise self._perhaps_too_early(error, task) from error
        normalized = self._noted(normalized, task)
        turned_back = regressed(stored.state, normalized)
        state = self._add(account, task.message_id, normalized, observed, stored)
        return Processed(
            state.message if state.message is not None else normalized.message,
            turned_back,
            state.discrepant,
            seconds_between(task.received_at, from_epoch(self._now())),
            next_look_for_media(state, self._plan) if account.store_content != NONE else None,
        )

    def look_no_more(self, task: Task) -> None:
        """Takes the message of a task that can't be worked on off what is due: one dead letter of it is enough."""
        self.store.postpone(message_id(self.provider.name, task.account, task.message_id), None)

    def _noted(self, normalized: NormalizedMessage, task: Task) -> NormalizedMessage:
        """The answer with the drift of the webhook that caused it: a time in the future."""
        if task.future_time is None:
            return normalized
        note = Drift(path="webhook.timestamp", problem=FUTURE_TIME, value=task.future_time)
        self.gateway.count_drift([note])
        seen = normalized.message.provenance.drift
        return replace(normalized, message=normalized.message.with_provenance(drift=(*seen, note)))

    def stored(self, account: Account, native_id: str) -> Stored:
        """What is stored of a message. What has to be known before its account is called is read with it."""
        unknown = self.gateway.unknown(account)
        stored, items = self.store.read_with(self._id(account, native_id), unknown)
        self.gateway.learn(unknown, items)
        return stored

    def keep(self, account: Account, native_id: str, normalized: NormalizedMessage, stored: Stored) -> MessageState:
        """Joins a normalized answer to what is stored of its message; returns the whole."""
        return self._add(account, native_id, normalized, MessageState(), stored)

    def _add(
        self, account: Account, native_id: str, normalized: NormalizedMessage, observed: MessageState, stored: Stored
    ) -> MessageState:
        if account.store_content == NONE:
            normalized = replace(normalized, message=without_content(normalized.message))
        state = merge(stored.state, merge(state_from_answer(normalized), observed))
        now = from_epoch(self._now())
        if gives_up(state, now, self._plan):
            state = merge(state, MessageState(given_up=now))
        whole_id = self._id(account, native_id)
        return self.store.add(whole_id, state, stored, self._schedule(account), account.retention_days)

    def _schedule(self, account: Account) -> Schedule:
        """Where no content is stored, none is waited for."""
        return Schedule(self._plan, self.provider.reports_engagement, account.store_content != NONE)

    def _task_account(self, task: Task) -> Account:
        try:
            return self.account(task.account)
        except UnknownAccount:
            if task.via == Via.RECONCILE:
                self.look_no_more(task)
            raise

    def _looked_in_vain(self, account: Account, task: Task, stored: Stored) -> None:
        """A message that its provider has no more, or doesn't give, is asked for as seldom as one that doesn't move."""
        now = from_epoch(self._now())
        whole_id = self._id(account, task.message_id)
        if gives_up(stored.state, now, self._plan):
            self.store.add(
                whole_id, MessageState(given_up=now), stored, self._schedule(account), account.retention_days
            )
            return
        looked_at = merge(stored.state, MessageState(fetched=(now, Via.RECONCILE)))
        self.store.postpone(whole_id, self._schedule(account).next_look(looked_at))

    def _perhaps_too_early(self, error: ProviderError, task: Task) -> ProviderError:
        """A webhook can outrun the provider's own read model: what is not there yet may be there in a minute."""
        lagging = isinstance(error, MessageNotFound | ProviderRefusedForNow) and task.via == Via.WEBHOOK
        if not lagging or seconds_between(task.received_at, from_epoch(self._now())) > LAG_SECONDS:
            return error
        return MessageNotYetFound(
            error.detail,
            provider=error.provider,
            account=error.account,
            retry_after=min(40, 5 * 2 ** min(task.deferrals, 3)),
        )

    def _id(self, account: Account, native_id: str) -> str:
        return message_id(account.provider, account.name, check_message_id(native_id))

    def _age(self, message: Message) -> float:
        return seconds_between(message.provenance.fetched_at, from_epoch(self._now()))


def _look(stored: Stored, part: str | None = None) -> Look:
    details = stored.state.details
    return Look(part, details.message if details is not None else None)


def _observations(task: Task) -> Iterator[Observation]:
    """What the webhook of a task said. What can't be read of it is counted: it is a hint, and the fetch tells more."""
    for entry in task.observations:
        try:
            known = {name: entry[name] for name in Observation.model_fields if name in entry}
            yield Observation.model_validate(known)
        except (ValidationError, TypeError):
            observability.count("unreadable_observations")


def _via(task: Task) -> Via:
    """Why the message is fetched; a reason that a later release has, and this one not, is a refresh."""
    return Via(task.via) if task.via in _REASONS else Via.REFRESH


def _is_outdated(task: Task, message: Message) -> bool:
    """Whether a look that was planned has been made meanwhile for another reason."""
    return task.via == Via.RECONCILE and message.provenance.fetched_at > task.received_at
