"""Cellcast's tables row by row, as written in its vendor's pages, and the traps that its answers hold."""

from __future__ import annotations

from typing import Any

import pytest

from message_detail.domain.errors import (
    MessageNotFound,
    ProviderBadAnswer,
    ProviderError,
    ProviderRefused,
    ProviderUnavailable,
    RateLimited,
    UnknownAccount,
)
from message_detail.domain.message import Message
from message_detail.domain.normalized import NormalizedMessage
from message_detail.providers.base.account import Account, build
from message_detail.providers.base.provider import Context, Request, Response
from message_detail.providers.cellcast.provider import PROVIDER

ID = "6a1c0de5f0aa11bb22cc33dd"
NOW = "2026-06-01T12:00:00.000Z"
SENT = "2026-05-04T08:35:58.000Z"
UPDATED = "2026-05-04T08:36:00.000Z"


def account(**settings: Any) -> Account:
    return build("cellcast", "default", {"token": "invented-token", **settings}, PROVIDER.schema)


def normalized(**data: Any) -> NormalizedMessage:
    document = {"_id": ID, "status": "sent", "send_time": SENT, "updatedAt": UPDATED, **data}
    return PROVIDER.normalize(document, Context(account(), ID, NOW))


def message(**data: Any) -> Message:
    return normalized(**data).message


def judged(status: int, body: Any) -> ProviderError | None:
    return PROVIDER.classify(Response(status, {}, body))


# --- statuses (3.5)


@pytest.mark.parametrize(
    ("word", "status", "category", "permanence"),
    [
        ("queued", "queued", None, None),
        ("pending", "queued", None, None),
        ("scheduled", "scheduled", None, None),
        ("sent", "sent", None, None),
        ("delivered", "delivered", None, None),
        ("delievered", "delivered", None, None),
        ("failed", "failed", "provider_error", "permanent"),
        ("blocked", "rejected", "blocked", "permanent"),
        ("rejected", "rejected", "carrier_error", "unknown"),
        ("expired", "expired", "expired", "temporary"),
        ("dead", "undelivered", "unreachable", "unknown"),
        ("canceled", "canceled", "canceled", "permanent"),
        ("cancelled", "canceled", "canceled", "permanent"),
        ("received", "sent", None, None),
        ("DELIVERED ", "delivered", None, None),
        ("no-such-word", "unknown", None, None),
    ],
)
def test_word(word: str, status: str, category: str | None, permanence: str | None) -> None:
    found = message(status=word)
    assert found.status == status
    assert found.status_native == word
    assert (found.failure and found.failure.category) == category
    assert (found.failure and found.failure.permanence) == permanence


@pytest.mark.parametrize("word", ["queued", "pending"])
def test_waiting_for_a_time_to_come_is_scheduled(word: str) -> None:
    assert message(status=word, scheduleAt="2026-06-01T12:00:01Z").status == "scheduled"
    assert message(status=word, scheduleAt="2026-06-01T11:59:59Z").status == "queued"
    assert message(status=word, scheduleAt="soon").status == "queued"


def test_a_time_to_come_schedules_nothing_that_has_been_sent() -> None:
    assert message(status="sent", scheduleAt="2026-06-02T12:00:00Z").status == "sent"


def test_updated_at_is_a_delivery_time_only_when_delivered() -> None:
    assert message(status="sent").timestamps.delivered is None
    assert message(status="failed").timestamps.delivered is None
    assert message(status="delivered").timestamps.delivered == UPDATED


def test_send_time_is_an_observation_of_its_own_once_the_message_has_ended() -> None:
    seen = [(one.status, one.occurred_at, one.status_native) for one in normalized(status="delivered").observations]
    assert seen == [("sent", SENT, None), ("delivered", UPDATED, "delivered")]
    seen = [(one.status, one.occurred_at, one.status_native) for one in normalized(status="dead").observations]
    assert seen == [("sent", SENT, None), ("undelivered", None, "dead")]


@pytest.mark.parametrize("word", ["queued", "scheduled", "no-such-word"])
def test_send_time_never_lifts_a_status_that_is_below_sent(word: str) -> None:
    assert [one.status for one in normalized(status=word).observations] == [message(status=word).status]


