"""status: one screen, and an exit code that a cron job can go by."""

from __future__ import annotations

import copy
from typing import Any

import httpx
import pytest

from message_detail_cli.commands.status import TROUBLE
from tests.unit.aws import client
from tests.unit.cli.conftest import OUTPUTS, STACK, Aws, Shell

ACCOUNT = {
    "account": "default",
    "state": "ok",
    "cooling_down_until": None,
    "last_success": "2026-06-01T12:00:00.000Z",
    "last_error": None,
    "last_error_code": None,
    "last_error_detail": None,
}
PROVIDER: dict[str, Any] = {
    "provider": "samva", "title": "Samva", "state": "ok", "accounts": [ACCOUNT], "list": True,
    "webhook": {"path": "/v1/webhooks/samva"}, "dead_letters_last_day": 0, "drift_last_day": 2,
}  # fmt: skip
ME = {
    "key_id": "cron",
    "scopes": ["metadata"],
    "expires_at": None,
    "session": False,
    "providers": None,
    "accounts": None,
}


class Deployment:
    """What the API of a deployment answers."""

    def __init__(self) -> None:
        self.providers = [copy.deepcopy(PROVIDER)]
        self.dead = 0
        self.drift: list[Any] = []
        self.me: dict[str, Any] = dict(ME)
        self.health = httpx.Response(200, json={"status": "ok"})

    def __call__(self, request: httpx.Request) -> httpx.Response:
        match request.url.path:
            case "/v1/health":
                return self.health
            case "/v1/providers":
                return httpx.Response(200, json={"items": self.providers})
            case "/v1/drift":
                return httpx.Response(200, json={"items": self.drift})
            case "/v1/me":
                return httpx.Response(200, json=self.me)
            case path if path.endswith("/dead-letters"):
                return httpx.Response(200, json={"items": [], "total": self.dead})
        return httpx.Response(404)


@pytest.fixture
def deployment(shell: Shell) -> Deployment:
    made = Deployment()
    shell.answers = made
    return made


def status(shell: Shell, *argv: str) -> Any:
    return shell("status", "--api", "https://api.example.com", *argv)


def test_all_is_well(shell: Shell, deployment: Deployment) -> None:
    ran = status(shell)
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0].startswith("API  ok  https://api.example.com  (")
    assert lines[1] == "key  cron (metadata)"
    assert lines[-1].split() == ["samva", "default", "ok", "2026-06-01T12:00:00.000Z", "0", "2"]
    assert ran.err == ""


@pytest.mark.parametrize("state", TROUBLE)
def test_an_account_that_somebody_has_to_look_at_is_a_problem(shell: Shell, deployment: Deployment, state: str) -> None:
    deployment.providers[0]["accounts"] = [{**ACCOUNT, "state": state, "last_error_detail": "Samva refuses the key"}]
    ran = status(shell)
    assert (ran.code, ran.err) == (1, f"samva default is {state}: Samva refuses the key\n")


def test_what_passes_by_itself_is_no_problem(shell: Shell, deployment: Deployment) -> None:
    deployment.providers[0]["accounts"] = [{**ACCOUNT, "state": "cooling_down"}]
    deployment.drift = [{}]
    ran = status(shell)
    assert ran.code == 0
    assert "message-detail drift" in ran.err


def test_dead_letters_are_a_problem(shell: Shell, deployment: Deployment) -> None:
    deployment.dead = 3
    ran = status(shell)
    assert (ran.code, ran.err) == (1, "samva has 3 dead letters: message-detail dead samva\n")


def test_an_api_that_fails_is_a_problem(shell: Shell, deployment: Deployment) -> None:
    deployment.health = httpx.Response(503, json={"message": "Service Unavailable"})
    ran = status(shell)
    assert (ran.code, ran.out) == (1, "")
    assert "503" in ran.err


def test_a_key_that_ends_soon_is_told_of(shell: Shell, deployment: Deployment) -> None:
    deployment.me["expires_at"] = "2020-01-01T00:00:00.000Z"
    assert "this key ends at" in status(shell).err
    deployment.me["expires_at"] = "2999-01-01T00:00:00.000Z"
    assert status(shell).err == ""


def test_json_tells_it_all(shell: Shell, deployment: Deployment) -> None:
    deployment.dead = 1
    ran = status(shell, "--json")
    told = ran.json
    assert (ran.code, told["ok"], len(told["problems"])) == (1, False, 1)
    assert told["api"]["url"] == "https://api.example.com"
    assert (told["providers"][0]["dead_letters"], told["providers"][0]["waiting"]) == (1, None)
    assert told["key"] == ME


def test_a_provider_without_accounts_has_a_line(shell: Shell, deployment: Deployment) -> None:
    deployment.providers[0]["accounts"] = []
    assert status(shell).out.splitlines()[-1].split()[:3] == ["samva", "-", "ok"]


def test_when_the_last_webhook_came_is_shown(shell: Shell, deployment: Deployment) -> None:
    deployment.providers[0]["accounts"] = [{**ACCOUNT, "webhook": {"last_received": "2026-06-01T11:59:00.000Z"}}]
    assert "2026-06-01T11:59:00.000Z" in status(shell).out


def test_waiting_tasks_are_asked_of_aws_where_the_stack_is_the_one_that_is_meant(
    stack: Aws, shell: Shell, deployment: Deployment
) -> None:
    queue = client("sqs").create_queue(QueueName="samva")["QueueUrl"]
    client("sqs").send_message(QueueUrl=queue, MessageBody="x")
    stack.stacks[STACK] = OUTPUTS | {"SamvaQueueUrl": queue, "SamvaDeadLetterQueueUrl": queue}
    del shell.environ["MESSAGE_DETAIL_API"]
    assert shell("status", "--json").json["providers"][0]["waiting"] == 1
    stack.refusals["GetQueueAttributes"] = ("AccessDenied", "no")
    ran = shell("status", "--json")
    assert (ran.code, ran.json["providers"][0]["waiting"]) == (0, None)
    assert "how many tasks wait can't be told" in ran.err
