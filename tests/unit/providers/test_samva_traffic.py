"""Samva's answers as they may come beside the vendor's page: loose times, open-ended words, amounts, addresses."""

from __future__ import annotations

from typing import Any

import pytest

from message_detail.domain.message import Engaged
from tests.unit.providers.samva_case import message, normalized, problems

EARLY, LATE = "2026-05-04T09:00:00.000Z", "2026-05-04T10:00:00.000Z"


# --- times


@pytest.mark.parametrize(
    "native", ["2026-05-04 09:00:00", "2026-05-04T09:00:00", 1777885200, "1777885200", 1777885200000], ids=repr
)
def test_a_time_without_an_offset_is_utc_and_a_number_is_an_epoch(native: Any) -> None:
    found = message(status="sent", sentAt=native, updatedAt=native, createdAt=native)
    times = found.timestamps
    assert (times.sent, times.updated, times.created) == (EARLY, EARLY, EARLY)
    assert found.provenance.source_updated_at == EARLY
    assert not found.provenance.drift


def test_an_answer_without_offsets_keeps_its_place_in_time() -> None:
    """Else its version would be that of the fetch, and an older answer that comes later would win."""
    older, newer = (message(updatedAt=f"2026-05-04 {hour}:00:00").provenance.source_updated_at for hour in ("09", "10"))
    assert older is not None
    assert newer is not None
    assert older < newer


# --- words


@pytest.mark.parametrize(
    ("word", "status", "category", "permanence"),
    [
        ("suppressed", "rejected", "blocked", "permanent"),
        ("canceled", "canceled", "canceled", "permanent"),
        ("Cancelled", "canceled", "canceled", "permanent"),
        ("REJECTED", "rejected", "provider_error", "unknown"),
        ("expired", "expired", "expired", "temporary"),
        ("dropped", "rejected", "blocked", "unknown"),
        ("blocked", "rejected", "blocked", "unknown"),
        ("undelivered", "undelivered", "carrier_error", "unknown"),
        ("hard-bounced", "bounced", "bounced_hard", "permanent"),
        ("Soft Bounce", "bounced", "bounced_soft", "temporary"),
        ("message.failed", "failed", "provider_error", "unknown"),
        ("deferred", "deferred", None, None),
        ("delivery_delayed", "deferred", None, None),
        ("accepted", "queued", None, None),
        ("sending", "sending", None, None),
        ("seen", "read", None, None),
        ("inProgress", "sending", None, None),
        ("softBounced", "bounced", "bounced_soft", "temporary"),
        ("HardBounce", "bounced", "bounced_hard", "permanent"),
    ],
)
def test_words_beside_the_vendors_page_have_their_status(
    word: str, status: str, category: str | None, permanence: str | None
) -> None:
    found = message(channel="email", direction="outbound", status=word)
    assert (found.status, found.status_native) == (status, word)
    failure = found.failure
    assert (failure and failure.category, failure and failure.permanence) == (category, permanence)
    assert not found.provenance.drift


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("opened", "opened"), ("Opened", "opened"), ("clicked", "clicked"), ("click", "clicked"),
        ("complained", "complained"), ("spam_complaint", "complained"), ("unsubscribed", "unsubscribed"),
    ],
)  # fmt: skip
def test_what_a_recipient_did_is_engagement_and_a_proof_of_delivery(word: str, kind: str) -> None:
    found = message(channel="email", direction="outbound", status=word)
    assert (found.status, found.status_native) == ("delivered", word)
    assert getattr(found.engagement, kind) == Engaged()
    assert not found.provenance.drift


def test_history_tells_when_it_was() -> None:
    history = [{"status": "opened", "at": LATE}, {"status": "opened", "at": EARLY}, {"status": "clicked"}]
    engagement = message(status="clicked", statusHistory=history).engagement
    assert engagement.opened == Engaged(first_at=EARLY, last_at=LATE)
    assert engagement.clicked == Engaged()


