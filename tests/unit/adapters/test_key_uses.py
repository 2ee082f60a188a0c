"""When a key was last used: noted now and then, by whichever container, and never at the expense of a request."""

from __future__ import annotations

from typing import Any

import pytest

from message_detail.adapters.aws.key_uses import EVERY_SECONDS, KeyUses, last_uses
from message_detail.adapters.aws.table import Table
from message_detail.domain.errors import StorageUnavailable
from message_detail.domain.times import from_epoch
from tests.unit.conftest import Clock, table_of
from tests.unit.samples import NOW, stand_in


@pytest.fixture
def table(dynamodb: Any) -> Table:
    return table_of(dynamodb)


class Writes:
    """A table that counts what is written."""

    def __init__(self, table: Table, error: Exception | None = None) -> None:
        self.table, self.error, self.count = table, error, 0

    def update(self, *arguments: object, **options: object) -> None:
        self.count += 1
        if self.error is not None:
            raise self.error
        self.table.update(*arguments, **options)  # type: ignore[arg-type]


def test_a_key_in_use_is_noted_at_most_every_ten_minutes(table: Table) -> None:
    clock, writes = Clock(), Writes(table)
    uses = KeyUses(stand_in(writes), clock)
    for _ in range(100):
        uses.note("ops")
    assert (writes.count, last_uses(table, ["ops", "idle"])) == (1, {"ops": from_epoch(NOW)})
    clock.now += EVERY_SECONDS
    uses.note("ops")
    assert (writes.count, last_uses(table, ["ops"])) == (2, {"ops": from_epoch(clock.now)})


def test_containers_do_not_write_over_each_other(table: Table) -> None:
    first, second = Clock(), Clock()
    second.now = NOW + 60
    KeyUses(table, first).note("ops")
    KeyUses(table, second).note("ops")
    assert last_uses(table, ["ops"]) == {"ops": from_epoch(NOW)}


def test_a_table_that_refuses_keeps_nobody_out_and_is_not_asked_again_at_once(table: Table) -> None:
    writes = Writes(table, StorageUnavailable("busy"))
    uses = KeyUses(stand_in(writes), Clock())
    for _ in range(5):
        uses.note("ops")
    assert writes.count == 1


@pytest.mark.parametrize("names", [[], ["a"] * 3])
def test_of_keys_that_were_never_used_nothing_is_told(table: Table, names: list[str]) -> None:
    assert last_uses(table, names) == {}
