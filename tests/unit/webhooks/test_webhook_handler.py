"""The intake function: what is answered, what is queued, and what is left behind when something refuses."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from importlib import import_module

import pytest

from message_detail.domain.tasks import Task
from message_detail.domain.times import parse_instant
from message_detail.providers.base.webhook import MAX_BYTES
from tests.unit.webhooks.cloud import Cloud, Context, body_of, counts, http_event, is_problem
from tests.unit.webhooks.schemes import (
    CARECLOUD,
    CELLCAST,
    HIGHLEVEL,
    ONE_OF_EACH,
    PORTSIP,
    SAMVA_2,
    SAMVA_3,
    SCHEMES,
    Scheme,
    Signed,
)

each = pytest.mark.parametrize("scheme", ONE_OF_EACH, ids=str)
every = pytest.mark.parametrize("scheme", SCHEMES, ids=str)
with_event_id = pytest.mark.parametrize("scheme", [CELLCAST[1], HIGHLEVEL, SAMVA_2], ids=str)

LOCATION = "Loc0000000000000Demo"
IDS = {
    "carecloud": "8f0000000000000000000c0001",
    "cellcast": "6a1c0de5f0aa11bb22cc33dd",
    "highlevel": "Msg0000000000000Demo",
    "portsip": "8f0000000000000000000c0001",
    "samva": "5d0c2b7e-0000-4000-8000-0000000000a1",
}


# --- taken in


@every
@pytest.mark.parametrize("encoded", [False, True], ids=["text", "base64"])
def test_genuine_webhook_is_exactly_one_task(cloud: Cloud, scheme: Scheme, encoded: bool) -> None:
    cloud.put_account(scheme)
    before = time.time()
    response = cloud.post(scheme.provider, scheme.signed(), encoded=encoded)
    assert (response["statusCode"], body_of(response)) == (200, {"accepted": 1})
    [body] = cloud.tasks(scheme.provider)
    task = Task.from_json(json.dumps(body))
    expected = "msg_demo_01" if scheme is SAMVA_3 else IDS[scheme.provider]
    assert (task.provider, task.account, task.message_id) == (scheme.provider, "default", expected)
    assert (task.via, task.deferrals) == ("webhook", 0)
    assert parse_instant(task.received_at) == task.received_at
    assert abs(before - time.time()) < 60


@pytest.mark.parametrize(
    ("scheme", "event_id", "status"),
    [
        (CARECLOUD[0], None, None),
        (PORTSIP[2], None, None),
        (CELLCAST[1], "6a1c0de5f0aa11bb22cc33dd:send:delivered", None),
        (HIGHLEVEL, "0b0f6a52-0000-4000-8000-000000000001", "delivered"),
        (SAMVA_2, "5d0c2b7e-0000-4000-8000-0000000000a1:message.delivered", "delivered"),
        (SAMVA_3, "whevt_0000000000000001", "received"),
    ],
    ids=str,
)
def test_task_has_the_event_id_and_what_was_observed(
    cloud: Cloud, scheme: Scheme, event_id: str | None, status: str | None
) -> None:
    cloud.put_account(scheme)
    cloud.post(scheme.provider, scheme.signed())
    [task] = cloud.tasks(scheme.provider)
    assert task.get("event_id") == event_id
    assert [seen["status"] for seen in task.get("observations", [])] == ([status] if status else [])


def test_many_ids_are_as_many_tasks(cloud: Cloud) -> None:
    scheme = CARECLOUD[0]
    cloud.put_account(scheme)
    ids = [f"m{number}" for number in range(25)]
    response = cloud.post("carecloud", scheme.signed(json.dumps({"message_ids": [*ids, "m0"]}).encode()))
    assert body_of(response) == {"accepted": 25}
    assert sorted(task["message_id"] for task in cloud.tasks("carecloud")) == sorted(ids)


@every
def test_largest_body_is_taken_in(cloud: Cloud, scheme: Scheme) -> None:
    cloud.put_account(scheme)
    body = scheme.body(time.time())
    body += b" " * (MAX_BYTES - len(body))
    assert cloud.post(scheme.provider, scheme.signed(body))["statusCode"] == 200
    assert len(cloud.tasks(scheme.provider)) == 1


def test_odd_ids_stay_as_they_are(cloud: Cloud) -> None:
    scheme = PORTSIP[0]
    cloud.put_account(scheme)
    ids = ["MTAwMDAwMDAwMDAwMDAwMDAx", "a/b+c=d:e.f", "ж☕", " ", "..", "%2F"]
    cloud.post("portsip", scheme.signed(json.dumps({"message_ids": ids}).encode()))
    assert sorted(task["message_id"] for task in cloud.tasks("portsip")) == sorted(ids)


@pytest.mark.parametrize("body", [b"{}", b"[]", b'{"data":[]}'])
def test_empty_trial_of_cellcast_is_genuine_and_about_no_message(cloud: Cloud, body: bytes) -> None:
    scheme = CELLCAST[1]
    cloud.put_account(scheme)
    is_problem(cloud.post(scheme.provider, Signed(body)), 401, "signature_invalid")
    response = cloud.post(scheme.provider, scheme.signed(body))
    assert (response["statusCode"], body_of(response)) == (200, {"ignored": "no_message"})
    assert cloud.tasks(scheme.provider) == []


# --- refused


@every
def test_forged_webhook_leaves_nothing(
    cloud: Cloud, scheme: Scheme, capsys: pytest.CaptureFixture[str], logged: list[str]
) -> None:
    cloud.put_account(scheme)
    response = cloud.post(scheme.provider, scheme.signed(key=scheme.other_key))
    is_problem(response, 401, "signature_invalid")
    assert cloud.tasks(scheme.provider) == []
    assert cloud.rows() == []
    assert counts(capsys.readouterr().out) == {"received": 1, "rejected_signature_invalid": 1}
    assert any("webhook refused" in line for line in logged)
    assert not any(scheme.setting_of(scheme.other_key) in line for line in logged)


@every
def test_account_without_secrets_accepts_nothing_and_the_log_says_so(
    cloud: Cloud, scheme: Scheme, logged: list[str]
) -> None:
    cloud.put_account(replace(scheme, key="unused"))
    name = f"stack/{scheme.provider}/default"
    values = json.loads(cloud.secrets.get_secret_value(SecretId=name)["SecretString"])
    cloud.secrets.put_secret_value(SecretId=name, SecretString=json.dumps({**values, scheme.setting: []}))
    is_problem(cloud.post(scheme.provider, scheme.signed()), 401, "signature_invalid")
    assert cloud.tasks(scheme.provider) == []
    assert any(scheme.setting in line and "no webhook of it can be accepted" in line for line in logged)


@each
@pytest.mark.parametrize("size", [MAX_BYTES + 1, 5_900_000])
def test_body_over_the_limit_is_refused_before_anything_else(
    cloud: Cloud, scheme: Scheme, size: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """There is no account either: the size is looked at first."""
    body = scheme.body(time.time())
    response = cloud.post(scheme.provider, scheme.signed(body + b" " * (size - len(body))), encoded=True)
    is_problem(response, 413, "invalid_request")
    assert counts(capsys.readouterr().out) == {"received": 1, "rejected_too_large": 1}


@every
@pytest.mark.parametrize(
    "body",
    [b"", b"[5]", b"message_id=1", b'{"message_id":"\xff"}', b"[" * 100_000, b"\x00"],
    ids=["empty", "array", "form", "not UTF-8", "nested deeply", "NUL"],
)
def test_unreadable_body_is_400_once_authenticated(cloud: Cloud, scheme: Scheme, body: bytes) -> None:
    cloud.put_account(scheme)
    is_problem(cloud.post(scheme.provider, Signed(body), encoded=True), 401, "signature_invalid")
    response = cloud.post(scheme.provider, scheme.signed(body), encoded=True)
    # Standard Webhooks signs text: what is no UTF-8 has no signature.
    refused = (401, "signature_invalid") if scheme is SAMVA_3 and b"\xff" in body else (400, "invalid_request")
    is_problem(response, *refused)
    assert cloud.tasks(scheme.provider) == []
    assert cloud.rows() == []


@every
def test_a_number_of_thousands_of_digits_is_no_id_and_breaks_nothing(cloud: Cloud, scheme: Scheme) -> None:
    cloud.put_account(scheme)
    body = b'{"message_id":%b,"_id":%b,"messageId":%b}' % ((b"1" * 5_000,) * 3)
    response = cloud.post(scheme.provider, scheme.signed(body))
    assert response["statusCode"] == 400 or "ignored" in body_of(response)
    assert cloud.tasks(scheme.provider) == []


def test_id_that_no_message_can_have_is_400_and_counted(cloud: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    scheme = CARECLOUD[0]
    cloud.put_account(scheme)
    response = cloud.post("carecloud", scheme.signed(json.dumps({"message_ids": ["m1", "x" * 2000]}).encode()))
    is_problem(response, 400, "invalid_request")
    assert counts(capsys.readouterr().out)["rejected_invalid_request"] == 1
    assert cloud.tasks("carecloud") == []


def test_token_that_came_twice_is_refused(cloud: Cloud) -> None:
    scheme = CARECLOUD[2]
    cloud.put_account(scheme)
    cloud.environment(QUEUE_URL=cloud.queues["carecloud"])
    event = http_event("carecloud", scheme.signed())
    event["rawQueryString"] = f"token=wrong&token={scheme.key}"
    is_problem(import_module("functions.carecloud.webhook").handler(event, Context()), 400, "invalid_request")


def test_body_that_is_not_the_base64_it_is_said_to_be_is_refused(cloud: Cloud) -> None:
    scheme = CARECLOUD[0]
    cloud.put_account(scheme)
    cloud.environment(QUEUE_URL=cloud.queues["carecloud"])
    event = {**http_event("carecloud", scheme.signed()), "isBase64Encoded": True}
    is_problem(import_module("functions.carecloud.webhook").handler(event, Context()), 400, "invalid_request")


# --- ignored


@pytest.mark.parametrize(
    ("scheme", "body", "reason"),
    [
        (CELLCAST[1], {"type": "optout"}, "opt_out"),
        (HIGHLEVEL, {"type": "INSTALL", "locationId": LOCATION}, "event_not_about_messages"),
        (HIGHLEVEL, {"type": "InboundMessage", "locationId": LOCATION}, "event_without_message_id"),
        (SAMVA_2, {"event": "webhook.test"}, "event_not_about_messages"),
        (SAMVA_3, {"type": "contact.created"}, "event_not_about_messages"),
    ],
    ids=str,
)
def test_genuine_event_about_no_message_is_200(
    cloud: Cloud, scheme: Scheme, body: dict[str, str], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.put_account(scheme)
    response = cloud.post(scheme.provider, scheme.signed(json.dumps(body).encode()))
    assert (response["statusCode"], body_of(response)) == (200, {"ignored": reason})
    assert counts(capsys.readouterr().out) == {"received": 1, "ignored": 1}
    assert cloud.tasks(scheme.provider) == []
    assert cloud.rows() == []


def test_entries_that_cannot_be_read_are_told_and_the_others_are_queued(
    cloud: Cloud, capsys: pytest.CaptureFixture[str], logged: list[str]
) -> None:
    scheme = CELLCAST[1]
    cloud.put_account(scheme)
    batch = json.dumps([{"_id": "c1"}, {"_id": "bad\ufffe"}, {"status": "sent"}, {"_id": 17}]).encode()
    response = cloud.post(scheme.provider, scheme.signed(batch))
    assert (response["statusCode"], body_of(response)) == (200, {"accepted": 2, "unread": 2})
    assert [task["message_id"] for task in cloud.tasks(scheme.provider)] == ["c1", "17"]
    assert counts(capsys.readouterr().out)["unread_entries"] == 2
    assert any("webhook entries unread" in line for line in logged)
