"""Samva: channels, numbers, prices, structures in strings, and parties."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.providers.samva_case import LEAST, message, problems

# --- channels, directions, numbers ---------------------------------------------------------------------------


@pytest.mark.parametrize("native", ["sms", "email", "whatsapp", "voice", "WhatsApp"])
def test_channels(native: str) -> None:
    found = message(channel=native)
    assert (found.channel, found.channel_native) == (native.lower(), native)


@pytest.mark.parametrize(("field", "native"), [("channel", "pigeon"), ("direction", "sideways")])
def test_channels_and_directions_nobody_knows_are_drift(field: str, native: str) -> None:
    found = message(**{field: native})
    assert getattr(found, field) == "unknown"
    assert problems(found) == {field: "unknown_value"}


@pytest.mark.parametrize("least", [LEAST, str(LEAST)], ids=repr)
def test_the_least_int32_is_a_placeholder_and_kept(least: Any) -> None:
    found = message(retryCount=least, maxRetries=least, deliveryAttempts=least, emailMetadata={"threadPosition": least})
    assert found.attempts.model_dump() == {"count": None, "retries": None, "max_retries": None}
    assert found.conversation.position is None
    assert found.extensions == {
        "retryCount": least,
        "maxRetries": least,
        "deliveryAttempts": least,
        "emailMetadata": {"threadPosition": least},
    }
    assert not found.provenance.drift


def test_numbers_and_flags_may_be_text() -> None:
    found = message(retryCount="1", maxRetries="3", isTest="true", isInternal=0, emailMetadata={"threadPosition": "2"})
    assert (found.attempts.retries, found.attempts.max_retries, found.conversation.position) == (1, 3, 2)
    assert (found.origin.test, found.origin.internal) == (True, False)
    assert not found.provenance.drift


def test_a_boolean_as_an_integer_is_kept_as_it_came() -> None:
    flags = {"hasAttachments": 1, "attachmentCount": LEAST, "hasQuotedContent": True}
    found = message(emailMetadata=flags)
    assert found.extensions == {"emailMetadata": flags}
    assert not found.provenance.drift


def test_prices_have_their_own_lines_and_units() -> None:
    found = message(cost="0.0120", currency="usd", providerCost=0.0075)
    assert [(line.kind, line.amount, line.unit) for line in found.billing.lines] == [
        ("provider", "0.0075", None),
        ("platform", "0.0120", "USD"),
    ]


def test_a_currency_without_a_price_or_without_meaning_is_kept() -> None:
    assert message(currency="AUD").extensions == {"currency": "AUD"}
    odd = message(cost="1", currency="credits")
    assert (odd.billing.lines[0].unit, odd.extensions) == (None, {"currency": "credits"})
    assert problems(odd) == {"currency": "unknown_value"}


def test_the_short_answer_in_snake_case() -> None:
    found = message(status="queued", created_at="2026-05-04T09:15:00Z", credits_used=2)
    assert found.timestamps.created == "2026-05-04T09:15:00.000Z"
    assert [(line.amount, line.unit) for line in found.billing.lines] == [("2", "credit:samva")]
    assert not found.provenance.drift


# --- structures in strings -----------------------------------------------------------------------------------

STRUCTURES = [
    ("statusHistory",),
    ("participantMetadata",),
    ("errorDetails",),
    ("providerResponse",),
    ("apiRequestMetadata",),
    ("apiResponseMetadata",),
    ("fromParticipant", "channelIdentities"),
    ("emailMetadata", "toEmails"),
    ("emailMetadata", "ccEmails"),
    ("emailMetadata", "replyToEmail"),
]


@pytest.mark.parametrize("value", ["string", '{"a":1}', {"a": 1}, [1, {"b": None}], "[]", [], {}, None, "{broken"])
@pytest.mark.parametrize("path", STRUCTURES, ids=".".join)
def test_a_structure_may_come_in_any_shape_without_drift(path: tuple[str, ...], value: Any) -> None:
    fields: dict[str, Any] = {path[0]: value if len(path) == 1 else {path[1]: value}}
    assert not message(status="sent", **fields).provenance.drift


def test_metadata_of_requests_is_kept_with_secrets_blanked() -> None:
    found = message(
        apiRequestMetadata='{"headers":{"X-API-Key":"sk_live_invented"},"ip":"192.0.2.7"}',
        apiResponseMetadata={"authorization": "Bearer invented", "status": 201},
    )
    assert json.loads(found.extensions["apiRequestMetadata"]) == {
        "headers": {"X-API-Key": "[redacted]"},
        "ip": "192.0.2.7",
    }
    assert found.extensions["apiResponseMetadata"] == {"authorization": "[redacted]", "status": 201}


@pytest.mark.parametrize(
    ("native", "response"),
    [("plain", "plain"), ('{"sid":"x"}', {"sid": "x"}), ({"sid": "x"}, {"sid": "x"}), ([1], [1]), ("{x", "{x")],
)
def test_the_carriers_answer_is_read(native: Any, response: Any) -> None:
    assert message(providerResponse=native).upstream.response == response


@pytest.mark.parametrize(
    ("native", "addresses"),
    [
        ("a@example.com", ["a@example.com"]),
        ("a@example.com, B@Example.COM", ["a@example.com", "B@example.com"]),
        ("a@example.com;b@example.com;", ["a@example.com", "b@example.com"]),
        ('["a@example.com","b@example.com"]', ["a@example.com", "b@example.com"]),
        (["a@example.com", None], ["a@example.com"]),
        ('"Doe, Jo" <a@example.com>, b@example.com', ["a@example.com", "b@example.com"]),
        ("[]", []),
        ("", []),
        (None, []),
    ],
)
@pytest.mark.parametrize(("field", "place"), [("toEmails", "to"), ("ccEmails", "cc"), ("replyToEmail", "reply_to")])
def test_lists_of_addresses(field: str, place: str, native: Any, addresses: list[str]) -> None:
    found = message(channel="email", emailMetadata={field: native})
    assert [party.address for party in getattr(found, place)] == addresses
    assert not found.provenance.drift


def test_what_is_more_than_an_address_is_kept() -> None:
    native = [{"email": "a@example.com", "name": "A"}, 7]
    found = message(channel="email", emailMetadata={"ccEmails": native})
    assert [party.address for party in found.cc] == ["a@example.com"]
    assert found.extensions == {"emailMetadata": {"ccEmails": native}}


# --- parties -------------------------------------------------------------------------------------------------


def test_recipients_are_joined_by_id_in_the_order_of_the_ids() -> None:
    found = message(
        toParticipantIds=["p2", "p1", "p3"],
        toParticipants=[{"id": "p1", "name": "One"}, {"id": "p2", "displayName": "Two"}, {"id": "p4", "name": "Four"}],
    )
    assert [(party.contact_id, party.name) for party in found.to] == [
        ("p2", "Two"),
        ("p1", "One"),
        ("p3", None),
        ("p4", "Four"),
    ]


def test_a_spare_name_is_kept() -> None:
    found = message(
        fromParticipant={"id": "p1", "name": "Jo Doe", "displayName": "Jo"}, emailMetadata={"fromName": "J. Doe"}
    )
    assert found.from_ is not None
    assert found.from_.name == "Jo Doe"
    assert found.extensions == {"fromParticipant": {"displayName": "Jo"}, "emailMetadata": {"fromName": "J. Doe"}}


def test_metadata_fills_the_address_of_the_only_participant() -> None:
    found = message(
        channel="email",
        fromParticipantId="p1",
        toParticipantIds=["p2"],
        emailMetadata={"fromEmail": "a@example.com", "fromName": "A", "toEmails": "b@example.com"},
    )
    assert found.from_ is not None
    assert (found.from_.contact_id, found.from_.address, found.from_.name) == ("p1", "a@example.com", "A")
    assert [(party.contact_id, party.address) for party in found.to] == [("p2", "b@example.com")]


def test_addresses_find_their_participants_by_identity_and_none_is_guessed() -> None:
    found = message(
        channel="email",
        toParticipants=[
            {"id": "p1", "channelIdentities": '{"email":"B@example.com"}'},
            {"id": "p2"},
            {"id": "p3"},
        ],
        emailMetadata={"toEmails": "a@example.com, Bo <b@example.com>, c@example.com"},
    )
    assert [(party.contact_id, party.address) for party in found.to] == [
        ("p1", "b@example.com"),
        ("p2", None),
        ("p3", None),
        (None, "a@example.com"),
        (None, "c@example.com"),
    ]


@pytest.mark.parametrize(
    "identities",
    [
        {"sms": "+61491570156", "email": "x@example.com"},
        '{"SMS":{"value":"+61491570156"}}',
        [{"channel": "email", "value": "x@example.com"}, {"channel": "sms", "address": "+61491570156"}],
        {"phone": ["+61491570156"]},
    ],
)
def test_identities_fill_a_missing_address(identities: Any) -> None:
    found = message(channel="sms", fromParticipant={"id": "p1", "channelIdentities": identities})
    assert found.from_ is not None
    assert found.from_.address == "+61491570156"
    assert found.extensions == {"fromParticipant": {"channelIdentities": identities}}


def test_numbers_of_whatsapp_with_a_region() -> None:
    found = message(
        region="AU", channel="whatsapp", whatsappMetadata={"fromNumber": "0491 570 156", "toNumber": "+61491570157"}
    )
    assert found.from_ is not None
    assert (found.from_.address, found.from_.address_raw) == ("+61491570156", "0491 570 156")
    assert [party.address for party in found.to] == ["+61491570157"]


def test_the_id_at_meta_stands_in_for_an_empty_upstream_id() -> None:
    ids = {"waMessageId": "wamid.x"}
    assert message(whatsappMetadata=ids).upstream.message_id == "wamid.x"
    assert message(whatsappMetadata=ids, providerMessageId="up-1").upstream.message_id == "up-1"
    assert [(r.type, r.value) for r in message(whatsappMetadata=ids).references] == [("wa_message", "wamid.x")]
