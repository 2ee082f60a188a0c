"""The use cases of one provider's functions: look a message up, read its timeline, process a task."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from message_detail.accounts import Account, AccountKeys
from message_detail.errors import (
    MessageNotFound,
    MessageNotYetFound,
    ProviderError,
    ProviderRefusedForNow,
    Temporary,
)
from message_detail.fetch import Fetcher
from message_detail.fold import Record, current, events_of, join, record_of, regressed, timeline
from message_detail.message import Freshness, Message, Observation, Via, message_id
from message_detail.pressure import Pressure
from message_detail.provider import Context, Normalized, Provider
from message_detail.queue import Task, check_message_id
from message_detail.store import Store, Stored
from message_detail.times import from_epoch, seconds_between

DEFAULT_MAX_AGE: Final = 60
LAG_SECONDS: Final = 120.0
"""How long after a webhook a provider's read model may not know the message yet."""


class Accounts(Protocol):
    """Where accounts come from."""

    def account(self, provider: str, name: str, keys: AccountKeys) -> Account:
        """The account, or UnknownAccount."""
        ...


@dataclass(frozen=True, slots=True)
class Processed:
    """How a task ended: the message as it stands, whether the provider turned back, seconds since it was received."""

    message: Message
    regressed: bool
    seconds: float


class Service:
    """One provider's use cases."""

    def __init__(
        self,
        provider: Provider,
        accounts: Accounts,
        fetcher: Fetcher,
        store: Store,
        pressure: Pressure,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.provider = provider
        self._accounts = accounts
        self._fetcher = fetcher
        self._store = store
        self._pressure = pressure
        self._now = now

    def account(self, name: str) -> Account:
        """The provider's account of that name, or UnknownAccount."""
        return self._accounts.account(self.provider.name, name, self.provider.keys)

    def look_up(self, account_name: str, native_id: str, max_age: float, seconds: float) -> Message:
        """The message: a stored copy no older than `max_age` seconds, else fetched within `seconds`.

        An older copy is served when the provider can't be reached or is cooling down.
        """
        account = self.account(account_name)
        stored = self._store.read(self._id(account, native_id))
        known = current(stored.record)
        if known is not None and max_age > 0 and self._age(known) <= max_age:
            return known.with_provenance(freshness=Freshness.STORED)
        try:
            normalized = self._fetch(account, native_id, Via.LOOKUP, seconds)
        except Temporary:
            if known is None:
                raise
            return known.with_provenance(freshness=Freshness.STALE)
        return self._add(account, native_id, normalized, Record(), stored)

    def timeline(self, account_name: str, native_id: str) -> list[Observation]:
        """The stored message's statuses, oldest first; MessageNotFound when nothing of it is stored."""
        account = self.account(account_name)
        record = self._store.read(self._id(account, native_id)).record
        if not record.events:
            raise MessageNotFound(
                "no message with this id is stored: look it up first",
                provider=account.provider,
                account=account.name,
            )
        return timeline(record)

    def process(self, task: Task, seconds: float) -> Processed:
        """Fetches and stores the message of a task. What a verified webhook said is stored even if that fails."""
        account = self.account(task.account)
        observed = Record(events=events_of(Observation.model_validate(entry) for entry in task.observations))
        stored = self._store.read(self._id(account, task.message_id))
        try:
            normalized = self._fetch(account, task.message_id, Via(task.via), seconds)
        except ProviderError as error:
            if observed.events:
                self._store.add(self._id(account, task.message_id), observed, stored)
            raise self._perhaps_too_early(error, task) from error
        turned_back = regressed(stored.record, normalized)
        message = self._add(account, task.message_id, normalized, observed, stored)
        return Processed(message, turned_back, seconds_between(task.received_at, from_epoch(self._now())))

    def _fetch(self, account: Account, native_id: str, via: Via, seconds: float) -> Normalized:
        check_message_id(native_id)
        document = self._pressure.guarded(
            account, lambda: self._fetcher.fetch(self.provider, account, native_id, seconds)
        )
        context = Context(account, native_id, from_epoch(self._now()), via)
        return self.provider.normalize(document, context)

    def _add(
        self, account: Account, native_id: str, normalized: Normalized, observed: Record, stored: Stored
    ) -> Message:
        new = join(record_of(normalized), observed)
        message = current(self._store.add(self._id(account, native_id), new, stored))
        return message if message is not None else normalized.message

    def _perhaps_too_early(self, error: ProviderError, task: Task) -> ProviderError:
        """A webhook can outrun the provider's own read model: what is not there yet may be there in a minute."""
        lagging = isinstance(error, MessageNotFound | ProviderRefusedForNow) and task.via == Via.WEBHOOK
        if not lagging or seconds_between(task.received_at, from_epoch(self._now())) > LAG_SECONDS:
            return error
        return MessageNotYetFound(
            error.detail,
            provider=error.provider,
            account=error.account,
            retry_after=min(40, 5 * 2**task.deferrals),
        )

    def _id(self, account: Account, native_id: str) -> str:
        return message_id(account.provider, account.name, check_message_id(native_id))

    def _age(self, message: Message) -> float:
        return seconds_between(message.provenance.fetched_at, from_epoch(self._now()))
