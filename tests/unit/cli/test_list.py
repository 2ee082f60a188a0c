"""`message-detail list`: every filter of the API, one page or all."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from message_detail.services.search_query import PARAMETERS
from message_detail_cli import filters, moments
from tests.unit.cli.conftest import Shell, problem
from tests.unit.cli.test_messages import whole
from tests.unit.samples import ID, T0


def page(number: int, cursor: str | None) -> httpx.Response:
    return httpx.Response(200, json={"items": [{**whole(), "id": f"m{number}"}], "next_cursor": cursor, "new": 1})


def test_every_filter_of_the_api_is_an_option() -> None:
    assert set(filters._NAMES) == set(PARAMETERS) - {"limit", "cursor", "view"}


def test_options_become_parameters(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moments, "now", lambda: datetime(2026, 6, 1, 12, tzinfo=UTC))
    shell.says(page(1, None))
    words = ["--provider", "samva", "--account", "eu", "--status", "failed,Bounced", "--status", "rejected"]
    shell("list", *words, "--since", "2h", "--until", "2026-06-01T12:00:00Z", "--limit", "5")
    (request,) = shell.requests
    assert dict(request.url.params) == {
        "provider": "samva", "account": "eu", "status": "failed,bounced,rejected", "since": "2026-06-01T10:00:00.000Z",
        "until": T0, "limit": "5", "view": "summary",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["address", "contact", "conversation", "reference"])
def test_a_text_is_handed_on_as_it_is(shell: Shell, name: str) -> None:
    shell.says(page(1, None))
    shell("list", f"--{name}", "+61 491/570&156", "--json")
    assert dict(shell.requests[0].url.params) == {name: "+61 491/570&156"}


def test_discrepancies_and_outcomes(shell: Shell) -> None:
    shell.says(page(1, None))
    shell("list", "--discrepancy", "--json")
    shell("list", "--outcome", "failure", "--json")
    assert [dict(request.url.params) for request in shell.requests] == [{"discrepancy": "true"}, {"outcome": "failure"}]


def test_a_line_per_message_and_a_word_on_the_rest(shell: Shell) -> None:
    shell.says(httpx.Response(200, json={"items": [whole()], "next_cursor": "c"}))
    ran = shell("list")
    head, row = ran.out.splitlines()
    assert head.split() == ["ID", "CHANNEL", "STATUS", "AT", "FROM", ">", "TO"]
    assert row.split()[:4] == [ID, "sms", "delivered", T0]
    assert "parcel" not in ran.all
    assert ran.err == "there are more: --all shows up to 100000 of them\n"


def test_all_walks_the_pages_and_is_one_list(shell: Shell) -> None:
    answers = [page(1, "a"), httpx.Response(200, json={"items": [], "next_cursor": "b"}), page(2, None)]
    shell.says(*answers)
    ran = shell("list", "--all", "--address", "x", "--json")
    assert [item["id"] for item in ran.json["items"]] == ["m1", "m2"]
    assert (ran.json["next_cursor"], ran.json["new"]) == (None, 1)
    params: list[dict[str, Any]] = [dict(request.url.params) for request in shell.requests]
    assert [one.pop("cursor", None) for one in params] == [None, "a", "b"]
    assert params == [{"address": "x", "limit": "100"}] * 3


def test_json_of_one_page_is_the_answer_untouched(shell: Shell) -> None:
    shell.says(page(1, "a"))
    assert shell("list", "--json").json == page(1, "a").json()


def test_csv_is_for_a_spreadsheet(shell: Shell) -> None:
    shell.says(page(1, None))
    lines = shell("list", "-o", "csv").out.splitlines()
    assert lines[0] == "id,channel,status,at,from_>_to"
    assert lines[1].startswith(f"m1,sms,delivered,{T0},")


def test_none_is_no_failure(shell: Shell) -> None:
    shell.says(httpx.Response(200, json={"items": [], "next_cursor": None}))
    ran = shell("list")
    assert (ran.code, ran.out, ran.err) == (0, "", "no stored message is like that\n")


def test_what_the_api_does_not_take_together_is_its_to_say(shell: Shell) -> None:
    shell.says(problem("invalid_request", "give at most one of address, contact", 400))
    assert "give at most one" in shell.fails(1, "list", "--address", "a", "--contact", "b")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--status", "deliverd"), "did you mean delivered or undelivered"),
        (("--status", "failed,"), "there is no status ''"),
        (("--outcome", "sucess"), "did you mean success?"),
        (("--provider", "samwa"), "did you mean samva?"),
        (("--limit", "101"), "from 1 to 100"),
        (("--since", "later"), "give a time"),
        (("--address", ""), "give a text"),
        (("x",), "unrecognized arguments: x"),
    ],
)
def test_a_wrong_option_costs_no_call(shell: Shell, words: tuple[str, ...], said: str) -> None:
    assert said in shell.fails(2, "list", *words)
    assert shell.requests == []
