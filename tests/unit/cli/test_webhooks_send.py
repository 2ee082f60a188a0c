"""webhooks send: what it posts is genuine, it waits for the row, and says what happened."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from message_detail import providers
from message_detail.domain.urls import Url
from message_detail.providers.base.webhook import Delivery, verify
from message_detail_cli.account_example import new_secret, takes_secret
from message_detail_cli.account_file import build_account
from message_detail_cli.sample_events import sample_of
from tests.unit.cli.conftest import Aws, Shell

PROVED_BY_SECRET = [name for name in providers.names() if takes_secret(name)]
OF_THE_VENDOR = [name for name in providers.names() if not takes_secret(name)]
ID = "6752b76d5e000000000000000"


def account(shell: Shell, name: str, **more: Any) -> dict[str, Any]:
    return {**shell("accounts", "example", name).json, **more}


@pytest.mark.parametrize("standard", [True, False])
@pytest.mark.parametrize("name", PROVED_BY_SECRET)
def test_a_sample_is_proved_by_the_secret_and_names_the_message(shell: Shell, name: str, standard: bool) -> None:
    secret = new_secret(name) if standard else "plain-secret-of-the-account"
    values = account(shell, name, webhook_secrets=["an-older-secret-of-it", secret])
    signed = sample_of(name)(ID, "delivered", secret, time.time())
    url = Url("https", "api.example.com", f"/v1/webhooks/{name}")
    webhook = providers.load_webhook(name)
    delivery = Delivery(signed.body, signed.headers, {}, time.time(), url)
    event = webhook.read(verify(webhook, delivery, build_account(name, "default", values)))
    assert event.message_ids == (ID,)


@pytest.mark.parametrize("name", PROVED_BY_SECRET)
def test_a_second_one_of_a_scheme_that_signs_is_another_event(name: str) -> None:
    bodies = [sample_of(name)(ID, "delivered", new_secret(name), time.time()) for _ in range(2)]
    same = bodies[0] == bodies[1]
    # Of a vendor that names no event, message, type and status are what one is known by.
    assert not same or providers.load_webhook(name).window_seconds <= 120


class Service:
    """The API: a message that has been fetched again some polls after its webhook."""

    def __init__(self, *, taken: httpx.Response | None = None, polls: int = 2, status: str = "delivered") -> None:
        self.taken = taken or httpx.Response(200, json={"accepted": 1})
        self.polls = polls
        self.status = status
        self.posted: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            self.posted.append(request)
            return self.taken
        if self.posted:
            self.polls -= 1
        done = bool(self.posted) and self.polls < 0
        message = {
            "status": self.status if done else "sent",
            "status_native": self.status if done else "sent",
            "provenance": {"fetched_at": "2026-06-01T12:00:09.000Z" if done else "2026-06-01T12:00:00.000Z"},
        }
        return httpx.Response(200, json=message)


@pytest.fixture
def cellcast(stack: Aws, shell: Shell) -> Aws:
    stack.put(
        "cellcast/default", account(shell, "cellcast", webhook_secrets=["old-secret-of-cellcast", "new-secret-of-it"])
    )
    return stack


SEND = ("webhooks", "send", "cellcast", ID, "--event", "delivered")


def test_it_posts_as_the_provider_does_and_waits_for_the_row(cellcast: Aws, shell: Shell) -> None:
    service = Service()
    shell.answers = service
    told = shell(*SEND, "--json").json
    [posted] = service.posted
    assert posted.url.path == "/v1/webhooks/cellcast"
    assert json.loads(posted.content) == {"_id": ID, "type": "send", "status": "delivered"}
    assert posted.headers["authorization"].startswith("Basic ")
    assert "key-of-the-caller" not in str(posted.headers)
    assert (told["status"], told["event"], len(told["row"])) == ("delivered", "delivered", 1)
    assert told["row"][0].endswith("Cellcast says delivered, so delivered")
    assert shell.slept == [0.5] * 2


def test_without_an_event_it_tells_nothing_new(cellcast: Aws, shell: Shell) -> None:
    service = Service(status="sent")
    shell.answers = service
    assert shell(*SEND[:4]).code == 0
    assert json.loads(service.posted[0].content)["status"] == "sent"


def test_an_account_of_a_name_has_an_address_of_its_own(cellcast: Aws, shell: Shell) -> None:
    cellcast.put("cellcast/eu", account(shell, "cellcast", webhook_secrets=["secret-of-the-account-eu"]))
    service = Service()
    shell.answers = service
    assert shell(*SEND, "--account", "eu").code == 0
    assert service.posted[0].url.path == "/v1/webhooks/cellcast/eu"


def test_the_secret_may_stand_in_the_file_of_make_run(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "accounts.toml"
    file.write_text('[[accounts]]\nprovider = "cellcast"\ntoken = "t"\nwebhook_secrets = ["secret-of-the-file"]\n')
    service = Service()
    shell.answers = service
    assert shell(*SEND, "--file", str(file)).code == 0


Answer = Callable[[httpx.Request], httpx.Response]


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        (
            Service(taken=httpx.Response(401, json={"code": "signature_invalid", "detail": "not authenticated"})),
            "refused: 401 signature_invalid: not authenticated; a secret that is new is known within a minute",
        ),
        (Service(taken=httpx.Response(200, json={"ignored": "other_location"})), "was ignored: other_location"),
        (Service(taken=httpx.Response(500, text="<html>")), "was refused: 500"),
    ],
    ids=["refused", "ignored", "no-json"],
)
def test_a_webhook_that_is_not_taken_in_is_told_with_the_reason(
    cellcast: Aws, shell: Shell, answers: Answer, told: str
) -> None:
    shell.answers = answers
    assert told in shell.fails(1, *SEND)


def test_a_row_that_does_not_change_is_told_with_what_a_lookup_says(cellcast: Aws, shell: Shell) -> None:
    shell.answers = Service(polls=10_000)
    ran = shell(*SEND, "--wait", "3")
    assert ran.code == 1
    assert "nothing was fetched within 3 s: was the same event sent a moment ago?" in ran.err

    gone = Service(polls=10_000)

    def later(request: httpx.Request) -> httpx.Response:
        if dict(request.url.params).get("max_age") == "0":
            return httpx.Response(404, json={"code": "message_not_found", "detail": "Cellcast has none"})
        return gone(request)

    shell.answers = later
    assert "a lookup says message_not_found: Cellcast has none" in shell(*SEND, "--wait", "1").err


def test_an_account_without_a_secret_is_told_how_to_get_one(stack: Aws, shell: Shell) -> None:
    stack.put("cellcast/default", {"token": "t"})
    shell.answers = Service()
    assert "accounts webhook cellcast default makes one" in shell.fails(1, *SEND)


@pytest.mark.parametrize("name", OF_THE_VENDOR)
def test_what_only_the_vendor_can_sign_is_said_and_posted_nowhere(stack: Aws, shell: Shell, name: str) -> None:
    service = Service()
    shell.answers = service
    line = shell.fails(1, "webhooks", "send", name, ID)
    assert "a private key that only" in line
    assert "make run" in line
    assert service.posted == []


@pytest.mark.parametrize("name", OF_THE_VENDOR)
def test_on_a_laptop_the_simulator_signs_it(stack: Aws, shell: Shell, name: str) -> None:
    service = Service()
    asked: list[Mapping[str, Any]] = []

    def answers(request: httpx.Request) -> httpx.Response:
        if "_control" in request.url.path:
            asked.append(json.loads(request.content))
            return httpx.Response(200, json={"headers": {"x-signed": "yes"}, "body": '{"a":1}'})
        return service(request)

    shell.answers = answers
    shell.environ["MESSAGE_DETAIL_SIMULATORS"] = "http://127.0.0.1:4000"
    assert shell("webhooks", "send", name, ID, "--event", "delivered").code == 0
    assert asked == [{"message_id": ID, "account": "default", "changes": {"status": "delivered"}}]
    assert (service.posted[0].content, service.posted[0].headers["x-signed"]) == (b'{"a":1}', "yes")