def test_engagement_leaves_the_status_alone() -> None:
    found = message(replyStop=True, customerResponse="Yes", customerResponseAt=UPDATED)
    assert found.status == "sent"
    assert found.engagement.opted_out is not None
    assert found.engagement.opted_out.first_at is None
    assert found.engagement.replied is not None
    assert found.engagement.replied.first_at == UPDATED
    assert message(replyStop=False).engagement.opted_out is None
    assert message(replyStop=False).extensions["replyStop"] is False


# --- fields (3.4)


def test_two_statuses_and_two_messages() -> None:
    found = message(message="Hello", _envelope={"status": True, "message": "Success"})
    assert (found.status_native, found.body.text) == ("sent", "Hello")
    assert "_envelope" not in found.extensions


def test_sender_has_its_country_code_and_receiver_has_none() -> None:
    found = message(sender="61491570156", receiver="491570157")
    assert found.from_ is not None
    assert (found.from_.address, found.from_.address_raw) == ("+61491570156", "61491570156")
    assert [(to.address, to.address_raw) for to in found.to] == [("+61491570157", "491570157")]


def test_an_alphanumeric_sender_is_no_address() -> None:
    found = message(sender="ExampleCo")
    assert found.from_ is not None
    assert (found.from_.address, found.from_.address_raw, found.from_.address_type) == (None, "ExampleCo", "unknown")


def test_the_account_says_which_country_national_numbers_are_of() -> None:
    document = {"_id": ID, "receiver": "7700900123"}
    found = PROVIDER.normalize(document, Context(account(default_region="GB"), ID, NOW)).message
    assert found.to[0].address == "+447700900123"


def test_two_credits_in_two_units_are_two_lines() -> None:
    found = message(smsDetail={"deductibleCredit": 0.031, "messagelength": 50, "smscount": 1}, creditAmount=1)
    lines = [(line.kind, line.amount, line.unit) for line in found.billing.lines]
    assert lines == [("credit_deducted", "0.031", None), ("credit_total", "1", "credit:cellcast")]
    assert (found.billing.length, found.billing.segments) == (50, 1)


@pytest.mark.parametrize(
    ("media", "channel", "urls"),
    [
        (None, "sms", []),
        ([], "sms", []),
        (["https://media.example.com/a.jpg"], "mms", ["https://media.example.com/a.jpg"]),
        ([{"url": "https://media.example.com/a.jpg"}], "mms", ["https://media.example.com/a.jpg"]),
        ({"mediaUrl": "https://media.example.com/a.jpg"}, "mms", ["https://media.example.com/a.jpg"]),
        ("https://media.example.com/a.jpg", "mms", ["https://media.example.com/a.jpg"]),
        ("https://m.ex/a.jpg,https://m.ex/b,c.jpg", "mms", ["https://m.ex/a.jpg", "https://m.ex/b,c.jpg"]),
        ('["https://m.ex/a.jpg",{"url":"https://m.ex/b.jpg"}]', "mms", ["https://m.ex/a.jpg", "https://m.ex/b.jpg"]),
        (["", None], "mms", []),
    ],
)
def test_media_make_an_mms(media: Any, channel: str, urls: list[str]) -> None:
    found = message(media=media)
    assert found.channel == channel
    assert [attachment.url for attachment in found.attachments] == urls


def test_media_as_objects_tell_of_the_file_and_are_kept() -> None:
    media = [{"url": "https://m.ex/a.jpg", "type": "image/jpeg", "name": "a.jpg", "size": 12}]
    found = message(media=media, customerResponse="See", customerResponseMedia=media)
    [file] = found.attachments
    assert (file.url, file.name, file.content_type, file.size) == ("https://m.ex/a.jpg", "a.jpg", "image/jpeg", 12)
    assert found.replies[0].media == ("https://m.ex/a.jpg",)
    assert found.extensions["media"] == found.extensions["customerResponseMedia"] == media
    assert not found.provenance.drift


def test_media_that_are_no_text_are_kept_beside_those_that_are() -> None:
    found = message(media=["https://media.example.com/a.jpg", {"id": 7}])
    assert found.extensions["media"] == [None, {"id": 7}]


