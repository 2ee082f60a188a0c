"""Duplicates, crashes and refusals in the middle: an event may be taken in twice, never be lost."""

from __future__ import annotations

import time
from typing import Any

import pytest

from message_detail.adapters.aws.event_claims import CLAIM_SECONDS
from message_detail.testing import Scheme
from tests.unit.webhooks.cloud import TABLE, Cloud, counts, is_acknowledged, is_problem
from tests.unit.webhooks.schemes import ONE_OF_EACH, SCHEMES

each = pytest.mark.parametrize("scheme", ONE_OF_EACH, ids=str)
every = pytest.mark.parametrize("scheme", SCHEMES, ids=str)
with_event_id = pytest.mark.parametrize("scheme", [one for one in ONE_OF_EACH if one.event_id], ids=str)


# --- duplicates


@every
def test_duplicate_is_no_task(cloud: Cloud, scheme: Scheme, capsys: pytest.CaptureFixture[str]) -> None:
    cloud.put_account(scheme)
    signed = scheme.signed()
    cloud.post(scheme.provider, signed)
    assert len(cloud.tasks(scheme.provider)) == 1
    capsys.readouterr()
    response = cloud.post(scheme.provider, signed)
    is_acknowledged(response, scheme, accepted=0, duplicate=True)
    assert counts(capsys.readouterr().out) == {"received": 1, "duplicates": 1}
    assert cloud.tasks(scheme.provider) == []


@with_event_id
def test_same_event_with_other_bytes_is_taken_in_and_counted(
    cloud: Cloud, scheme: Scheme, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.put_account(scheme)
    event = scheme.event(time.time())
    cloud.post(scheme.provider, scheme.signed(scheme.encode(event)))
    capsys.readouterr()
    changed = scheme.signed(scheme.encode({**event, "receiver": "+61491570157"}))
    is_acknowledged(cloud.post(scheme.provider, changed), scheme, accepted=1)
    assert counts(capsys.readouterr().out) == {"received": 1, "changed_under_same_event_id": 1, "enqueued": 1}
    is_acknowledged(cloud.post(scheme.provider, changed), scheme, accepted=0, duplicate=True)
    assert len(cloud.tasks(scheme.provider)) == 2


@each
def test_same_event_of_two_accounts_is_two(cloud: Cloud, scheme: Scheme) -> None:
    cloud.put_account(scheme)
    cloud.put_account(scheme, "second")
    at = time.time()
    for path in ("", "/second"):
        is_acknowledged(cloud.post(scheme.provider, scheme.signed(at=at, path=path)), scheme, accepted=1)
    assert sorted(task["account"] for task in cloud.tasks(scheme.provider)) == ["default", "second"]


@every
def test_mark_lives_as_long_as_the_provider_says(cloud: Cloud, scheme: Scheme) -> None:
    cloud.put_account(scheme)
    cloud.post(scheme.provider, scheme.signed())
    [row] = cloud.rows()
    assert abs(int(row["expires_at"]["N"]) - time.time() - scheme.webhook.window_seconds) < 30
    assert row["pk"]["S"].startswith("event#")


# --- what goes wrong in the middle


class Crash(BaseException):
    """The end of the container."""


@every
def test_crash_between_claim_and_queue_lets_the_redelivery_in(cloud: Cloud, scheme: Scheme) -> None:
    cloud.put_account(scheme)
    signed = scheme.signed()

    def crash(**_: Any) -> None:
        raise Crash

    cloud.sqs.meta.events.register("before-call.sqs.SendMessageBatch", crash)
    try:
        with pytest.raises(Crash):
            cloud.post(scheme.provider, signed)
    finally:
        cloud.sqs.meta.events.unregister("before-call.sqs.SendMessageBatch", crash)
    [row] = cloud.rows()
    assert "settled" not in row
    row["claimed_until"] = {"N": str(float(row["claimed_until"]["N"]) - CLAIM_SECONDS - 1)}  # and time went by
    cloud.dynamodb.put_item(TableName=TABLE, Item=row)
    is_acknowledged(cloud.post(scheme.provider, signed), scheme, accepted=1)
    assert len(cloud.tasks(scheme.provider)) == 1
    is_acknowledged(cloud.post(scheme.provider, signed), scheme, accepted=0, duplicate=True)


@every
def test_queue_that_refuses_makes_the_provider_try_again(cloud: Cloud, scheme: Scheme) -> None:
    cloud.put_account(scheme)
    signed = scheme.signed()
    gone = cloud.queues[scheme.provider] + "-gone"
    response = cloud.post(scheme.provider, signed, QUEUE_URL=gone)
    is_problem(response, scheme.webhook.busy_status, "storage_refused")
    assert int(response["headers"]["retry-after"]) >= 1
    assert cloud.rows() == []
    is_acknowledged(cloud.post(scheme.provider, signed), scheme, accepted=1)
    assert len(cloud.tasks(scheme.provider)) == 1


@every
def test_table_that_refuses_keeps_nothing_out(cloud: Cloud, scheme: Scheme) -> None:
    """Without it nothing tells duplicates apart: a second fetch is cheaper than a lost event."""
    cloud.put_account(scheme)
    for _ in range(2):
        response = cloud.post(scheme.provider, scheme.signed(), TABLE_NAME="no-such-table")
        is_acknowledged(response, scheme, accepted=1)
    assert len(cloud.tasks(scheme.provider)) == 2
