"""CareCloud, row by row: statuses, openings, channels and local times. Written from the vendor's published facts,
not from the tables of the mapping."""

from __future__ import annotations

import pytest

from message_detail.adapters.provider_steps import fetch_document
from message_detail.domain.errors import UnknownAccount
from message_detail.providers.base.provider import Context, Response
from message_detail.providers.carecloud.provider import PROVIDER
from tests.unit.providers.carecloud_case import (
    FETCHED_AT,
    LIST_ID,
    MESSAGE_ID,
    account,
    answer,
    data,
    drift,
    exchange,
    message,
    normalize,
    steps,
)

# --- statuses


@pytest.mark.parametrize(
    ("native", "status", "final", "failure"),
    [
        (0, "queued", False, None),
        (1, "sent", False, None),
        (-1, "bounced", True, ("bounced_hard", "permanent")),
        (-2, "bounced", True, ("bounced_soft", "temporary")),
        (2, "failed", True, ("provider_error", "unknown")),
        (4, "rejected", True, ("consent_missing", "permanent")),
        (5, "deferred", False, None),
    ],
)
def test_statuses(native: int, status: str, final: bool, failure: tuple[str, str] | None) -> None:
    for spelling in (native, str(native), f" {native} "):
        found = message(status=spelling)
        assert (found.status, found.final) == (status, final)
        assert found.status_native is not None
        assert found.status_native.strip() == str(native)
        assert (found.failure and (found.failure.category, found.failure.permanence)) == failure
        assert not drift(found)


def test_a_new_status_is_unknown_and_not_final() -> None:
    found = message(status=6)
    assert (found.status, found.status_native, found.final) == ("unknown", "6", False)
    assert ("status", "unknown_value") in drift(found)
    assert found.extensions["status"] == 6


@pytest.mark.parametrize("absent", [None, ""])
def test_a_missing_status_is_unknown_without_drift(absent: str | None) -> None:
    found = message(status=absent)
    assert (found.status, found.status_native) == ("unknown", None)
    assert not drift(found)


def test_sent_carries_its_time() -> None:
    found = normalize(status=1, send_time="2026-05-04 10:15:00")
    assert steps(found.observations) == [("sent", "2026-05-04T08:15:00.000Z")]
    assert found.message.timestamps.sent == "2026-05-04T08:15:00.000Z"


def test_a_bounce_was_sent_before() -> None:
    found = normalize(status=-1, send_time="2026-05-04 10:15:00")
    assert steps(found.observations) == [("sent", "2026-05-04T08:15:00.000Z"), ("bounced", None)]


@pytest.mark.parametrize("native", [0, 2, 4, 5, 6, None])
def test_a_time_of_sending_does_not_lift_any_other_status_to_sent(native: int | None) -> None:
    found = normalize(status=native, send_time="2026-05-04 10:15:00")
    assert [status for status, _ in steps(found.observations)] == [str(found.message.status)]
    assert found.message.timestamps.sent == "2026-05-04T08:15:00.000Z"


# --- engagement


@pytest.mark.parametrize("native", [1, 0, -1, 2])
def test_opened_is_engagement_and_a_delivery_at_that_time_but_never_read(native: int) -> None:
    found = normalize(
        status=native,
        opened_time="2026-05-04 18:02:09",
        mail_client_user_agent="Thunderbird",
        mail_client_language="cs",
    )
    opened = found.message.engagement.opened
    assert opened is not None
    assert opened.model_dump() == {
        "first_at": "2026-05-04T16:02:09.000Z",
        "last_at": None,
        "user_agent": "Thunderbird",
        "language": "cs",
    }
    assert ("delivered", "2026-05-04T16:02:09.000Z") in steps(found.observations)
    assert "read" not in {status for status, _ in steps(found.observations)}
    assert found.message.status == message(status=native).status


def test_the_native_word_is_not_lent_to_the_delivery() -> None:
    found = normalize(status=1, opened_time="2026-05-04 18:02:09")
    assert {str(seen.status): seen.status_native for seen in found.observations} == {"sent": "1", "delivered": None}


@pytest.mark.parametrize("never", [None, "", "0000-00-00 00:00:00", "soon"])
def test_without_a_readable_time_nothing_was_opened(never: str | None) -> None:
    found = normalize(opened_time=never, mail_client_user_agent="unknown", mail_client_language="cs")
    assert found.message.engagement.opened is None
    assert [status for status, _ in steps(found.observations)] == ["sent"]
    assert found.message.extensions["mail_client_user_agent"] == "unknown"
    assert found.message.extensions["mail_client_language"] == "cs"
    assert (("opened_time", "unreadable_time") in drift(found.message)) == bool(never)


# --- channels


@pytest.mark.parametrize(("native", "channel"), [(1, "email"), (2, "sms"), (4, "push"), (5, "in_app")])
def test_channels_by_number(native: int, channel: str) -> None:
    for spelling in (native, str(native)):
        found = message(communication_channel_id=spelling)
        assert (found.channel, found.channel_native) == (channel, str(native))
        fetched = exchange({"communication_channel_id": spelling})
        fetch_document(PROVIDER, account(), MESSAGE_ID, fetched)
        assert len(fetched.requests) == 2


