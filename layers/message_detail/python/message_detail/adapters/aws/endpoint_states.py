"""How endpoints fare, in the table: whether they are paused, since when they fail, when they last took something."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from message_detail.adapters.aws.attributes import Item, get_text, text
from message_detail.adapters.aws.key_schema import ENDPOINT
from message_detail.adapters.aws.known_rows import KnownRows
from message_detail.adapters.aws.table import ConditionFailed, Table
from message_detail.domain.times import from_epoch

NOTED_SECONDS: Final = 60.0
"""How often a container notes anew that an endpoint is well."""


@dataclass(frozen=True, slots=True)
class EndpointState:
    """How an endpoint fares; moments are canonical timestamps, None: never, or no more.

    `resumed_at` is when it was resumed, as long as what waited has not all been made due.
    """

    paused_at: str | None = None
    reason: str | None = None
    resumed_at: str | None = None
    failing_since: str | None = None
    last_success: str | None = None
    last_error: str | None = None
    last_error_at: str | None = None

    @property
    def is_paused(self) -> bool:
        """Whether nothing is sent there."""
        return self.paused_at is not None


class EndpointStates:
    """States in the table. `now` gives seconds since 1970."""

    def __init__(self, table: Table, now: Callable[[], float] = time.time) -> None:
        self._table = table
        self._now = now
        self._rows = KnownRows(table, now)
        self._noted: dict[str, float] = {}

    def get(self, endpoint: str) -> EndpointState:
        """How an endpoint fares, as this container knows for two seconds. StorageError."""
        (row,) = self._rows.get([_key(endpoint)])
        return _state(row)

    def many(self, endpoints: Iterable[str]) -> Mapping[str, EndpointState]:
        """How endpoints fare now. StorageError."""
        names = list(endpoints)
        rows = {row["pk"]["S"]: row for row in self._table.get_many(map(_key, names))} if names else {}
        return {name: _state(rows.get(ENDPOINT.partition(endpoint=name), {})) for name in names}

    def succeeded(self, endpoint: str) -> None:
        """Notes that an endpoint took an event: at most once a minute in this container, unless it had failed."""
        was_failing = self.get(endpoint).failing_since is not None
        if not was_failing and self._now() - self._noted.get(endpoint, float("-inf")) < NOTED_SECONDS:
            return
        self._noted[endpoint] = self._now()
        self._change(endpoint, "SET last_success = :at REMOVE failing_since", {":at": self._moment()})

    def failed(self, endpoint: str, error: str) -> None:
        """Notes that an endpoint did not take an event, and why."""
        self._change(
            endpoint,
            "SET last_error = :error, last_error_at = :at, failing_since = if_not_exists(failing_since, :at)",
            {":error": text(error), ":at": self._moment()},
        )

    def pause(self, endpoint: str, reason: str) -> bool:
        """Whether the endpoint was sent something until now: from now on it is not."""
        try:
            self._change(
                endpoint,
                "SET paused_at = :at, reason = :reason REMOVE resumed_at",
                {":at": self._moment(), ":reason": text(reason)},
                condition="attribute_not_exists(paused_at)",
            )
        except ConditionFailed:
            return False
        return True

    def resume(self, endpoint: str) -> bool:
        """Whether the endpoint was paused: from now on it is sent what waited, and what comes."""
        try:
            self._change(
                endpoint,
                "SET resumed_at = :at REMOVE paused_at, reason, failing_since",
                {":at": self._moment()},
                condition="attribute_exists(paused_at)",
            )
        except ConditionFailed:
            return False
        return True

    def released(self, endpoint: str, resumed_at: str) -> None:
        """Notes that all that waited when the endpoint was resumed is due."""
        with suppress(ConditionFailed):
            self._change(endpoint, "REMOVE resumed_at", {":was": text(resumed_at)}, condition="resumed_at = :was")

    def _change(self, endpoint: str, change: str, values: Item, condition: str | None = None) -> None:
        """A change, after which this container reads the row anew."""
        self._rows.forget(_key(endpoint))
        self._table.update(_key(endpoint), change, values, condition=condition)

    def _moment(self) -> Item:
        return text(from_epoch(self._now()))


def _key(endpoint: str) -> Item:
    return ENDPOINT.key(endpoint=endpoint)


def _state(row: Item) -> EndpointState:
    return EndpointState(**{name: get_text(row, name) for name in EndpointState.__slots__})
