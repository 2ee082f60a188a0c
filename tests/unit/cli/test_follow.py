"""dead, syncs and trace."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.unit.cli.conftest import Shell

AT = "2026-06-01T12:00:00.000Z"
LATER = "2026-06-01T12:00:05.000Z"
DEAD = {
    "reason": "provider_refused",
    "detail": "Samva refuses the key",
    "at": "2026-06-01T12:00:00.000Z",
    "age": 60,
    "task": "message",
    "account": "eu",
    "id": "samva:eu:m1",
    "message_id": "m1",
    "sync_id": None,
    "via": "webhook",
    "received_at": "2026-06-01T11:59:00.000Z",
    "correlation_id": None,
}
NOTHING = dict.fromkeys(DEAD) | {"reason": "invalid_request", "at": "2026-06-01T11:00:00.000Z"}
SYNC: dict[str, Any] = {"sync_id": "s1", "account": "eu", "started_at": "2026-06-01T12:00:00.000Z", "state": "failed"}


def test_dead_shows_why_each_died_and_what_it_was_about(shell: Shell) -> None:
    page = {**DEAD, "task": "sync", "message_id": None, "id": None, "sync_id": "s1", "detail": None}
    answer = {"items": [DEAD, page, NOTHING], "total": 30}
    shell.says(httpx.Response(200, json=answer))
    ran = shell("dead", "samva", "--limit", "3")
    assert ran.out.splitlines() == [
        "AT                        ACCOUNT  REASON            WHAT        DETAIL",
        "2026-06-01T12:00:00.000Z  eu       provider_refused  m1          Samva refuses the key",
        "2026-06-01T12:00:00.000Z  eu       provider_refused  sync s1",
        "2026-06-01T11:00:00.000Z           invalid_request   unreadable",
    ]
    assert ran.err == "3 of about 30: --limit shows up to 100\n"
    (request,) = shell.requests
    assert (request.method, str(request.url).partition("/v1/")[2]) == ("GET", "providers/samva/dead-letters?limit=3")
    assert shell("dead", "samva", "--json").json == answer


def test_no_dead_letters_are_said_to_be_none(shell: Shell) -> None:
    shell.says(httpx.Response(200, json={"items": [], "total": 0}))
    ran = shell("dead", "samva")
    assert (ran.out, ran.err) == ("", "no dead letters\n")


def test_syncs_are_listed_with_how_far_each_is(shell: Shell) -> None:
    answer = {"items": [{**SYNC, "pages": 2, "seen": 150, "new": 3, "changed": 1, "reason": "cursor_repeats"}]}
    shell.says(httpx.Response(200, json=answer))
    ran = shell("syncs", "samva")
    assert ran.out.splitlines() == [
        "SYNC_ID  ACCOUNT  STARTED_AT                STATE   PAGES  SEEN  NEW  CHANGED  REASON",
        "s1       eu       2026-06-01T12:00:00.000Z  failed  2      150   3    1        cursor_repeats",
    ]
    assert shell.requests[0].url.path == "/v1/providers/samva/sync"
    assert shell("syncs", "samva", "--json").json == answer


def test_where_no_sync_was_begun_that_is_said(shell: Shell) -> None:
    shell.says(httpx.Response(200, json={"items": []}))
    assert shell("syncs", "samva").err == "no sync was begun in the last 30 days\n"


@pytest.mark.parametrize("limit", ["0", "101", "x", "-1"])
def test_a_limit_is_what_the_api_takes(shell: Shell, limit: str) -> None:
    assert "--limit" in shell.fails(2, "dead", "samva", "--limit", limit)


def test_trace_shows_what_became_of_a_message_and_its_statuses_between(shell: Shell) -> None:
    entry = {"step": "received", "at": AT, "last_at": AT, "count": 1, "via": "webhook", "code": None}
    again = {**entry, "step": "duplicate", "count": 12, "last_at": LATER}
    tried = {**entry, "step": "tried", "at": LATER, "code": "ok"}
    status = {"status": "delivered", "status_native": "DELIVRD", "observed_at": AT, "via": "webhook", "confirmed": True}
    answer = {"items": [entry, status, again, tried]}
    shell.says(httpx.Response(200, json=answer))
    ran = shell("trace", "samva", "m/1", "--account", "eu")
    assert ran.out.splitlines() == [
        "AT                        WHAT       VIA      COUNT  DETAIL",
        "2026-06-01T12:00:00.000Z  received   webhook",
        "2026-06-01T12:00:00.000Z  delivered  webhook         DELIVRD, confirmed",
        "2026-06-01T12:00:00.000Z  duplicate  webhook  12     last 2026-06-01T12:00:05.000Z",
        "2026-06-01T12:00:05.000Z  tried      webhook         ok",
    ]
    (request,) = shell.requests
    assert str(request.url).partition("/v1/")[2] == "messages/samva/m%2F1/timeline?account=eu&journal=true"
    assert shell("trace", "samva", "m1", "--json").json == answer