@pytest.mark.parametrize(
    "history",
    [
        [{"status": "delivered", "timestamp": {"_seconds": 1777885205, "_nanoseconds": 0}}],
        {"delivered": {"at": "2026-05-04T09:00:05Z"}, "read": False, "failed": {"ok": False}},
        {"data": [{"status": "delivered", "at": 1777885205000}]},
        '"[{\\"status\\":\\"delivered\\",\\"at\\":\\"2026-05-04T09:00:05Z\\"}]"',
    ],
    ids=str,
)
def test_a_history_tells_its_times_in_any_form(history: Any) -> None:
    found = normalized(direction="outbound", status="sent", statusHistory=history)
    told = {(o.status.value, o.occurred_at) for o in found.observations}
    assert told == {("sent", None), ("delivered", "2026-05-04T09:00:05.000Z")}
    assert (found.message.provenance.drift, found.message.extensions["statusHistory"]) == ((), history)


@pytest.mark.parametrize("word", ["teleported", "message.teleported", "delivered-ish"])
def test_other_words_are_drift(word: str) -> None:
    found = message(status=word)
    assert (found.status, found.final) == ("unknown", False)
    assert problems(found) == {"status": "unknown_value"}


# --- amounts


@pytest.mark.parametrize(
    ("cost", "currency", "amount", "unit"),
    [
        ("0.05", "USD", "0.05", "USD"), (0.05, None, "0.05", None), (5e-05, "usd", "0.00005", "USD"),
        ("$0.05", None, "0.05", None), ("$0.05", "USD", "0.05", "USD"), ("0,05", "EUR", "0.05", "EUR"),
        ("1.234,56", None, "1234.56", None), ("5e-2", None, "0.05", None), ("USD 0.05", None, "0.05", "USD"),
        ({"amount": "0.05", "currency": "USD"}, None, "0.05", "USD"),
        ({"amount": 0.05, "currency": "eur"}, None, "0.05", "EUR"),
        ({"value": "0,05", "currencyCode": "EUR"}, None, "0.05", "EUR"),
        ('{"amount":"0.05","currency":"USD"}', None, "0.05", "USD"),
        ({"amount": "€0.05"}, "EUR", "0.05", "EUR"),
    ],
)  # fmt: skip
def test_a_cost_is_a_decimal_and_its_unit_where_it_is_known(
    cost: Any, currency: str | None, amount: str, unit: str | None
) -> None:
    found = message(cost=cost, currency=currency)
    [line] = found.billing.lines
    assert (line.kind, line.amount, line.unit) == ("platform", amount, unit)
    assert not found.provenance.drift
    is_plain = isinstance(cost, float) or cost in ("0.05", "5e-2")
    assert found.extensions == ({} if is_plain else {"cost": cost})


@pytest.mark.parametrize("cost", ["free", "1,234", {"amount": None}, {"price": 1}, {}, "five"])
def test_a_cost_that_cannot_be_read_is_drift_and_kept(cost: Any) -> None:
    found = message(cost=cost)
    assert found.billing.lines == ()
    assert cost == {} or problems(found) == {"cost": "unreadable_amount"}
    assert cost == {} or found.extensions == {"cost": cost}


def test_a_currency_that_contradicts_the_cost_is_kept() -> None:
    found = message(cost="USD 0.05", currency="EUR")
    assert found.billing.lines[0].unit == "USD"
    assert found.extensions == {"cost": "USD 0.05", "currency": "EUR"}


def test_a_currency_may_be_its_sign() -> None:
    found = message(cost="0.05", currency="€")
    assert [(line.amount, line.unit) for line in found.billing.lines] == [("0.05", "EUR")]
    assert (found.extensions, found.provenance.drift) == ({"currency": "€"}, ())


# --- addresses


