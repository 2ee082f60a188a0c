"""`message-detail stats`: counts as a table, the answer as JSON, a recount that is waited for."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.unit.cli.conftest import Shell

ROW: dict[str, Any] = {
    "day": "2026-06-01", "provider": "cellcast", "account": None, "channel": None, "direction": None, "country": None,
    "messages": 12, "delivered": 9, "delivery_rate": "0.900000", "no_rate": None,
    "delivery_rate_interval": ["0.595850", "0.982124"], "failed": 1, "undecided": 2,
    "seconds_to_delivered": {"n": 9, "p50": 4.0123, "p95": 65.2}, "cost": [{"unit": "AUD", "amount": "0.45"}],
}  # fmt: skip
NO_RATE = {**ROW, "provider": "carecloud", "delivery_rate": None, "no_rate": "never_reported", "cost": []}
NO_RATE |= {"delivery_rate_interval": None, "seconds_to_delivered": {"n": 0, "p50": None, "p95": None}}


def stats(*rows: dict[str, Any], counting: bool = False) -> httpx.Response:
    days = {"as_of": "2026-06-01T12:00:00.000Z", "open_days": ["2026-06-01"]}
    return httpx.Response(200, json={**days, "counting": counting, "rows": list(rows)})


def test_a_line_per_row_with_the_rate_or_why_there_is_none(shell: Shell) -> None:
    shell.says(stats(ROW, NO_RATE))
    ran = shell("stats", "--from", "2026-06-01", "--to", "2026-06-01", "--provider", "cellcast")
    head, first, second = ran.out.splitlines()
    assert head.split() == [
        "DAY", "PROVIDER", "MESSAGES", "DELIVERED", "RATE", "BETWEEN", "FAILED", "UNDECIDED", "P50", "P95", "COST",
    ]  # fmt: skip
    assert first.split("  ")[0] == "2026-06-01"
    assert "90.0 %" in first
    assert "59.6 % to 98.2 %" in first
    assert "4.01 s" in first
    assert "0.45 AUD" in first
    assert "never_reported" in second
    assert "as of 2026-06-01T12:00:00.000Z" in ran.err
    assert "1 of the days are still open" in ran.err
    (request,) = shell.requests
    assert dict(request.url.params) == {
        "from": "2026-06-01", "to": "2026-06-01", "provider": "cellcast", "group_by": "day,provider",
    }  # fmt: skip


def test_json_is_the_answer(shell: Shell) -> None:
    shell.says(stats(ROW))
    assert shell("stats", "--by", "country,channel", "--json").json["rows"] == [ROW]
    assert shell.requests[0].url.params["group_by"] == "country,channel"


def test_a_recount_is_waited_for(shell: Shell) -> None:
    shell.says(httpx.Response(202, json={"days": ["2026-06-01"]}), stats(counting=True), stats(ROW), stats(ROW))
    ran = shell("stats", "--from", "2026-06-01", "--to", "2026-06-01", "--recount")
    assert ran.code == 0
    first = shell.requests[0]
    assert (first.method, first.url.path) == ("POST", "/v1/stats/recount")
    assert json.loads(first.content) == {"from": "2026-06-01", "to": "2026-06-01"}
    assert shell.slept == [2.0]
    assert "counting 1 days anew" in ran.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--from", "june"), "give a day like 2026-11-01"),
        (("--by", "week"), "give some of day, provider"),
        (("--recount",), "goes with --from and --to"),
    ],
    ids=lambda words: str(words),
)
def test_wrong_words_are_said_in_a_line(shell: Shell, words: tuple[str, ...], said: str) -> None:
    assert said in shell.fails(2, "stats", *words)


def test_days_without_counts_are_said(shell: Shell) -> None:
    shell.says(stats())
    assert "nothing was counted in these days" in shell("stats").err
