"""PortSIP PBX, row by row after the vendor's facts: statuses, reasons, parties."""

from __future__ import annotations

import json

import pytest

from tests.unit.providers.portsip_case import CREATED, message, normalized, problems

# --- statuses ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("delivery", "direction", "status"),
    [
        ("SENT", "OUT", "sent"),
        ("SENT", "IN", "sent"),
        ("DELIVERED", "OUT", "delivered"),
        ("DELIVERED", "IN", "received"),
        ("ERR", "OUT", "failed"),
        ("ERR", "IN", "failed"),
        ("RECV", "IN", "received"),
        ("RECV", "OUT", "sent"),
        ("RECV", None, "sent"),
        ("delivered ", "out", "delivered"),
        ("Received", "Inbound", "received"),
        ("received", "outbound", "sent"),
        ("Failed", "OUT", "failed"),
        ("ERROR", "OUT", "failed"),
        ("READ", "OUT", "read"),
        ("READ", "IN", "received"),
        ("QUEUED", "OUT", "queued"),
    ],
)
def test_each_word_has_its_status(delivery: str, direction: str | None, status: str) -> None:
    found = normalized(delivery=delivery, direction=direction)
    assert (found.message.status, found.message.status_native) == (status, delivery)
    assert [(o.status, o.status_native, o.epoch) for o in found.observations] == [(status, delivery, 0)]
    assert not found.message.provenance.drift


@pytest.mark.parametrize("absent", [None, ""])
def test_no_word_is_unknown_without_drift(absent: str | None) -> None:
    found = message(delivery=absent, direction=absent, msg_type=absent)
    assert (found.status, found.status_native, found.final) == ("unknown", None, False)
    assert not found.provenance.drift


@pytest.mark.parametrize(
    ("field", "ours"), [("delivery", "status"), ("direction", "direction"), ("msg_type", "channel")]
)
def test_words_nobody_knows_are_drift_and_kept(field: str, ours: str) -> None:
    found = message(**{field: "TELEPORTED"})
    assert getattr(found, ours) == "unknown"
    assert problems(found) == {field: "unknown_value"}
    assert found.extensions == {field: "TELEPORTED"}


@pytest.mark.parametrize(
    ("native", "channel"),
    [
        ("UNKNOWN", "unknown"),
        ("SMS", "sms"),
        ("WHATSAPP", "whatsapp"),
        ("sms", "sms"),
        ("MMS", "mms"),
        ("mms", "mms"),
        ("Mms ", "mms"),
        ("RCS", "rcs"),
        ("WhatsApp", "whatsapp"),
        ("Facebook", "facebook"),
    ],
)
def test_channels(native: str, channel: str) -> None:
    found = message(msg_type=native)
    assert (found.channel, found.channel_native) == (channel, native)
    assert not found.provenance.drift


def test_only_an_inbound_message_has_a_time_for_its_status() -> None:
    inbound = normalized(delivery="RECV", direction="IN", created_at=CREATED)
    assert (inbound.message.timestamps.received, inbound.observations[0].occurred_at) == (CREATED, CREATED)
    outbound = normalized(delivery="DELIVERED", direction="OUT", created_at=CREATED)
    assert outbound.message.timestamps.created == CREATED
    assert (outbound.message.timestamps.received, outbound.observations[0].occurred_at) == (None, None)


def test_there_is_no_time_of_the_last_change() -> None:
    assert message(created_at=CREATED).provenance.source_updated_at is None