@pytest.mark.parametrize(
    ("text_id", "channel"),
    [("email", "email"), ("SMS", "sms"), ("push", "push"), ("whatsapp", "whatsapp"), ("viber", "other")],
)
def test_a_channel_id_is_looked_up_in_the_list(text_id: str, channel: str) -> None:
    listed = [
        {"communication_channel_id": "86000000000000000000000000", "name": "Jiný", "text_id": "store_screen"},
        {"communication_channel_id": LIST_ID, "name": "Kanál", "text_id": text_id},
    ]
    body = {"data": {"communication_channels": listed, "total_items": 2}}
    fetched = exchange({"communication_channel_id": LIST_ID}, channels=answer(200, body))
    document = fetch_document(PROVIDER, account(), MESSAGE_ID, fetched)
    assert fetched.paths()[2:] == ["/communication-channels"]
    found = PROVIDER.normalize(document, Context(account(), MESSAGE_ID, FETCHED_AT)).message
    assert (found.channel, found.channel_native) == (channel, LIST_ID)
    assert found.extensions["_channel"] == listed[1]
    assert not drift(found)


@pytest.mark.parametrize(
    "channels",
    [
        answer(404, {}),
        answer(403, {}),
        answer(200, {"data": []}),
        answer(200, {"data": {"communication_channels": {"a": 1}}}),
        answer(200, {"data": {"communication_channels": ["x", {"communication_channel_id": "other"}]}}),
    ],
)
def test_a_channel_that_no_list_explains_is_unknown(channels: Response) -> None:
    document = fetch_document(
        PROVIDER, account(), MESSAGE_ID, exchange({"communication_channel_id": LIST_ID}, channels=channels)
    )
    found = PROVIDER.normalize(document, Context(account(), MESSAGE_ID, FETCHED_AT)).message
    assert (found.channel, found.channel_native) == ("unknown", LIST_ID)
    assert ("communication_channel_id", "unknown_value") in drift(found)


def test_a_channel_of_the_project_is_unknown_and_kept() -> None:
    entry = {"communication_channel_id": LIST_ID, "name": "Prodejna", "text_id": "store_screen"}
    document = {**data(communication_channel_id=LIST_ID), "_detail": {"html_body": "x"}, "_channel": entry}
    found = PROVIDER.normalize(document, Context(account(), MESSAGE_ID, FETCHED_AT)).message
    assert found.channel == "unknown"
    assert ("_channel.text_id", "unknown_value") in drift(found)
    assert found.extensions["_channel"] == entry


def test_no_channel_at_all_costs_no_call() -> None:
    fetched = exchange({"communication_channel_id": None})
    fetch_document(PROVIDER, account(), MESSAGE_ID, fetched)
    assert len(fetched.requests) == 2
    assert message(communication_channel_id=None).channel == "unknown"


# --- trap 1: local times


@pytest.mark.parametrize(
    ("local", "zone", "instant"),
    [
        ("2026-01-15 08:30:00", "Europe/Prague", "2026-01-15T07:30:00.000Z"),
        ("2026-07-15 08:30:00", "Europe/Prague", "2026-07-15T06:30:00.000Z"),
        ("2026-07-15T08:30:00", "Europe/Prague", "2026-07-15T06:30:00.000Z"),
        ("2026-07-15 08:30:00", "America/New_York", "2026-07-15T12:30:00.000Z"),
        ("2026-07-15 08:30:00", "UTC", "2026-07-15T08:30:00.000Z"),
    ],
)
def test_times_are_local_to_the_account(local: str, zone: str, instant: str) -> None:
    found = message(settings={"time_zone": zone}, send_time=local)
    assert found.timestamps.sent == instant
    assert not drift(found)


@pytest.mark.parametrize(
    ("local", "instant", "problem"),
    [
        ("2025-10-26 02:30:00", "2025-10-26T00:30:00.000Z", "local_time_twice"),
        ("2026-03-29 02:30:00", "2026-03-29T01:30:00.000Z", "local_time_missing"),
    ],
)
def test_the_double_hour_is_the_earlier_one_and_the_missing_hour_moves_forward(
    local: str, instant: str, problem: str
) -> None:
    found = message(send_time=local)
    assert found.timestamps.sent == instant
    assert found.extensions["send_time"] == local
    assert drift(found) == {("send_time", problem)}


@pytest.mark.parametrize("zone", ["Europe/Nowhere", "Europe", "../../etc/passwd", "CEST+2", "Prag\0ue", "é"])
def test_a_bad_time_zone_is_an_unusable_account_and_costs_no_call(zone: str) -> None:
    calls = exchange({})
    with pytest.raises(UnknownAccount, match="'time_zone' is not the IANA name of a time zone") as caught:
        fetch_document(PROVIDER, account(time_zone=zone), MESSAGE_ID, calls)
    assert not calls.requests
    assert "Nowhere" not in caught.value.detail
    assert caught.value.account == "default"
    with pytest.raises(UnknownAccount, match="time_zone"):
        normalize(settings={"time_zone": zone})
