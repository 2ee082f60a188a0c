"""The intake function: what is answered, what is queued, and what is left behind when something refuses."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from importlib import import_module

import pytest

from message_detail.domain.seen_events import is_digest
from message_detail.domain.times import parse_instant
from message_detail.entrypoints.webhook import webhook_handler
from message_detail.providers.base.webhook import MAX_BYTES, Acknowledgement
from message_detail.providers.cellcast.account import SCHEMA
from message_detail.testing import Scheme
from tests.unit.container import Context
from tests.unit.samples import message_task
from tests.unit.webhooks.cloud import Cloud, body_of, counts, http_event, is_acknowledged, is_problem
from tests.unit.webhooks.schemes import ONE_OF_EACH, SCHEMES
from tests.unit.webhooks.schemes.carecloud import SCHEMES as CARECLOUD
from tests.unit.webhooks.schemes.cellcast import BASIC as CELLCAST

each = pytest.mark.parametrize("scheme", ONE_OF_EACH, ids=str)
every = pytest.mark.parametrize("scheme", SCHEMES, ids=str)


# --- taken in


@every
@pytest.mark.parametrize("encoded", [False, True], ids=["text", "base64"])
def test_genuine_webhook_is_exactly_one_task(cloud: Cloud, scheme: Scheme, encoded: bool) -> None:
    cloud.put_account(scheme)
    before = time.time()
    response = cloud.post(scheme.provider, scheme.signed(), encoded=encoded)
    is_acknowledged(response, scheme, accepted=1)
    [body] = cloud.tasks(scheme.provider)
    task = message_task(json.dumps(body))
    assert (task.provider, task.account, task.message_id) == (scheme.provider, "default", scheme.message_id)
    assert (task.via, task.deferrals) == ("webhook", 0)
    assert parse_instant(task.received_at) == task.received_at
    assert abs(before - time.time()) < 60


@every
def test_task_has_what_identifies_its_event_and_what_was_observed(cloud: Cloud, scheme: Scheme) -> None:
    cloud.put_account(scheme)
    cloud.post(scheme.provider, scheme.signed())
    [task] = cloud.tasks(scheme.provider)
    assert is_digest(task["event"])
    assert [seen["status"] for seen in task.get("observations", [])] == ([scheme.observed] if scheme.observed else [])


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
    body = scheme.filled(MAX_BYTES)
    assert cloud.post(scheme.provider, scheme.signed(body))["statusCode"] == 200
    assert len(cloud.tasks(scheme.provider)) == 1


def test_odd_ids_stay_as_they_are(cloud: Cloud) -> None:
    scheme = CARECLOUD[0]
    cloud.put_account(scheme)
    ids = ["MTAwMDAwMDAwMDAwMDAwMDAx", "a/b+c=d:e.f", "ж☕", " ", "..", "%2F"]
    cloud.post("carecloud", scheme.signed(json.dumps({"message_ids": ids}).encode()))
    assert sorted(task["message_id"] for task in cloud.tasks("carecloud")) == sorted(ids)


@pytest.mark.parametrize("body", [b"{}", b"[]", b'{"data":[]}'])
def test_empty_trial_of_cellcast_is_genuine_and_about_no_message(cloud: Cloud, body: bytes) -> None:
    scheme = CELLCAST
    cloud.put_account(scheme)
    is_problem(cloud.post(scheme.provider, scheme.unsigned(body)), 401, "signature_invalid")
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
    assert not any(scheme.held(scheme.other_key) in line for line in logged)


@every
def test_account_without_secrets_accepts_nothing_and_the_log_says_so(
    cloud: Cloud, scheme: Scheme, logged: list[str]
) -> None:
    cloud.put_account(scheme, "default", scheme.make_key("a-secret-that-goes"))
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
def test_unreadable_body_is_400_once_authenticated(cloud: Cloud, scheme: Scheme) -> None:
    cloud.put_account(scheme)
    for body in scheme.unreadable.values():
        is_problem(cloud.post(scheme.provider, scheme.unsigned(body), encoded=True), 401, "signature_invalid")
        response = cloud.post(scheme.provider, scheme.signed(body), encoded=True)
        refused = (400, "invalid_request") if scheme.can_sign(body) else (401, "signature_invalid")
        is_problem(response, *refused)
    assert cloud.tasks(scheme.provider) == []
    assert cloud.rows() == []


@every
def test_a_number_of_thousands_of_digits_is_no_id_and_breaks_nothing(cloud: Cloud, scheme: Scheme) -> None:
    cloud.put_account(scheme)
    event = {**scheme.event(time.time()), scheme.id_field: 0}
    body = scheme.encode(event).replace(b"0", b"1" * 5_000)
    response = cloud.post(scheme.provider, scheme.signed(body))
    assert response["statusCode"] == (400 if scheme.needs_id else 200)
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


@every
def test_genuine_event_about_no_message_is_200(
    cloud: Cloud, scheme: Scheme, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.put_account(scheme)
    for reason, event in scheme.ignored.items():
        response = cloud.post(scheme.provider, scheme.signed(scheme.encode(event)))
        is_acknowledged(response, scheme, ignored=reason)
        assert counts(capsys.readouterr().out) == {"received": 1, "ignored": 1}
    assert cloud.tasks(scheme.provider) == []
    assert cloud.rows() == []


def test_entries_that_cannot_be_read_are_told_and_the_others_are_queued(
    cloud: Cloud, capsys: pytest.CaptureFixture[str], logged: list[str]
) -> None:
    scheme = CELLCAST
    cloud.put_account(scheme)
    batch = json.dumps([{"_id": "c1"}, {"_id": "bad\ufffe"}, {"status": "sent"}, {"_id": 17}]).encode()
    response = cloud.post(scheme.provider, scheme.signed(batch))
    assert (response["statusCode"], body_of(response)) == (200, {"accepted": 2, "unread": 2})
    assert [task["message_id"] for task in cloud.tasks(scheme.provider)] == ["c1", "17"]
    assert counts(capsys.readouterr().out)["unread_entries"] == 2
    assert any("webhook entries unread" in line for line in logged)


# --- a vendor that wants another answer than ours


def test_a_vendor_is_answered_as_it_wants_whatever_became_of_its_event(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = replace(CELLCAST.webhook, answer=Acknowledgement("<Response/>", "text/xml"))
    scheme = replace(CELLCAST, webhook=own)
    monkeypatch.setattr(import_module("functions.cellcast.webhook"), "handler", webhook_handler(own, SCHEMA))
    cloud.put_account(scheme)
    for signed in (scheme.signed(), scheme.signed(), scheme.signed(scheme.encode({"type": "optout"}))):
        response = cloud.post(scheme.provider, signed)
        assert (response["statusCode"], response["body"]) == (200, "<Response/>")
        assert response["headers"]["content-type"] == "text/xml"
        is_acknowledged(response, scheme)
    assert len(cloud.tasks(scheme.provider)) == 2
    is_problem(cloud.post(scheme.provider, scheme.unsigned()), 401, "signature_invalid")