@pytest.mark.parametrize(
    ("latest", "replies"),
    [
        ({"message": "And when?", "createdAt": "2026-05-04T09:00:00Z"}, ["Yes", "And when?"]),
        ({"text": "And when?", "at": "2026-05-04T09:00:00Z"}, ["Yes", "And when?"]),
        ({"message": "Yes", "createdAt": UPDATED}, ["Yes"]),
        ({"message": "And when?"}, ["Yes"]),
        ({"message": "And when?", "createdAt": "soon"}, ["Yes"]),
        ({"createdAt": "2026-05-04T09:00:00Z"}, ["Yes"]),
        ({"message": {"text": "And when?"}, "createdAt": 5}, ["Yes"]),
        (None, ["Yes"]),
    ],
)
def test_the_latest_reply_counts_when_its_text_and_time_are_recognised(latest: Any, replies: list[str]) -> None:
    found = message(customerResponse="Yes", customerResponseAt=UPDATED, replyMessage=latest)
    assert [reply.text for reply in found.replies] == replies
    assert found.extensions.get("replyMessage") == latest


def test_custom_string_is_a_reference() -> None:
    assert [(one.type, one.value) for one in message(customString="order-1").references] == [
        ("custom_string", "order-1")
    ]


def test_an_answer_of_four_fields_is_enough() -> None:
    found = message()
    assert (found.direction, found.kind, found.channel) == ("outbound", "message", "sms")
    assert found.provenance.drift == ()
    assert found.extensions == {}


def test_a_token_in_the_envelope_is_a_secret() -> None:
    found = message(_envelope={"refresh_token": "invented-refresh-token", "invalid_token": 0})
    assert "invented-refresh-token" not in found.model_dump_json()


# --- errors (3.6)

NOT_FOUND = {"status": False, "message": "Message not found", "data": {"message": "Message not found"}, "error": {}}
CAST = {"status": False, "message": "internal server error", "error": {"name": "CastError", "path": "_id"}}


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (404, NOT_FOUND, MessageNotFound),
        (404, None, MessageNotFound),
        (500, CAST, MessageNotFound),
        (400, CAST, MessageNotFound),
        (200, CAST, MessageNotFound),
        (200, {"status": False, "data": {"message": "message not found"}}, MessageNotFound),
        (200, {"status": False, "message": "message not found"}, MessageNotFound),
        (200, {"status": False, "error": {"error": "message not found"}}, MessageNotFound),
        (200, {"status": False, "message": "no"}, ProviderRefused),
        (200, {"status": "false", "message": "no", "data": {"_id": ID}}, ProviderRefused),
        (400, {"status": False, "message": "Message ID is required"}, ProviderRefused),
        (401, {"code": 401, "message": "Token expired", "stack": "at invented.js:1"}, ProviderRefused),
        (403, {}, ProviderRefused),
        (429, {}, RateLimited),
        (429, None, RateLimited),
        (200, {"meta": {"code": 429, "status": "OVER_LIMIT"}, "msg": "", "data": {}}, RateLimited),
        (400, {"status": False, "message": "OVER_LIMIT"}, RateLimited),
        (500, {"status": False, "message": "internal server error", "error": {"name": "Error"}}, ProviderUnavailable),
        (500, {"status": False, "error": {"name": "CastError", "path": "userId"}}, ProviderUnavailable),
        (502, None, ProviderUnavailable),
        (200, {"status": True, "maintainence": 1, "data": None}, ProviderUnavailable),
        (200, {"status": False, "maintainence": "1", "data": {}}, ProviderUnavailable),
        (200, {"status": True, "force_update": 1}, ProviderUnavailable),
        (200, {"status": True, "maintainence": 1, "data": {"_id": ID}}, None),
        (200, {"data": {"_id": ID}}, None),
        (200, {"status": True, "data": {"_id": ID, "message": "Your page was not found: OVER_LIMIT"}}, None),
        (200, {"status": True, "data": {"status": "delivered"}}, None),
    ],
)
def test_answer_means(status: int, body: Any, error: type[ProviderError] | None) -> None:
    found = judged(status, body)
    assert type(found) is error if error is not None else found is None


def test_the_stack_trace_of_a_refusal_is_not_shown() -> None:
    error = judged(401, {"code": 401, "message": "Token expired", "stack": "APIError at /srv/invented.js"})
    assert error is not None
    assert "invented.js" not in str(error.problem())


# --- the call and its key (3.2, 3.3)


def test_the_call() -> None:
    request = next(PROVIDER.retrieve(account(), "a/b?c"))
    assert isinstance(request, Request)
    assert (request.method, request.path) == ("GET", "/api/v2/report/message/a%2Fb%3Fc")
    assert request.headers == {"Content-Type": "application/json"}
    assert not request.optional
    assert account().base_url == "https://api.cellcast.com"