@pytest.mark.parametrize(
    ("reason", "category", "permanence", "code"),
    [
        (None, "provider_error", "unknown", None),
        ("trunk said no", "provider_error", "unknown", None),
        ("30003: unreachable destination handset", "unreachable", "unknown", "30003"),
        ("Error 21610", "opted_out", "permanent", "21610"),
        ("30005", "invalid_recipient", "permanent", "30005"),
        ("39999: something new", "provider_error", "unknown", "39999"),
        ("12345 units were left", "provider_error", "unknown", None),
        ("Authentication token expired", "auth_error", "temporary", None),
        ("The recipient has opted out", "opted_out", "permanent", None),
        ("Too many requests", "rate_limited", "temporary", None),
        ("Invalid phone number", "invalid_recipient", "permanent", None),
        ("Message filtered as spam", "spam", "unknown", None),
        ("Message blocked", "blocked", "unknown", None),
        # Public reports: VA notification-api 1376, 100eyes 2076, W-B-Cloud-Api-Net 80, Spoke 451.
        ("30034", "blocked", "permanent", "30034"),
        ("30032", "blocked", "permanent", "30032"),
        ("Error code: 30005", "invalid_recipient", "permanent", "30005"),
        ("(#131047) Re-engagement message", "template_error", "permanent", "131047"),
        ('{"code":131026}', "invalid_recipient", "permanent", "131026"),
        ("131026: Message undeliverable", "invalid_recipient", "permanent", "131026"),
        ("Authentication templates cannot be sent to this country", "template_error", "permanent", None),
        # Others of the same kind.
        ("Message failed with error 30007 (carrier violation)", "spam", "unknown", "30007"),
        ("ErrorCode=30003", "unreachable", "unknown", "30003"),
        ('error_code: "63016"', "template_error", "permanent", "63016"),
        ('{"error":{"message":"(#100) Invalid parameter","code":131009}}', "provider_error", "permanent", "100"),
        ('{"error":{"code":190,"message":"The session is invalid"}}', "auth_error", "temporary", "190"),
        ("(#4) Application request limit reached", "rate_limited", "temporary", "4"),
        ("Twilio said 30003, then 30006", "unreachable", "unknown", "30003"),
        ("30003 30006", "unreachable", "unknown", "30003"),
        ("131000; 131026", "invalid_recipient", "permanent", "131026"),
        ("undeliverable [131049] at Meta", "blocked", "temporary", "131049"),
        ("132018: a template error of next year", "template_error", "unknown", "132018"),
        ("30099", "carrier_error", "unknown", "30099"),
        ("Error 39999 of a new kind", "provider_error", "unknown", "39999"),
        ("130429", "rate_limited", "temporary", "130429"),
        ("Sent at 2026-05-04 09:15, failed with 30008.", "carrier_error", "unknown", "30008"),
        ("Toll-free number is not verified", "blocked", "permanent", None),
        ("Recipient is not a WhatsApp user", "invalid_recipient", "permanent", None),
        ("Unable to authenticate with the channel", "auth_error", "temporary", None),
        # Of further trunks: Telnyx, Bandwidth, Sinch; numbers that came as fractions; words without a code.
        ("40306 alpha sender not configured", "provider_error", "permanent", "40306"),
        ("40310 Invalid 'to' address", "invalid_recipient", "permanent", "40310"),
        ("40010 10DLC not registered", "blocked", "permanent", "40010"),
        ('{"errors":[{"code":"40318","title":"Queue full"}]}', "rate_limited", "temporary", "40318"),
        ("4720 invalid-destination-address", "invalid_recipient", "permanent", "4720"),
        ("error-code: 4406", "invalid_recipient", "permanent", "4406"),
        ('{"type":"message-failed","errorCode":4770}', "spam", "unknown", "4770"),
        ("Sinch: code 402, status Expired", "expired", "temporary", "402"),
        ("131026.0", "invalid_recipient", "permanent", "131026"),
        ('{"code":21211.0}', "invalid_recipient", "permanent", "21211"),
        ("(#200) Permission denied", "auth_error", "temporary", "200"),
        ("Recipient replied STOP", "opted_out", "permanent", None),
        ("Unknown subscriber", "invalid_recipient", "permanent", None),
        ("No route to destination", "unreachable", "unknown", None),
        ("Message content rejected", "content_rejected", "permanent", None),
        ("Number is on the DND registry", "opted_out", "permanent", None),
        ("Recipient is listed as do-not-call", "opted_out", "permanent", None),
        ("A2P 10DLC registration missing", "blocked", "permanent", None),
        ("Toll-free verification is pending", "blocked", "permanent", None),
        ("Permission to send to this region has not been enabled", "blocked", "permanent", None),
        ("Handset off", "unreachable", "unknown", None),
        ("Subscriber has turned off the phone: powered off", "unreachable", "unknown", None),
        ("Recipient phone number not in allowed list", "consent_missing", "unknown", None),
        ("The handset offered no reason", "provider_error", "unknown", None),
        ("EXPIRED", "expired", "temporary", None),
        # Digits that are no code.
        ("Timed out after 30003 ms", "provider_error", "unknown", None),
        ("sent 131026 messages", "provider_error", "unknown", None),
        ("30005 EUR are owed", "provider_error", "unknown", None),
        ("port 30003 refused", "provider_error", "unknown", None),
        ('{"http_code":400}', "provider_error", "unknown", None),
        ("2026 was a year", "provider_error", "unknown", None),
        ("Could not reach +30034 131026", "provider_error", "unknown", None),
        ("Could not reach +14155530034", "provider_error", "unknown", None),
        ("Could not reach +49 30 30034 131", "provider_error", "unknown", None),
        ("Could not reach (030) 30034", "provider_error", "unknown", None),
        ("Call 30034-5555 instead", "provider_error", "unknown", None),
        ("Could not send to 30034", "provider_error", "unknown", None),
        ("Invalid number 30005", "invalid_recipient", "permanent", None),
        ("Failed in 2026", "provider_error", "unknown", None),
        ("Error 2026-05-04 09:15:00", "provider_error", "unknown", None),
        ("2026: nothing works", "provider_error", "unknown", None),
        ("Queue of 20260504123456", "provider_error", "unknown", None),
        ("It cost 0.30005", "provider_error", "unknown", None),
        ("SM30034abc was lost", "provider_error", "unknown", None),
    ],
)
def test_reasons_of_failures(reason: str | None, category: str, permanence: str, code: str | None) -> None:
    found = message(delivery="ERR", direction="OUT", reason=reason)
    assert found.status_reason == reason
    assert found.failure is not None
    assert found.failure.model_dump() == {
        "category": category,
        "permanence": permanence,
        "native_code": code,
        "message": reason,
    }


