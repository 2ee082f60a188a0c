"""Redeliveries, refusals and the end of a container: an event may be queued twice, never be lost."""

from __future__ import annotations

import time
from typing import Any

import pytest

from message_detail.testing import Scheme
from tests.unit.crashes import Crash
from tests.unit.webhooks.cloud import Cloud, counts, is_acknowledged, is_problem
from tests.unit.webhooks.schemes import ONE_OF_EACH, SCHEMES

each = pytest.mark.parametrize("scheme", ONE_OF_EACH, ids=str)
every = pytest.mark.parametrize("scheme", SCHEMES, ids=str)
with_event_id = pytest.mark.parametrize("scheme", [one for one in ONE_OF_EACH if one.event_id], ids=str)


@every
def test_a_redelivery_is_queued_too_under_the_same_digest(
    cloud: Cloud, scheme: Scheme, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.put_account(scheme)
    signed = scheme.signed()
    for _ in range(2):
        is_acknowledged(cloud.post(scheme.provider, signed), scheme, accepted=1)
    first, again = cloud.tasks(scheme.provider)
    assert first["event"] == again["event"]
    assert first["event_window"] == again["event_window"] == scheme.webhook.window_seconds
    assert counts(capsys.readouterr().out) == {"received": 2, "enqueued": 2}


@with_event_id
def test_an_event_that_is_told_in_other_words_is_the_same_by_its_id(cloud: Cloud, scheme: Scheme) -> None:
    cloud.put_account(scheme)
    event = scheme.event(time.time())
    cloud.post(scheme.provider, scheme.signed(scheme.encode(event)))
    changed = scheme.signed(scheme.encode({**event, "receiver": "+61491570157"}))
    is_acknowledged(cloud.post(scheme.provider, changed), scheme, accepted=1)
    first, again = cloud.tasks(scheme.provider)
    own_digest = scheme.webhook.provider == "samva" and "x-webhook-signature" in changed.headers
    assert (first["event"] == again["event"]) is not own_digest


@each
def test_the_same_event_of_two_accounts_is_two(cloud: Cloud, scheme: Scheme) -> None:
    cloud.put_account(scheme)
    cloud.put_account(scheme, "second")
    at = time.time()
    for path in ("", "/second"):
        is_acknowledged(cloud.post(scheme.provider, scheme.signed(at=at, path=path)), scheme, accepted=1)
    assert sorted(task["account"] for task in cloud.tasks(scheme.provider)) == ["default", "second"]


@every
def test_the_intake_touches_no_row(cloud: Cloud, scheme: Scheme) -> None:
    """It works where there is no table at all, and leaves nothing in one that is there."""
    cloud.put_account(scheme)
    for table in ("no-such-table", ""):
        is_acknowledged(cloud.post(scheme.provider, scheme.signed(), TABLE_NAME=table), scheme, accepted=1)
    cloud.post(scheme.provider, scheme.signed())
    assert cloud.rows() == []


# --- what goes wrong in the middle


@every
def test_a_crash_before_the_queue_lets_the_redelivery_in(cloud: Cloud, scheme: Scheme) -> None:
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
    is_acknowledged(cloud.post(scheme.provider, signed), scheme, accepted=1)
    assert len(cloud.tasks(scheme.provider)) == 1


@every
def test_a_queue_that_refuses_makes_the_provider_try_again(cloud: Cloud, scheme: Scheme) -> None:
    cloud.put_account(scheme)
    signed = scheme.signed()
    gone = cloud.queues[scheme.provider] + "-gone"
    response = cloud.post(scheme.provider, signed, QUEUE_URL=gone)
    is_problem(response, scheme.webhook.busy_status, "storage_refused")
    assert int(response["headers"]["retry-after"]) >= 1
    is_acknowledged(cloud.post(scheme.provider, signed), scheme, accepted=1)
    assert len(cloud.tasks(scheme.provider)) == 1
