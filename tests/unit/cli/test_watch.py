"""--watch: a message shown again whenever it has changed, until it is final."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.unit.cli.conftest import Shell, problem


def message(status: str, fetched_at: str = "2026-06-01T12:00:00.000Z") -> httpx.Response:
    final = status == "delivered"
    told: dict[str, Any] = {"status": status, "outcome": "x", "final": final, "provenance": {"fetched_at": fetched_at}}
    return httpx.Response(200, json=told)


def test_lookup_shows_what_has_changed_until_it_is_final(shell: Shell) -> None:
    later = "2026-06-01T12:01:00.000Z"
    shell.says(message("queued"), message("queued", later), message("sent"), message("delivered"), message("read"))
    ran = shell("lookup", "samva:eu:1", "--watch", "--max-age", "5")
    assert ran.code == 0
    assert [line.split()[1] for line in ran.out.splitlines() if line.startswith("status")] == [
        "queued", "sent", "delivered",
    ]  # fmt: skip
    assert shell.slept == [5.0] * 3
    assert {request.url.raw_path for request in shell.requests} == {b"/v1/messages/samva/1?account=eu&max_age=5"}


def test_timeline_is_shown_again_with_what_came(shell: Shell) -> None:
    one, two = ({"status": status} for status in ("sent", "delivered"))
    events, more = (httpx.Response(200, json={"items": items}) for items in ([one], [one, two]))
    answers = [message("sent"), events, message("sent"), events, message("delivered"), more]
    shell.says(*answers)
    ran = shell("timeline", "samva", "1", "--watch")
    assert [line.split()[0] for line in ran.out.splitlines() if line and "STATUS" not in line] == [
        "sent", "sent", "delivered",
    ]  # fmt: skip


def test_watching_goes_on_through_a_short_outage(shell: Shell) -> None:
    shell.says(message("sent"), problem("provider_unavailable", "x", 503), message("delivered"))
    assert shell("lookup", "samva", "1", "--watch").code == 0
    shell.says(message("sent"), problem("message_not_found", "gone", 404))
    assert "gone" in shell("lookup", "samva", "1", "--watch").err


@pytest.mark.parametrize("command", ["lookup", "timeline"])
def test_watching_ends_after_an_hour(shell: Shell, command: str) -> None:
    shell.answers = lambda request: (
        httpx.Response(200, json={"items": []}) if request.url.path.endswith("timeline") else message("sent")
    )
    ran = shell(command, "samva", "1", "--watch")
    assert ran.code == 1
    assert "not final after 60 minutes" in ran.err
    assert sum(shell.slept) == 3_600


@pytest.mark.parametrize("command", ["lookup", "timeline"])
def test_one_message_is_watched(shell: Shell, command: str) -> None:
    assert "name one message" in shell.fails(2, command, "samva", "1", "2", "--watch")
    assert shell.requests == []