@pytest.mark.parametrize(
    ("native", "code"), [(30034, "30034"), ({"code": 131026}, "131026"), ([{"code": "30005"}], "30005")]
)
def test_a_reason_may_be_a_number_or_an_object(native: object, code: str) -> None:
    found = message(delivery="ERR", direction="OUT", reason=native)
    assert found.failure is not None
    assert found.failure.native_code == code
    assert found.status_reason == (
        str(native) if isinstance(native, int) else json.dumps(native, separators=(",", ":"))
    )
    assert found.extensions == ({} if isinstance(native, int) else {"reason": native})


@pytest.mark.parametrize(
    "word", ["error ", "code: ", "(#", "3", "30034 ", "+", "not registered ", "media ", '{"code":', "( "]
)
def test_a_long_reason_is_read_in_part_and_kept_whole(word: str) -> None:
    reason = word * 50_000
    found = message(delivery="ERR", direction="OUT", reason=reason)
    assert found.failure is not None
    assert found.failure.message == reason


def test_a_reason_without_an_error_is_no_failure() -> None:
    found = message(delivery="SENT", direction="OUT", reason="accepted by trunk")
    assert (found.status_reason, found.failure) == ("accepted by trunk", None)


# --- parties and the rest ------------------------------------------------------------------------------------


def test_our_own_number_stands_in_for_an_empty_side() -> None:
    number = "+14155550100"
    sent = message(direction="OUT", did=number, sender="", sender_name="Desk", receiver="+14155550123")
    assert sent.from_ is not None
    assert (sent.from_.address, sent.from_.name) == (number, "Desk")
    assert [party.address for party in sent.to] == ["+14155550123"]
    got = message(direction="IN", did=number, sender="+14155550123", receiver=None)
    assert [party.address for party in got.to] == [number]
    assert got.extensions == {"did": number}


def test_our_own_number_replaces_nothing_and_is_no_ones_without_a_direction() -> None:
    number = "+14155550100"
    given = message(direction="OUT", did=number, sender="+14155550199")
    assert given.from_ is not None
    assert given.from_.address == "+14155550199"
    unclear = message(did=number)
    assert (unclear.from_, unclear.to) == (None, ())


def test_an_alphanumeric_sender_is_no_number() -> None:
    found = message(direction="OUT", sender="EXAMPLECO").from_
    assert found is not None
    assert (found.address, found.address_raw, found.address_type) == (None, "EXAMPLECO", "unknown")


