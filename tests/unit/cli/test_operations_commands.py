"""redrive, sync, providers and drift."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.unit.cli.conftest import Shell, problem, sent

SYNC = "/v1/providers/samva/sync"


def progress(state: str, **changes: Any) -> httpx.Response:
    body = {"state": state, "account": "default", "pages": 2, "seen": 150, "new": 3, "changed": 1, "total": None}
    return httpx.Response(200, json={**body, "skipped": 0, "error": None, "reason": None, **changes})


def test_redrive_says_how_many_and_why_they_had_died(shell: Shell) -> None:
    answer = {"moved": 3, "reasons": {"provider_bad_answer": 1, "provider_refused": 2}}
    shell.says(httpx.Response(202, json=answer))
    ran = shell("redrive", "samva", "--account", "eu", "--limit", "5")
    assert ran.out.splitlines() == [
        "moved 3",
        "REASON               COUNT",
        "provider_refused     2",
        "provider_bad_answer  1",
    ]
    (request,) = shell.requests
    assert (request.method, request.url.path) == ("POST", "/v1/providers/samva/redrive")
    assert sent(request) == {"account": "eu", "limit": 5}
    assert shell("redrive", "samva", "--json").json == answer
    assert sent(shell.requests[1]) == {}


def test_redrive_says_whose_letters_it_moves_where_no_account_is_named(shell: Shell) -> None:
    assert "those of all accounts" in " ".join(shell("redrive", "--help").out.split())


def test_redrive_of_nothing_prints_no_table_and_says_what_it_waits_for(shell: Shell) -> None:
    shell.says(httpx.Response(202, json={"moved": 0, "reasons": {}}))
    ran = shell("redrive", "samva")
    assert ran.out == "moved 0\n"
    assert ran.err.startswith("reading the dead letters: ")


def test_resume_tells_how_the_account_stands(shell: Shell) -> None:
    answer = {"account": "eu", "state": "ok", "cooling_down_until": None}
    shell.says(httpx.Response(200, json=answer))
    assert "ok" in shell("resume", "samva", "--account", "eu").out
    (request,) = shell.requests
    assert (request.method, request.url.path) == ("POST", "/v1/providers/samva/resume")
    assert sent(request) == {"account": "eu"}
    assert shell("resume", "samva", "--json").json == answer


@pytest.mark.parametrize("limit", ["0", "1001", "x", "1e2", "-1"])
def test_a_limit_is_1_to_1000(shell: Shell, limit: str) -> None:
    assert "--limit" in shell.fails(2, "redrive", "samva", "--limit", limit)


def test_sync_starts_and_tells_the_id(shell: Shell) -> None:
    shell.says(httpx.Response(202, json={"sync_id": "s1"}))
    ran = shell("sync", "samva", "--since", "2026-06-01T02:00:00+02:00", "--until", "2026-06-02T00:00:00z")
    assert ran.out.split() == ["sync_id", "s1"]
    assert shell.requests[0].url.path == SYNC
    assert sent(shell.requests[0]) == {"since": "2026-06-01T00:00:00.000Z", "until": "2026-06-02T00:00:00.000Z"}
    assert shell("sync", "samva", "--json").json == {"sync_id": "s1"}


def test_sync_waits_through_a_short_outage_until_it_is_done(shell: Shell) -> None:
    shell.says(
        httpx.Response(202, json={"sync_id": "s1"}),
        progress("running"),
        progress("running"),
        problem("storage_unavailable", "the table is unavailable", 503),
        progress("done", pages=4),
    )
    ran = shell("sync", "samva", "--wait", "--json")
    assert (ran.code, ran.json["state"], ran.json["pages"]) == (0, "done", 4)
    assert ran.err.splitlines() == ["sync s1", "pages 2, seen 150, new 3"]
    assert [request.url.path for request in shell.requests[1:]] == [f"{SYNC}/s1"] * 4
    assert shell.slept == [2.0] * 3


def test_a_sync_tells_its_share_of_what_the_provider_counts(shell: Shell) -> None:
    steps = [progress("running", seen=seen, total=600) for seen in (0, 150, 599, 700)]
    shell.says(httpx.Response(202, json={"sync_id": "s1"}), *steps, progress("done"))
    assert [line.partition("seen ")[2] for line in shell("sync", "samva", "--wait").err.splitlines()[1:]] == [
        "0 of 600 (0 %), new 3", "150 of 600 (25 %), new 3", "599 of 600 (99 %), new 3", "700 of 600 (100 %), new 3",
    ]  # fmt: skip


def test_a_sync_that_fails_is_an_error_with_its_reason(shell: Shell) -> None:
    shell.says(httpx.Response(202, json={"sync_id": "s1"}), progress("failed", reason="provider_refused: no"))
    ran = shell("sync", "samva", "--wait")
    assert ran.code == 1
    assert ran.err.splitlines()[-1] == "message-detail sync: the sync failed: provider_refused: no"
    assert "state    failed" in ran.out


def test_waiting_ends_when_the_api_stays_away_or_refuses(shell: Shell) -> None:
    shell.says(problem("storage_unavailable", "x", 503))
    shell.fails(1, "sync", "samva", "--wait", "--id", "s1")
    assert len(shell.requests) == 11
    shell.requests.clear()
    shell.says(problem("unauthorized", "x", 401))
    shell.fails(1, "sync", "samva", "--wait", "--id", "s1")
    assert len(shell.requests) == 1


def test_the_progress_of_a_sync_that_is_there_starts_none(shell: Shell) -> None:
    shell.says(progress("running"))
    ran = shell("sync", "samva", "--id", "a/b")
    assert ran.code == 0
    assert "state    running" in ran.out
    assert [(request.method, request.url.raw_path) for request in shell.requests] == [
        ("GET", b"%s/a%%2Fb" % SYNC.encode())
    ]
    assert "leave out" in shell.fails(2, "sync", "samva", "--id", "s1", "--account", "eu")


@pytest.mark.parametrize("time", ["tomorrow", "2026-06-31", "2026-06-01T00:00:00", "2x", "h", ""])
def test_a_time_needs_an_offset(shell: Shell, time: str) -> None:
    assert "give a time with an offset" in shell.fails(2, "sync", "samva", "--since", time)


def test_providers_shows_a_line_per_account(shell: Shell) -> None:
    account = {"account": "eu", "state": "cooling_down", "last_success": "2026-06-01T12:00:00.000Z"}
    items = [
        {"provider": "samva", "state": "cooling_down", "accounts": [account], "dead_letters_last_day": 2},
        {"provider": "portsip", "state": "ok", "accounts": []},
    ]
    shell.says(httpx.Response(200, json={"items": items}))
    rows = [line.split() for line in shell("providers").out.splitlines()]
    assert rows[1:] == [["samva", "eu", "cooling_down", "2026-06-01T12:00:00.000Z", "2"], ["portsip", "-", "ok"]]
    assert shell("providers", "--json").json == {"items": items}
    assert shell.requests[0].url.path == "/v1/providers"


def test_providers_tells_how_the_webhooks_of_an_account_come(shell: Shell) -> None:
    webhook = {"last_received": "w1", "received_last_day": 7, "last_refused": "w2", "refused_reason": "why"}
    item = {"provider": "samva", "accounts": [{"account": "eu", "webhook": webhook}], "dead_letters_last_day": 2}
    shell.says(httpx.Response(200, json={"items": [item]}))
    assert shell("providers").out.splitlines()[1].split() == ["samva", "eu", "w1", "7", "w2", "why", "2"]


def test_providers_says_why_an_account_does_not_work(shell: Shell) -> None:
    refused = {"account": "eu", "state": "refused", "last_error_detail": "Samva refuses\x1b the key"}
    well = {"account": "us", "state": "ok", "last_error_detail": "Samva took too long"}
    shell.says(httpx.Response(200, json={"items": [{"provider": "samva", "accounts": [refused, well]}]}))
    assert shell("providers").err.splitlines() == ["samva eu: Samva refuses  the key"]


def test_drift_is_shown_most_frequent_first(shell: Shell) -> None:
    rare = {"provider": "samva", "path": "a", "problem": "unknown_field", "count": 1, "sample": None, "last_seen": "t"}
    items = [rare, {**rare, "path": "b", "count": 9, "sample": "x\ty", "account": "eu", "message_id": "m1"}]
    shell.says(httpx.Response(200, json={"items": items}))
    ran = shell("drift")
    assert [line.split()[1] for line in ran.out.splitlines()] == ["PATH", "b", "a"]
    assert ran.out.splitlines()[1].split()[-4:] == ["eu", "m1", "x", "y"]
    assert "samples are redacted to their shape (a for a letter, 0 for a digit)" in ran.err
    assert shell("drift", "--json").json == {"items": items}
    shell.says(httpx.Response(200, json={"items": []}))
    empty = shell("drift")
    assert "redacted" not in empty.err
    assert (empty.code, empty.out) == (0, "")
