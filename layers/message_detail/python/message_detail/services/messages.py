"""The use cases of one provider's messages: look one up, read its timeline, keep what an answer says."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final, Protocol

from message_detail import observability
from message_detail.adapters.aws.message_store import Store, Stored
from message_detail.domain.content_policy import without_content
from message_detail.domain.errors import AccountUnusable, MessageNotFound, Temporary
from message_detail.domain.explanation.facts import Facts
from message_detail.domain.message import Freshness, Message, Observation, Via
from message_detail.domain.message_ids import check_message_id, message_id
from message_detail.domain.message_view import MessageView
from message_detail.domain.normalized import NormalizedMessage
from message_detail.domain.reconcile_policy import DEFAULT_PLAN, Plan, Schedule, gives_up
from message_detail.domain.timeline import MessageState, merge, state_from_answer
from message_detail.domain.times import from_epoch, seconds_between
from message_detail.providers.base.account import NONE, Account, AccountSchema
from message_detail.providers.base.provider import Look
from message_detail.services.provider_gateway import Budget, ProviderGateway
from message_detail.services.raw_answer import RawAnswer

NOTHING_KNOWN: Final = MessageState()


class Accounts(Protocol):
    """Where accounts come from."""

    def account(self, provider: str, name: str, schema: AccountSchema) -> Account:
        """The account, or UnknownAccount."""
        ...


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
        self.plan = plan
        self._now = now

    def account(self, name: str) -> Account:
        """The provider's account of that name, or UnknownAccount. Settings that can't be used are noted."""
        try:
            return self._accounts.account(self.provider.name, name, self.provider.schema)
        except AccountUnusable as error:
            self.gateway.note_unusable(name, error)
            raise

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
        return Facts.of(state, self.provider.title, self.schedule(account), freshness)

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
            normalized = self.gateway.fetch(account, native_id, Via.LOOKUP, look_at(stored), budget)
        except Temporary:
            if known is None:
                raise
            return stored.state, Freshness.STALE
        return self.keep(account, native_id, normalized, stored), Freshness.LIVE

    def timeline(self, account_name: str, native_id: str) -> tuple[Observation, ...]:
        """The stored message's statuses, oldest first; MessageNotFound when nothing of it is stored."""
        account = self.account(account_name)
        state = self.store.read(self.id(account, native_id)).state
        if not state.events:
            raise MessageNotFound(
                "no message with this id is stored: look it up first",
                provider=account.provider,
                account=account.name,
            )
        return state.timeline

    def raw(self, account_name: str, native_id: str) -> RawAnswer:
        """What the provider last answered about a stored message; MessageNotFound where nothing of it is kept."""
        account = self.account(account_name)
        details = self.stored(account, native_id).state.details
        answer = RawAnswer.of(details) if details is not None else None
        if answer is None:
            why = (
                "the account keeps no content (store_content)" if account.store_content == NONE else "look it up first"
            )
            raise MessageNotFound(
                f"no answer of the provider is kept of this message: {why}",
                provider=account.provider,
                account=account.name,
            )
        return answer

    def stored(self, account: Account, native_id: str) -> Stored:
        """What is stored of a message. What has to be known before its account is called is read with it."""
        unknown = self.gateway.unknown(account)
        stored, items = self.store.read_with(self.id(account, native_id), unknown)
        self.gateway.learn(unknown, items)
        return stored

    def keep(
        self,
        account: Account,
        native_id: str,
        normalized: NormalizedMessage,
        stored: Stored,
        besides: MessageState = NOTHING_KNOWN,
    ) -> MessageState:
        """Joins a normalized answer, and what is known besides, to what is stored of its message; returns the whole."""
        if account.store_content == NONE:
            normalized = replace(normalized, message=without_content(normalized.message), answer=None)
        state = merge(stored.state, merge(state_from_answer(normalized), besides))
        now = from_epoch(self._now())
        if gives_up(state, now, self.plan):
            state = merge(state, MessageState(given_up=now))
        return self.record(account, native_id, state, stored)

    def record(self, account: Account, native_id: str, new: MessageState, stored: Stored) -> MessageState:
        """Joins what is new to what is stored of a message; returns the whole."""
        return self.store.add(self.id(account, native_id), new, stored, self.schedule(account), account.retention_days)

    def schedule(self, account: Account) -> Schedule:
        """When the account's messages are looked at again. Where no content is stored, none is waited for."""
        return Schedule(self.plan, self.provider.reports_engagement, account.store_content != NONE)

    def id(self, account: Account, native_id: str) -> str:
        """The id of a message of the provider's; InvalidRequest where no message can have it."""
        return message_id(account.provider, account.name, check_message_id(native_id))

    def _age(self, message: Message) -> float:
        return seconds_between(message.provenance.fetched_at, from_epoch(self._now()))


def look_at(stored: Stored, part: str | None = None) -> Look:
    """How to ask for a message of which something is stored."""
    details = stored.state.details
    return Look(part, details.message if details is not None else None)
