"""HighLevel's types, row by row. Vendor page: "Get message by message id", marketplace.gohighlevel.com."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.providers.highlevel_case import message, problems

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
    ("INTERNAL_COMMENT", "other", "internal_note"),
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
    (35, "other", "internal_note"),
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


@pytest.mark.parametrize("number", [0, 36, -1, "x", 10**20])
def test_unknown_types_are_drift_and_fail_nothing(number: Any) -> None:
    known = message(messageType="TYPE_HOLOGRAM", type=2)
    assert (known.channel, problems(known)) == ("sms", {"messageType": "unknown_value"})
    assert known.extensions["messageType"] == "TYPE_HOLOGRAM"
    unknown = message(messageType="TYPE_HOLOGRAM", type=number)
    assert (unknown.channel, unknown.kind) == ("unknown", "unknown")
    assert problems(unknown) == {"messageType": "unknown_value", "type": "unknown_value"}
    nothing = message(messageType=..., type=...)
    assert (nothing.channel, nothing.channel_native, problems(nothing)) == ("unknown", None, {})


def test_a_new_number_beside_a_known_name_is_no_drift() -> None:
    assert problems(message(messageType="TYPE_RCS", type=36)) == {}


def test_a_campaign_type_implies_its_origin_unless_the_source_says_otherwise() -> None:
    assert message(messageType="TYPE_CAMPAIGN_SMS", source=...).origin.source == "campaign"
    assert message(messageType="TYPE_CAMPAIGN_SMS", source="workflow").origin.source == "workflow"
    assert message(messageType="TYPE_SMS", source=...).origin.source is None