def test_what_is_not_promoted_is_kept() -> None:
    kept = {"config_id": "MTE=", "channel_name": "Desk", "channel_number": "+14155550100"}
    found = message(brand="Example Hotel", provider_msg_id="SM01", content="hi", **kept)
    assert found.extensions == kept
    assert (found.labels.brand, found.upstream.message_id, found.body.text) == ("Example Hotel", "SM01", "hi")


def test_a_new_field_is_kept_and_drift() -> None:
    found = message(media=[{"url": "https://media.example.com/a.jpg"}])
    assert found.extensions == {"media": [{"url": "https://media.example.com/a.jpg"}]}
    assert problems(found) == {"media": "unknown_field"}


@pytest.mark.parametrize(
    "receiver",
    [
        "+14155550123,+14155550124", "+14155550123; +14155550124", "+14155550123|+14155550124",
        "tel:+14155550123, tel:+14155550124", "whatsapp:+14155550123,whatsapp:+14155550124",
        ["+14155550123", "+14155550124"], ["+14155550123, +14155550124", None], '["+14155550123","+14155550124"]',
        [{"number": "+14155550123"}, {"phone_number": "+14155550124"}], {"numbers": ["+14155550123", "+14155550124"]},
        ["+14155550123", {"address": "+14155550124"}], "{+14155550123,+14155550124}",
    ],
    ids=str,
)  # fmt: skip
def test_each_of_several_receivers_is_a_party(receiver: object) -> None:
    found = message(direction="OUT", msg_type="MMS", receiver=receiver, receiver_name="Both")
    assert [(party.address, party.name) for party in found.to] == [("+14155550123", None), ("+14155550124", None)]
    assert not found.provenance.drift
    assert found.extensions["receiver_name"] == "Both", "whose name it is can't be told, and it is not lost"


@pytest.mark.parametrize("sender", [["+14155550123"], {"number": "+14155550123"}, '{"number":"+14155550123"}'], ids=str)
def test_a_sender_may_be_a_list_or_an_object(sender: object) -> None:
    found = message(direction="OUT", sender=sender)
    assert found.from_ is not None
    assert (found.from_.address, found.from_.address_raw) == ("+14155550123", "+14155550123")
    assert not found.provenance.drift


@pytest.mark.parametrize("native", [True, [True], {"id": {"x": 1}}, [{"id": 7}]], ids=str)
def test_a_receiver_without_an_address_is_drift_and_kept(native: object) -> None:
    found = message(direction="OUT", receiver=native)
    assert (found.to, found.extensions["receiver"], problems(found)) == ((), native, {"receiver": "wrong_type"})


@pytest.mark.parametrize(
    ("sender", "address", "kind"),
    [
        ("sip:1001@pbx.ex.com", None, "id"), ("sips:1001@pbx.ex.com;transport=tls", None, "id"),
        ("1001@pbx.ex.com", None, "id"), ("+14155550123@pbx.ex.com", "+14155550123", "phone"),
        ("sip:+14155550123@pbx.ex.com", "+14155550123", "phone"), ("<sip:1001@pbx.ex.com>", None, "id"),
        ("whatsapp:+14155550123", "+14155550123", "phone"), ("tel:+14155550123", "+14155550123", "phone"),
        ("tel:+1-415-555-0123", "+14155550123", "phone"), ("14155550123@s.whatsapp.net", "+14155550123", "phone"),
        ("120363020000000000@g.us", None, "id"), ("1001", None, "id"), ("MYSHOP", None, "unknown"),
    ],
)  # fmt: skip
def test_a_sender_with_a_scheme_is_no_email(sender: str, address: str | None, kind: str) -> None:
    found = message(direction="IN", msg_type="SMS", sender=sender).from_
    assert found is not None
    assert (found.address, found.address_raw, found.address_type) == (address, sender, kind)


def test_numbers_of_whatsapp_have_their_country_without_a_plus() -> None:
    found = message(msg_type="WHATSAPP", direction="IN", sender="14155550123", did="14155550100")
    assert found.from_ is not None
    assert [found.from_.address, *(party.address for party in found.to)] == ["+14155550123", "+14155550100"]
    sms = message(msg_type="SMS", direction="IN", sender="14155550123").from_
    assert sms is not None
    assert sms.address is None
