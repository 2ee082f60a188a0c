"""message-detail endpoints: settings become secrets by the operator's rights, the rest is asked of the API."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook

from message_detail.adapters.pinned_address import NotDialled
from message_detail_cli.commands.endpoints import check
from tests.unit.cli.conftest import API, STACK, Aws, Shell

URL = "https://receiver.example.com/hooks/of-somebody"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PUT = ("endpoints", "put", "crm")


def write(path: Path, content: Any) -> str:
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return str(path)


def test_an_endpoint_becomes_a_secret_and_no_value_is_shown(aws: Aws, shell: Shell, tmp_path: Path) -> None:
    file = write(tmp_path / "crm.json", {"url": URL, "secrets": [SECRET], "mode": "latest"})
    created = shell(*PUT, "--file", file)
    assert (created.code, created.out, created.err) == (0, f"created {STACK}/endpoint/crm\n", "")
    assert aws.value("endpoint/crm") == {"url": URL, "secrets": [SECRET], "mode": "latest"}
    updated = shell(*PUT, "--file", file, "--json")
    assert updated.json == {"secret": f"{STACK}/endpoint/crm", "created": False, "signing_secret": None}
    assert "up to a minute" in updated.err
    assert "of-somebody" not in created.all + updated.all


def test_an_address_alone_gets_a_signing_secret_that_is_printed_once(aws: Aws, shell: Shell) -> None:
    ran = shell(*PUT, "--url", URL)
    (secret,) = aws.value("endpoint/crm")["secrets"]
    assert ran.out == f"created {STACK}/endpoint/crm\nsigning secret {secret}\n"
    assert "not shown again" in ran.err
    Webhook(secret)


def test_a_file_for_make_run_gives_the_endpoint_of_that_name(aws: Aws, shell: Shell, tmp_path: Path) -> None:
    text = f'[[accounts]]\nprovider = "cellcast"\ntoken = "t"\n[[endpoints]]\nname = "crm"\nurl = "{URL}"\n'
    file = write(tmp_path / "own.toml", text)
    assert shell(*PUT, "--file", file).code == 0
    assert aws.value("endpoint/crm")["url"] == URL
    assert "holds no endpoint 'other'" in shell.fails(2, "endpoints", "put", "other", "--file", file)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"url": URL, "secrets": ["short"]}, "'secrets': number 1 is no secret of Standard Webhooks"),
        ({"url": URL, "secrets": []}, "'secrets' must be a list"),
        ({"url": "ftp://of-somebody", "secrets": [SECRET]}, "'url' must be an https address"),
        ({"url": URL, "secrets": [SECRET], "tpyes": []}, "unknown key 'tpyes'"),
        ({"secrets": [SECRET]}, "'url' is missing"),
        ({"url": URL, "secrets": [SECRET], "name": "other"}, "its 'name' is not 'crm'"),
        ([URL], "must hold one JSON object"),
    ],
)
def test_settings_that_cannot_be_used_are_refused_without_a_value(
    aws: Aws, shell: Shell, tmp_path: Path, values: Any, reason: str
) -> None:
    line = shell.fails(2, *PUT, "--file", write(tmp_path / "crm.json", values))
    assert reason in line
    assert "of-somebody" not in line
    assert aws.names() == []


@pytest.mark.parametrize(
    ("argv", "reason"),
    [
        (PUT, "--file"),
        ((*PUT, "--file", "-", "--url", URL), "--file"),
        (("endpoints", "put", "a b", "--url", URL), "1 to 64 of the characters"),
        (("endpoints", "replay", "crm"), "--event"),
        (("endpoints", "replay", "crm", "--event", "evt_1", "--since", "2h"), "--event"),
        (("endpoints", "replay", "crm", "--event", "evt_1", "--dry-run"), "go with --since"),
        (("endpoints", "deliveries", "crm", "--status", "lost"), "--status"),
    ],
    ids=str,
)
def test_a_wrong_usage_is_one_line(shell: Shell, argv: tuple[str, ...], reason: str) -> None:
    assert reason in shell.fails(2, *argv)


def test_a_rotation_signs_with_both_until_it_is_finished(aws: Aws, shell: Shell) -> None:
    aws.put("endpoint/crm", {"url": URL, "secrets": [SECRET]})
    made = shell("endpoints", "rotate", "crm", "--json").json["signing_secret"]
    assert aws.value("endpoint/crm") == {"url": URL, "secrets": [made, SECRET]}
    finished = shell("endpoints", "rotate", "crm", "--finish")
    assert finished.out == "signed with 1 secret, 1 dropped\n"
    assert aws.value("endpoint/crm")["secrets"] == [made]
    assert made not in finished.all


def test_a_rotation_of_what_is_not_there_says_what_to_do(aws: Aws, shell: Shell) -> None:
    assert "endpoints put crm" in shell.fails(1, "endpoints", "rotate", "crm")


def test_a_rotation_does_not_grow_without_end(aws: Aws, shell: Shell) -> None:
    aws.put("endpoint/crm", {"url": URL, "secrets": [SECRET] * 10})
    assert "rotate --finish" in shell.fails(1, "endpoints", "rotate", "crm")


@pytest.mark.parametrize(("problem", "code"), [(None, 0), ("its host has an address that is not public", 1)])
def test_a_check_says_whether_the_address_may_be_called(
    aws: Aws, shell: Shell, monkeypatch: pytest.MonkeyPatch, problem: str | None, code: int
) -> None:
    def pin(endpoint: Any, until: float) -> None:
        if problem is not None:
            raise NotDialled(problem)

    monkeypatch.setattr(check, "pin", pin)
    aws.put("endpoint/crm", {"url": URL, "secrets": [SECRET]})
    ran = shell("endpoints", "check", "crm")
    assert (ran.code, ran.out) == (code, f"crm: {problem or 'ok'} (receiver.example.com)\n")
    told = shell("endpoints", "check", "crm", "--json").json
    assert told == {"name": "crm", "host": "receiver.example.com", "usable": problem is None, "reason": problem}


def test_a_check_names_the_keys_that_are_wrong(aws: Aws, shell: Shell) -> None:
    aws.put("endpoint/crm", {"url": URL})
    assert "'secrets' is missing" in shell.fails(1, "endpoints", "check", "crm")


def test_the_list_shows_how_each_fares(shell: Shell) -> None:
    item = {
        "name": "crm", "host": "receiver.example.com", "state": "paused", "reason": "gone", "include": "summary",
        "mode": "all", "waiting": 3, "last_success": None, "last_error": "answered 410",
    }  # fmt: skip
    shell.says(httpx.Response(200, json={"items": [item]}))
    ran = shell("endpoints", "list")
    assert ran.out.split("\n")[0].split() == [
        "NAME", "HOST", "STATE", "REASON", "INCLUDE", "MODE", "WAITING", "LAST_SUCCESS", "LAST_ERROR",
    ]  # fmt: skip
    assert ran.out.split("\n")[1].split()[:4] == ["crm", "receiver.example.com", "paused", "gone"]
    assert shell("endpoints", "list", "--json").json == {"items": [item]}


@pytest.mark.parametrize("action", ["pause", "resume", "test"])
def test_an_action_is_one_call_of_the_api(shell: Shell, action: str) -> None:
    shell.says(httpx.Response(202, json={"name": "crm", "state": "on"}))
    assert shell("endpoints", action, "crm").out == "name   crm\nstate  on\n"
    (request,) = shell.requests
    assert (request.method, str(request.url)) == ("POST", f"{API}/v1/endpoints/crm/{action}")


def test_deliveries_are_shown_over_as_many_pages_as_it_takes(shell: Shell) -> None:
    def page(number: int, cursor: str | None) -> httpx.Response:
        item = {
            "event_id": f"evt_{number}",
            "type": "t",
            "subject": "s",
            "attempt": 1,
            "at": "2026-06-01T12:00:00.000Z",
        }
        return httpx.Response(200, json={"items": [item], "next_cursor": cursor})

    shell.says(page(1, "next"), page(2, None))
    ran = shell("endpoints", "deliveries", "crm", "--status", "failed", "--since", "2026-06-01T00:00:00Z")
    assert [line.split()[1] for line in ran.out.strip().split("\n")] == ["EVENT_ID", "evt_1", "evt_2"]
    first, second = (dict(request.url.params) for request in shell.requests)
    assert first == {"status": "failed", "since": "2026-06-01T00:00:00.000Z"}
    assert second["cursor"] == "next"


def test_a_replay_counts_first_where_it_is_asked_to(shell: Shell) -> None:
    shell.says(httpx.Response(202, json={"events": 7}))
    argv = ("endpoints", "replay", "crm", "--since", "2026-06-01T00:00:00Z", "--status", "all", "--dry-run")
    assert shell(*argv).out == "events  7\n"
    assert json.loads(shell.requests[0].content) == {
        "since": "2026-06-01T00:00:00.000Z",
        "status": "all",
        "dry_run": True,
    }
    shell("endpoints", "replay", "crm", "--event", "evt_1")
    assert json.loads(shell.requests[1].content) == {"event_id": "evt_1"}