@pytest.mark.parametrize(
    "body", [{}, {"data": None}, {"data": []}, {"data": {"status": "sent"}}, {"data": {"_id": ""}}]
)
def test_a_success_without_an_id_is_unusable(body: Any) -> None:
    steps = PROVIDER.retrieve(account(), ID)
    next(steps)
    with pytest.raises(ProviderBadAnswer):
        steps.send(Response(200, {}, body))


def test_the_key_is_a_bearer_token_and_cannot_be_renewed() -> None:
    scheme = PROVIDER.authentication
    key = scheme.static(account())
    assert key == "invented-token"
    assert scheme.headers(account(), key) == {"Authorization": "Bearer invented-token"}
    assert scheme.login is None


def test_an_account_without_a_token_is_said_to_lack_it() -> None:
    with pytest.raises(UnknownAccount, match="token"):
        build("cellcast", "default", {}, PROVIDER.schema)


def test_another_endpoint_on_the_same_prefix_is_never_asked_for_as_an_id() -> None:
    assert "quick-api-credit-usage" in PROVIDER.reserved_ids


# --- numbers


@pytest.mark.parametrize(
    ("receiver", "country", "address"),
    [
        ("400000002", None, "+61400000002"),
        ("0400000002", None, "+61400000002"),
        ("61400000002", None, "+61400000002"),
        ("+61491570156", None, "+61491570156"),
        ("0061400000002", None, "+61400000002"),
        (400000002.0, None, "+61400000002"),
        ("211234567", "NZ", "+64211234567"),
        ("211234567", "nz ", "+64211234567"),
        ("211234567", "+64", "+64211234567"),
        ("211234567", 64, "+64211234567"),
        ("211234567", 64.0, "+64211234567"),
        ("0211234567", "0064", "+64211234567"),
        ("64211234567", None, "+64211234567"),
        ("6421123456", None, "+6421123456"),
        ("64211234567", "NZ", "+64211234567"),
        ("447400123456", None, "+447400123456"),
        ("7400123456", "GB", "+447400123456"),
        ("0064211234567", None, "+64211234567"),
        ("12345", None, None),
        ("199999", None, None),
        ("19771234", None, None),
        ("MYSHOP", None, None),
        ("6421", None, None),
        ("64", "NZ", None),
        ("211234567", "NZL", "+64211234567"),
        ("400000002", "aus", "+61400000002"),
        ("400000002", " ", "+61400000002"),
    ],
    ids=repr,
)
def test_a_receiver_is_read_in_its_own_country_and_a_short_code_is_no_number(
    receiver: Any, country: Any, address: str | None
) -> None:
    [found] = message(receiver=receiver, countryCode=country).to
    assert (found.address, found.address_raw) == (address, str(receiver))


@pytest.mark.parametrize("country", ["Aotearoa", "XX", "999", "0", "Z"])
def test_a_country_that_is_none_is_drift_and_the_number_nobodys(country: str) -> None:
    """It may be a stranger's of the account's country; with its country code it is known all the same."""
    found = message(receiver="400000002", countryCode=country)
    assert [(party.address, party.address_raw) for party in found.to] == [(None, "400000002")]
    assert [party.address for party in message(receiver="61400000002", countryCode=country).to] == ["+61400000002"]
    assert [(drift.path, drift.problem) for drift in found.provenance.drift] == [("countryCode", "unknown_value")]
    assert found.extensions["countryCode"] == country


@pytest.mark.parametrize("sender", ["12345", "199999", "19771234", "EXAMPLECO"])
def test_a_short_code_or_name_as_sender_has_no_canonical_address(sender: str) -> None:
    found = message(sender=sender).from_
    assert found is not None
    assert (found.address, found.address_raw) == (None, sender)


@pytest.mark.parametrize(
    "receiver",
    [
        "400000002, 0400000003",
        ["400000002", 400000003],
        '["400000002","400000003"]',
        [{"number": "400000002"}, {"phone": "400000003"}],
    ],
    ids=str,
)
def test_several_receivers_are_a_party_each(receiver: Any) -> None:
    found = message(receiver=receiver)
    assert [party.address for party in found.to] == ["+61400000002", "+61400000003"]
    assert not found.provenance.drift


def test_great_britain_goes_by_two_names() -> None:
    assert [party.address for party in message(receiver="7400123456", countryCode="UK").to] == ["+447400123456"]