@pytest.mark.parametrize(
    ("native", "addresses"),
    [
        ("Doe, Jane <jane@ex.com>", ["jane@ex.com"]),
        ('"Doe, Jane" <jane@ex.com>, Bob <bob@EX.com>', ["jane@ex.com", "bob@ex.com"]),
        ("a@ex.com; b@ex.com", ["a@ex.com", "b@ex.com"]),
        ("a@ex.com b@ex.com", ["a@ex.com", "b@ex.com"]),
        (["a@ex.com, b@ex.com", "Jane @ Acme <jane@ex.com>"], ["a@ex.com", "b@ex.com", "jane@ex.com"]),
        ("John [Sales] <john@ex.com>", ["john@ex.com"]),
        ("jane@ex.com <jane@ex.com>", ["jane@ex.com"]),
        ([["a@ex.com"], {"Email": "b@ex.com"}], ["a@ex.com", "b@ex.com"]),
        ({"emails": ["a@ex.com", "b@ex.com"]}, ["a@ex.com", "b@ex.com"]),
        ([{"emailAddress": {"address": "a@ex.com", "name": "Ann"}}], ["a@ex.com"]),
        ({"a@ex.com": "Ann", "b@ex.com": None}, ["a@ex.com", "b@ex.com"]),
        ({"0": "a@ex.com", "1": "b@ex.com"}, ["a@ex.com", "b@ex.com"]),
        ('"[\\"a@ex.com\\"]"', ["a@ex.com"]),
        ("{a@ex.com,b@ex.com}", ["a@ex.com", "b@ex.com"]),
        ('{"a@ex.com","b@ex.com"}', ["a@ex.com", "b@ex.com"]),
        ("[a@ex.com, b@ex.com]", ["a@ex.com", "b@ex.com"]),
        ('["a@ex.com", "b@ex.com"', ["a@ex.com", "b@ex.com"]),
    ],
)
@pytest.mark.parametrize(("field", "place"), [("toEmails", "to"), ("ccEmails", "cc"), ("replyToEmail", "reply_to")])
def test_each_mailbox_of_a_text_is_a_party(field: str, place: str, native: Any, addresses: list[str]) -> None:
    found = message(channel="email", emailMetadata={field: native})
    assert [party.address for party in getattr(found, place)] == addresses


@pytest.mark.parametrize(
    "native", [{"email": "a@ex.com"}, ["a@ex.com"], '["a@ex.com"]', '{"mail":"a@ex.com"}'], ids=str
)
def test_a_sender_in_any_shape_is_a_party(native: Any) -> None:
    found = message(channel="email", emailMetadata={"fromEmail": native})
    assert found.from_ is not None
    assert (found.from_.address, found.provenance.drift) == ("a@ex.com", ())


def test_structures_that_came_as_json_in_a_text_are_read() -> None:
    found = message(
        channel="email",
        emailMetadata='{"fromEmail":"a@ex.com","subject":"Hi","x":1}',
        toParticipantIds='["p1"]',
        toParticipants='[{"id":"p1","name":"Ann"}]',
        tags='["a","b"]',
        categories="[broken",
    )
    assert found.from_ is not None
    assert (found.from_.address, found.subject, found.labels.tags) == ("a@ex.com", "Hi", ("a", "b"))
    assert [(party.contact_id, party.name) for party in found.to] == [("p1", "Ann")]
    assert found.extensions == {"emailMetadata": {"x": 1}, "categories": "[broken"}
    assert problems(found) == {"emailMetadata.x": "unknown_field", "categories": "wrong_type"}


@pytest.mark.parametrize("native", [True, [True], {"id": {"x": 1}}, [[[[[[["a@ex.com"]]]]]]]], ids=str)
def test_a_field_without_an_address_is_kept(native: Any) -> None:
    found = message(channel="email", emailMetadata={"toEmails": native})
    assert (found.to, found.extensions["emailMetadata"]["toEmails"]) == ((), native)


def test_what_stands_beside_an_address_is_kept() -> None:
    native = ["a@ex.com", {"email": "b@ex.com", "name": "Ben"}, {"id": 7}]
    found = message(channel="email", emailMetadata={"toEmails": native})
    assert [party.address for party in found.to] == ["a@ex.com", "b@ex.com"]
    assert found.extensions["emailMetadata"]["toEmails"] == native


@pytest.mark.parametrize(
    "native", ["14155550123", "+14155550123", "14155550123@s.whatsapp.net", "whatsapp:+14155550123"]
)
def test_a_whatsapp_id_is_a_number_with_its_country(native: str) -> None:
    fields = {"channel": "whatsapp", "whatsappMetadata": {"fromNumber": native, "toNumber": native}}
    for found in (message(**fields), normalized("AU", **fields).message):
        assert found.from_ is not None
        assert (found.from_.address, found.from_.address_raw) == ("+14155550123", native)
        assert [party.address for party in found.to] == ["+14155550123"]
