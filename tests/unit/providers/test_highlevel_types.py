"""HighLevel's types, row by row. Vendor page: "Get message by message id", marketplace.gohighlevel.com."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.providers.highlevel_case import CONTACT, message, problems

TYPES = [
    ("SMS", "sms", "message"),
    ("CAMPAIGN_SMS", "sms", "message"),
    ("CAMPAIGN_MANUAL_SMS", "sms", "message"),
    ("CUSTOM_SMS", "sms", "message"),
    ("CUSTOM_PROVIDER_SMS", "sms", "message"),
    ("SMS_REVIEW_REQUEST", "sms", "message"),
    ("SMS_NO_SHOW_REQUEST", "sms", "message"),
    ("SMS_REACTION", "sms", "reaction"),
    ("RCS", "rcs", "message"),
    ("WHATSAPP", "whatsapp", "message"),
    ("EMAIL", "email", "message"),
    ("CAMPAIGN_EMAIL", "email", "message"),
    ("CUSTOM_EMAIL", "email", "message"),
    ("CUSTOM_PROVIDER_EMAIL", "email", "message"),
    ("CALL", "voice", "call"),
    ("CAMPAIGN_CALL", "voice", "call"),
    ("CAMPAIGN_MANUAL_CALL", "voice", "call"),
    ("IVR_CALL", "voice", "call"),
    ("CUSTOM_CALL", "voice", "call"),
    ("CUSTOM_PROVIDER_CALL", "voice", "call"),
    ("CAMPAIGN_VOICEMAIL", "voicemail", "voicemail"),
    ("VOICEMAIL", "voicemail", "voicemail"),
    ("WEBCHAT", "webchat", "message"),
    ("LIVE_CHAT", "live_chat", "message"),
    ("LIVE_CHAT_INFO_MESSAGE", "live_chat", "message"),
    ("FACEBOOK", "facebook", "message"),
    ("CAMPAIGN_FACEBOOK", "facebook", "message"),
    ("FACEBOOK_COMMENT", "facebook", "comment"),
    ("INSTAGRAM", "instagram", "message"),
    ("INSTAGRAM_COMMENT", "instagram", "comment"),
    ("TIKTOK", "tiktok", "message"),
    ("TIKTOK_COMMENT", "tiktok", "comment"),
    ("GMB", "google_business", "message"),
    ("CAMPAIGN_GMB", "google_business", "message"),
    ("REVIEW", "google_business", "review"),
    ("ACTIVITY_CONTACT", "other", "activity"),
    ("ACTIVITY_INVOICE", "other", "activity"),
    ("ACTIVITY_PAYMENT", "other", "activity"),
    ("ACTIVITY_OPPORTUNITY", "other", "activity"),
    ("ACTIVITY_APPOINTMENT", "other", "activity"),
    ("ACTIVITY_EMPLOYEE_ACTION_LOG", "other", "activity"),
    ("ACTIVITY_WHATSAPP", "other", "activity"),
    ("FORM_SUBMISSION", "other", "form"),
    ("GROUP_SMS", "sms", "message"),
    ("MMS", "mms", "message"),
    ("NO_SHOW", "other", "message"),
    ("INTERNAL_CHAT", "other", "internal_note"),
    ("INTERNAL_COMMENT", "other", "internal_note"),
    ("INTERNAL_COMMENTS", "other", "internal_note"),
]


@pytest.mark.parametrize(("name", "channel", "kind"), TYPES)
def test_types_by_name(name: str, channel: str, kind: str) -> None:
    for word in (f"TYPE_{name}", name, f" type_{name.lower()} "):
        found = message(messageType=word, type=...)
        assert (found.channel, found.kind, found.channel_native) == (channel, kind, word)
        assert problems(found) == {}


CODES = [
    (1, "voice", "call"),
    (2, "sms", "message"),
    (3, "email", "message"),
    (4, "sms", "message"),
    (5, "webchat", "message"),
    (6, "sms", "message"),
    (7, "sms", "message"),
    (8, "voice", "call"),
    (9, "email", "message"),
    (10, "voicemail", "voicemail"),
    (11, "facebook", "message"),
    (12, "facebook", "message"),
    (13, "voice", "call"),
    (14, "sms", "message"),
    (15, "google_business", "message"),
    (16, "google_business", "message"),
    (17, "google_business", "review"),
    (18, "instagram", "message"),
    (19, "whatsapp", "message"),
    (20, "sms", "message"),
    (21, "email", "message"),
    (22, "sms", "message"),
    (23, "email", "message"),
    (24, "voice", "call"),
    (25, "other", "activity"),
    (26, "other", "activity"),
    (27, "other", "activity"),
    (28, "other", "activity"),
    (29, "live_chat", "message"),
    (30, "live_chat", "message"),
    (31, "other", "activity"),
    (32, "facebook", "comment"),
    (33, "instagram", "comment"),
    (34, "voice", "call"),
    (35, "sms", "message"),
    (36, "other", "internal_note"),
    (37, "other", "internal_note"),
    (38, "other", "activity"),
    (100, "other", "message"),
]


@pytest.mark.parametrize(("code", "channel", "kind"), CODES)
def test_types_by_number_where_the_name_is_missing(code: int, channel: str, kind: str) -> None:
    for number in (code, f" {code} "):
        found = message(messageType=..., type=number)
        assert (found.channel, found.kind, found.channel_native) == (channel, kind, str(number))
        assert problems(found) == {}


@pytest.mark.parametrize(
    ("word", "channel", "kind"),
    [
        ("SMS", "sms", "message"),
        ("CALL", "voice", "call"),
        ("Email", "email", "message"),
        ("VoiceMail", "voicemail", "voicemail"),
        ("InternalComment", "other", "internal_note"),
        ("LiveChat", "live_chat", "message"),
        ("Custom", "other", "message"),
    ],
)
def test_the_words_of_webhooks(word: str, channel: str, kind: str) -> None:
    found = message(messageType=word, type=...)
    assert (found.channel, found.kind) == (channel, kind)
    assert problems(found) == {}


def test_the_name_comes_before_the_number() -> None:
    assert message(messageType="SMS", type=1).channel == "sms"


def test_the_number_tells_what_a_custom_provider_carries() -> None:
    found = message(messageType="Custom", type=21)
    assert (found.channel, found.channel_native) == ("email", "Custom")


@pytest.mark.parametrize("number", [0, 39, -1, "x", 10**20])
def test_unknown_types_are_drift_and_fail_nothing(number: Any) -> None:
    known = message(messageType="TYPE_HOLOGRAM", type=2)
    assert (known.channel, problems(known)) == ("sms", {"messageType": "unknown_value"})
    assert known.extensions["messageType"] == "TYPE_HOLOGRAM"
    unknown = message(messageType="TYPE_HOLOGRAM", type=number)
    assert (unknown.channel, unknown.kind) == ("unknown", "message")
    assert problems(unknown) == {"messageType": "unknown_value", "type": "unknown_value"}
    nothing = message(messageType=..., type=...)
    assert (nothing.channel, nothing.channel_native, problems(nothing)) == ("unknown", None, {})


def test_a_new_number_beside_a_known_name_is_no_drift() -> None:
    assert problems(message(messageType="TYPE_RCS", type=36)) == {}


def test_a_campaign_type_implies_its_origin_unless_the_source_says_otherwise() -> None:
    assert message(messageType="TYPE_CAMPAIGN_SMS", source=...).origin.source == "campaign"
    assert message(messageType="TYPE_CAMPAIGN_SMS", source="workflow").origin.source == "workflow"
    assert message(messageType="TYPE_SMS", source=...).origin.source is None


# --- words and numbers that the vendor's app has, and its documentation not


@pytest.mark.parametrize("number", [..., 35, 37, 1, 999, "x"])
def test_a_group_sms_stays_a_message_whatever_its_number(number: Any) -> None:
    found = message(messageType="TYPE_GROUP_SMS", type=number, contactId=CONTACT, status="delivered")
    assert (found.channel, found.kind, found.direction, found.status) == ("sms", "message", "outbound", "delivered")
    assert [party.contact_id for party in found.to] == [CONTACT]
    assert "contactId" not in found.extensions
    assert "messageType" not in problems(found)


@pytest.mark.parametrize("number", [..., 35, 36, 37, 38, 32, 25, 999])
@pytest.mark.parametrize(
    ("word", "channel", "kind"),
    [
        ("TYPE_BROADCAST_SMS", "sms", "message"),
        ("TYPE_AI_WHATSAPP", "whatsapp", "message"),
        ("TYPE_EMAIL_DIGEST", "email", "message"),
        ("TYPE_AI_CALL", "voice", "call"),
        ("TYPE_RINGLESS_VOICEMAIL", "voicemail", "voicemail"),
        ("TYPE_VOICE_AI", "voice", "call"),
        ("TYPE_FACEBOOK_STORY", "facebook", "message"),
        ("TYPE_INSTAGRAM_REACTION", "instagram", "reaction"),
        ("TYPE_WHATSAPP_REACTION", "whatsapp", "reaction"),
        ("TYPE_LIVE_CHAT_BOT", "live_chat", "message"),
        ("TYPE_GOOGLE_REVIEW", "google_business", "review"),
        ("TYPE_TIKTOK_VIDEO_COMMENT", "tiktok", "comment"),
        ("TYPE_GROUP_MMS", "mms", "message"),
        ("TYPE_INTERNAL_HOLOGRAM", "unknown", "message"),
        ("TYPE_HOLOGRAM_2", "unknown", "message"),
    ],
)
def test_an_unknown_word_stays_a_message_with_its_own_direction_and_contact(
    word: str, channel: str, kind: str, number: Any
) -> None:
    found = message(messageType=word, type=number, contactId=CONTACT, status="delivered")
    assert (found.channel, found.kind, found.channel_native) == (channel, kind, word)
    assert (found.direction, found.status, found.outcome) == ("outbound", "delivered", "success")
    assert [party.contact_id for party in found.to] == [CONTACT]
    assert problems(found)["messageType"] == "unknown_value"


def test_the_disputed_number_is_a_call_where_a_call_is_told() -> None:
    for meta in ({"call": {"duration": 3}}, {"call": {"status": "completed"}}, {"callStatus": "busy"}):
        found = message(messageType=..., type=23, meta=meta)
        assert (found.channel, found.kind) == ("voice", "call")
    assert message(messageType="TYPE_CUSTOM_PROVIDER_EMAIL", type=23).channel == "email"
    assert message(messageType="TYPE_CUSTOM_PROVIDER_CALL", type=23).channel == "voice"


def test_an_internal_chat_reaches_no_contact() -> None:
    found = message(messageType="TYPE_INTERNAL_CHAT", type=36, contactId=CONTACT)
    assert (found.kind, found.direction, found.to, found.extensions["contactId"]) == (
        "internal_note",
        "internal",
        (),
        CONTACT,
    )


# --- directions


CAMPAIGNS = [name for name, _, _ in TYPES if name.startswith("CAMPAIGN_")]


@pytest.mark.parametrize("direction", [..., None, ""])
@pytest.mark.parametrize(
    "name", [*CAMPAIGNS, "SMS_REVIEW_REQUEST", "SMS_NO_SHOW_REQUEST", "CAMPAIGN_WHATSAPP", "CAMPAIGN_RCS"]
)
def test_a_campaigns_message_without_a_direction_is_outbound(name: str, direction: Any) -> None:
    found = message(messageType=f"TYPE_{name}", direction=direction, contactId=CONTACT, to="+14155550123")
    assert found.direction == "outbound"
    assert [(party.contact_id, party.address) for party in found.to] == [(CONTACT, "+14155550123")]


@pytest.mark.parametrize("source", ["campaign", "bulk_actions", "bulk-actions", "bulk", "workflow", "WORKFLOW"])
def test_what_a_campaign_or_a_workflow_sent_is_outbound(source: str) -> None:
    found = message(source=source, direction=...)
    assert (found.direction, found.status) == ("outbound", "sent")


@pytest.mark.parametrize("source", [..., "app", "api", "website"])
def test_of_others_the_direction_stays_unknown(source: Any) -> None:
    assert message(source=source, direction=..., contactId=CONTACT).direction == "unknown"


@pytest.mark.parametrize("name", ["ACTIVITY_CONTACT", "FORM_SUBMISSION", "FACEBOOK_COMMENT", "REVIEW"])
def test_what_a_workflow_noted_was_not_sent(name: str) -> None:
    assert message(messageType=f"TYPE_{name}", source="workflow", direction=...).direction == "unknown"


@pytest.mark.parametrize(
    ("word", "direction"),
    [
        ("in", "inbound"),
        ("Incoming", "inbound"),
        ("OUT", "outbound"),
        ("outgoing", "outbound"),
        ("INBOUND ", "inbound"),
    ],
)
def test_a_told_direction_counts_even_of_a_campaign(word: str, direction: str) -> None:
    assert message(messageType="TYPE_CAMPAIGN_SMS", direction=word).direction == direction
