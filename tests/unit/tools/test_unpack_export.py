"""docs/analytics.md: an export of the table is unpacked, and the page's queries say of it what a plain count does."""

from __future__ import annotations

import base64
import gzip
import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from message_detail.domain.message_csv import COLUMNS
from tests.unit.conftest import Clock
from tests.unit.samples import NOW
from tests.unit.services.numbers_case import ARRIVED, DAY, NumbersWorld, random_state
from tools.unpack_export import EVENTS, MESSAGES, unpack_all

PAGE = Path(__file__).parents[3] / "docs" / "analytics.md"
BLOCKS = re.findall(r"```sql (\w+)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
QUERIES = [sql for kind, sql in BLOCKS if kind == "query"]
HOW_MANY = 240


class Exported:
    """Messages in a table, the table as DynamoDB exports it, and what was unpacked of that, in DuckDB."""

    def __init__(self, folder: Path) -> None:
        world, turn = NumbersWorld(Clock()), random.Random(9)
        for number in range(HOW_MANY + 3):
            world.keep(random_state(turn, number, NOW - 2 * DAY, 2))
        for message in world.export()[:3]:
            world.store.erase(message["id"])
        self.messages = world.export()
        (folder / "data").mkdir()
        with gzip.open(folder / "data" / "a.json.gz", "wt", encoding="utf-8") as file:
            for item in world.dynamodb.scan()["Items"]:
                file.write(json.dumps({"Item": {name: _as_exported(value) for name, value in item.items()}}) + "\n")
        self.counts = unpack_all(folder / "data", folder, NOW)
        self.duckdb = duckdb.connect()
        for kind, sql in BLOCKS:
            if kind in ("duckdb", "views"):
                here = sql.replace("'messages.ndjson'", f"'{folder / MESSAGES}'")
                self.duckdb.execute(here.replace("'events.ndjson'", f"'{folder / EVENTS}'"))

    def rows(self, query: int) -> list[tuple[Any, ...]]:
        """What a query of the page gives, by its number there."""
        return self.duckdb.execute(QUERIES[query - 1]).fetchall()


def _as_exported(value: dict[str, Any]) -> dict[str, Any]:
    return {"B": base64.b64encode(value["B"]).decode()} if "B" in value else value


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exported]:
    made = Exported(tmp_path_factory.mktemp("export"))
    yield made
    made.duckdb.close()


def test_every_message_that_is_shown_is_unpacked_once(exported: Exported) -> None:
    assert exported.counts[0] == len(exported.messages) == HOW_MANY
    ids = exported.duckdb.execute("SELECT id FROM messages").fetchall()
    assert sorted(one for (one,) in ids) == sorted(message["id"] for message in exported.messages)


def test_there_are_ten_queries_and_each_runs(exported: Exported) -> None:
    assert len(QUERIES) == 10
    for number in range(1, 11):
        assert exported.rows(number), QUERIES[number - 1]


def test_rates_are_those_of_a_plain_count(exported: Exported) -> None:
    outbound = [one for one in exported.messages if one["direction"] == "outbound"]
    decided = Counter(one["provider"] for one in outbound if one["final"])
    delivered = Counter(one["provider"] for one in outbound if one["status"] in ARRIVED)
    found_decided, found_delivered = Counter[str](), Counter[str]()
    for provider, _, n, arrived, _ in exported.rows(1):
        found_decided[provider] += n
        found_delivered[provider] += arrived
    assert (+found_decided, +found_delivered) == (+decided, +delivered)


def test_failures_and_costs_are_those_of_a_plain_count(exported: Exported) -> None:
    failed = Counter(
        (one["provider"], one["failure"]["category"], one["failure"]["permanence"])
        for one in exported.messages
        if one["outcome"] == "failure"
    )
    assert {tuple(names): n for *names, n in exported.rows(3)} == failed
    cost = Counter[tuple[str, str | None]]()
    for one in exported.messages:
        lines = one["billing"]["lines"]
        if one["direction"] == "outbound" and len({line["unit"] for line in lines}) == 1:
            cost[one["provider"], lines[0]["unit"]] += sum((Decimal(line["amount"]) for line in lines), Decimal(0))  # type: ignore[assignment]
    assert {(provider, unit): amount for provider, unit, amount, _ in exported.rows(4)} == dict(cost)


def test_every_message_stands_at_one_event(exported: Exported) -> None:
    assert sum(messages for _, _, messages in exported.rows(5)) == HOW_MANY


def test_the_page_has_every_column_of_csv_and_no_other() -> None:
    table = PAGE.read_text(encoding="utf-8").partition("## The columns of CSV")[2].partition("\n## ")[0]
    named = [name for row in re.findall(r"^\| (`.+?`) \|", table, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)]
    assert named == list(COLUMNS)
