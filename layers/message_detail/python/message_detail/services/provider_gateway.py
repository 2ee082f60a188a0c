"""The one way to a provider: guard, fetch, respect the budget, count, normalize."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from message_detail import observability
from message_detail.adapters.aws.attributes import Item
from message_detail.adapters.aws.stats import AccountHealth
from message_detail.adapters.aws.throttle import Throttle
from message_detail.adapters.provider_client import ProviderClient
from message_detail.adapters.provider_session import ProviderSession
from message_detail.domain.errors import AccountBusy, AccountUnusable, MessageNotFound, ProviderError
from message_detail.domain.message import Drift, Via
from message_detail.domain.normalized import NormalizedMessage
from message_detail.domain.times import from_epoch
from message_detail.providers import tables_version
from message_detail.providers.base.account import Account
from message_detail.providers.base.listing import Listing, Page, Window
from message_detail.providers.base.provider import Context, Document, Look, Provider


@dataclass(frozen=True, slots=True)
class Budget:
    """The time that a request or task has for its calls: `seconds` in all, until a moment of `time.monotonic`."""

    seconds: float
    until: float

    @classmethod
    def of(cls, seconds: float) -> Budget:
        """So many seconds from now on."""
        return cls(seconds, time.monotonic() + seconds)

    def left(self) -> float:
        """Seconds left; none are negative."""
        return max(0.0, self.until - time.monotonic())

    def begin_by(self, account: Account) -> float:
        """Until when a call may begin: as much time as it may take is left then, or half of a budget that is small."""
        return self.until - min(account.timeout_seconds, self.seconds / 2)


class ProviderGateway:
    """Asks one provider, for any of its accounts."""

    def __init__(
        self,
        provider: Provider,
        client: ProviderClient,
        throttle: Throttle,
        health: AccountHealth,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.provider = provider
        self._client = client
        self._throttle = throttle
        self._health = health
        self._now = now

    def unknown(self, account: Account) -> list[Item]:
        """The keys of what the table says of an account that has to be known before it is called, and isn't yet."""
        return self._throttle.unknown(account)

    def learn(self, unknown: Sequence[Item], items: Sequence[Item]) -> None:
        """Takes in what was read of what was unknown: the items that are there, among others or not."""
        self._throttle.learn(unknown, items)

    def fetch(self, account: Account, native_id: str, via: Via, look: Look, budget: Budget) -> NormalizedMessage:
        """A message as the provider tells it now. ProviderError and its kin."""
        self.provider.check_id(account, native_id)
        with self._session(account, budget) as session:
            asked_at = from_epoch(self._now())  # what happens during the call need not be in its answer
            document = self._throttle.circuit(account, session.fetch, native_id, look)
        return self.normalize(account, native_id, document, via, asked_at)

    def note_unusable(self, account: str, error: AccountUnusable) -> None:
        """Notes that an account's settings can't be used, so that no call can be made."""
        self._health.record_failure(self.provider.name, account, error)

    def page(self, listing: Listing, account: Account, window: Window, cursor: str | None, budget: Budget) -> Page:
        """One page of the provider's list. ProviderError and its kin."""
        with self._session(account, budget) as session:
            return self._throttle.circuit(account, session.page, listing, window, cursor)

    def normalize(
        self, account: Account, native_id: str, document: Document, via: Via, asked_at: str | None = None
    ) -> NormalizedMessage:
        """A provider's answer as our schema; what differs from the tables is counted. `asked_at`: None for now."""
        mapping = tables_version(self.provider.name)
        context = Context(account, native_id, asked_at or from_epoch(self._now()), via, mapping)
        normalized = self.provider.normalize(document, context)
        self.count_drift(normalized.message.provenance.drift, normalized.message.id)
        return normalized

    def count_drift(self, seen: Sequence[Drift], message_id: str) -> None:
        """Counts what of a message differs from the tables: by place, and in the metric that the alarm watches."""
        if seen:
            self._health.drift(self.provider.name, seen, message_id)
            observability.count("drift", len(seen))

    @contextmanager
    def _session(self, account: Account, budget: Budget) -> Iterator[ProviderSession]:
        """Calls to the provider, unless the account is held back; how they ended is noted."""
        started = time.monotonic()
        try:
            with self._throttle.slot(account, budget.begin_by(account)):
                session = self._client.session(self.provider, account, budget.left())
                with self._throttle.budget_respected(account, session):
                    yield session
        except ProviderError as error:
            _log_call(error.code, started)
            if not isinstance(error, MessageNotFound | AccountBusy):
                self._health.record_failure(account.provider, account.name, error)
            raise
        _log_call("ok", started)
        self._health.record_success(account)


def _log_call(outcome: str, started: float) -> None:
    """How a call to a provider ended: `ok`, or by the code of an error."""
    observability.info("provider asked", outcome=outcome, milliseconds=round((time.monotonic() - started) * 1000, 1))
