"""HighLevel's message types as channels and kinds. Vendor pages: "Get message by message id" (`type`,
`messageType`), "InboundMessage" and "OutboundMessage" (words of webhooks), https://marketplace.gohighlevel.com/docs.
"""

from __future__ import annotations

from typing import Final

from message_detail.ledger import Ledger
from message_detail.message import Channel, Kind
from message_detail.providers.highlevel.payload import HighLevelMessage

TYPES: Final[dict[str, tuple[Channel, Kind]]] = {
    "SMS": (Channel.SMS, Kind.MESSAGE),
    "CAMPAIGN_SMS": (Channel.SMS, Kind.MESSAGE),
    "CAMPAIGN_MANUAL_SMS": (Channel.SMS, Kind.MESSAGE),
    "CUSTOM_SMS": (Channel.SMS, Kind.MESSAGE),
    "CUSTOM_PROVIDER_SMS": (Channel.SMS, Kind.MESSAGE),
    "SMS_REVIEW_REQUEST": (Channel.SMS, Kind.MESSAGE),
    "SMS_NO_SHOW_REQUEST": (Channel.SMS, Kind.MESSAGE),
    "SMS_REACTION": (Channel.SMS, Kind.REACTION),
    "RCS": (Channel.RCS, Kind.MESSAGE),
    "WHATSAPP": (Channel.WHATSAPP, Kind.MESSAGE),
    "EMAIL": (Channel.EMAIL, Kind.MESSAGE),
    "CAMPAIGN_EMAIL": (Channel.EMAIL, Kind.MESSAGE),
    "CUSTOM_EMAIL": (Channel.EMAIL, Kind.MESSAGE),
    "CUSTOM_PROVIDER_EMAIL": (Channel.EMAIL, Kind.MESSAGE),
    "CALL": (Channel.VOICE, Kind.CALL),
    "CAMPAIGN_CALL": (Channel.VOICE, Kind.CALL),
    "CAMPAIGN_MANUAL_CALL": (Channel.VOICE, Kind.CALL),
    "IVR_CALL": (Channel.VOICE, Kind.CALL),
    "CUSTOM_CALL": (Channel.VOICE, Kind.CALL),
    "CAMPAIGN_VOICEMAIL": (Channel.VOICEMAIL, Kind.VOICEMAIL),
    "VOICEMAIL": (Channel.VOICEMAIL, Kind.VOICEMAIL),  # what webhooks call number 10
    "WEBCHAT": (Channel.WEBCHAT, Kind.MESSAGE),
    "LIVE_CHAT": (Channel.LIVE_CHAT, Kind.MESSAGE),
    "LIVE_CHAT_INFO_MESSAGE": (Channel.LIVE_CHAT, Kind.MESSAGE),
    "FACEBOOK": (Channel.FACEBOOK, Kind.MESSAGE),
    "CAMPAIGN_FACEBOOK": (Channel.FACEBOOK, Kind.MESSAGE),
    "FACEBOOK_COMMENT": (Channel.FACEBOOK, Kind.COMMENT),
    "INSTAGRAM": (Channel.INSTAGRAM, Kind.MESSAGE),
    "INSTAGRAM_COMMENT": (Channel.INSTAGRAM, Kind.COMMENT),
    "TIKTOK": (Channel.TIKTOK, Kind.MESSAGE),
    "TIKTOK_COMMENT": (Channel.TIKTOK, Kind.COMMENT),
    "GMB": (Channel.GOOGLE_BUSINESS, Kind.MESSAGE),
    "CAMPAIGN_GMB": (Channel.GOOGLE_BUSINESS, Kind.MESSAGE),
    "REVIEW": (Channel.GOOGLE_BUSINESS, Kind.REVIEW),
    "FORM_SUBMISSION": (Channel.OTHER, Kind.FORM),
    "INTERNAL_COMMENT": (Channel.OTHER, Kind.INTERNAL_NOTE),
}
"""`TYPE_…` without its prefix. `ACTIVITY_…` stands for any activity: see `kind_of`."""

CODES: Final = (
    "CALL", "SMS", "EMAIL", "SMS_REVIEW_REQUEST", "WEBCHAT", "SMS_NO_SHOW_REQUEST", "CAMPAIGN_SMS", "CAMPAIGN_CALL",
    "CAMPAIGN_EMAIL", "CAMPAIGN_VOICEMAIL", "FACEBOOK", "CAMPAIGN_FACEBOOK", "CAMPAIGN_MANUAL_CALL",
    "CAMPAIGN_MANUAL_SMS", "GMB", "CAMPAIGN_GMB", "REVIEW", "INSTAGRAM", "WHATSAPP", "CUSTOM_SMS", "CUSTOM_EMAIL",
    "CUSTOM_PROVIDER_SMS", "CUSTOM_PROVIDER_EMAIL", "IVR_CALL", "ACTIVITY_CONTACT", "ACTIVITY_INVOICE",
    "ACTIVITY_PAYMENT", "ACTIVITY_OPPORTUNITY", "LIVE_CHAT", "LIVE_CHAT_INFO_MESSAGE", "ACTIVITY_APPOINTMENT",
    "FACEBOOK_COMMENT", "INSTAGRAM_COMMENT", "CUSTOM_CALL", "INTERNAL_COMMENT",
)  # fmt: skip
"""The types by number, which counts from 1: the order of the vendor's list. Newer types have unknown numbers."""

_ACTIVITY: Final = "ACTIVITY_"
_AMBIGUOUS: Final = "CUSTOM"
"""A word of webhooks for whatever a custom provider carries; the number tells more."""


def type_of(payload: HighLevelMessage, ledger: Ledger) -> tuple[str | None, Channel, Kind]:
    """The type's name without its prefix, its channel and its kind; what is in no table is drift."""
    word, code = payload.messageType, payload.type
    by_word = _by_word(word)
    if by_word is None and word is not None and not _is_custom(word):
        ledger.report(("messageType",), "unknown_value", word)
    if by_word is None and code is not None and _by_code(code) is None:
        ledger.report(("type",), "unknown_value", code)
    name = name_of(word, code)
    if name is None:
        return (None, Channel.OTHER, Kind.MESSAGE) if _is_custom(word) else (None, Channel.UNKNOWN, Kind.UNKNOWN)
    return (name, *kind_of(name))


def name_of(word: str | None, code: str | None) -> str | None:
    """The type's name without its prefix, from `messageType` or else the number; None for an unknown one."""
    return _by_word(word) or _by_code(code)


def kind_of(name: str) -> tuple[Channel, Kind]:
    """Channel and kind of a type's name."""
    return (Channel.OTHER, Kind.ACTIVITY) if name.startswith(_ACTIVITY) else TYPES[name]


def _by_word(word: str | None) -> str | None:
    """The name of a word such as `TYPE_SMS`, `SMS` or `InternalComment`."""
    bare = _bare(word)
    return bare if bare.startswith(_ACTIVITY) else _BY_LETTERS.get(_letters(bare))


def _by_code(code: str | None) -> str | None:
    return _BY_NUMBER.get((code or "").strip())


def _is_custom(word: str | None) -> bool:
    return _bare(word) == _AMBIGUOUS


def _bare(word: str | None) -> str:
    return (word or "").strip().upper().removeprefix("TYPE_")


def _letters(word: str) -> str:
    """Webhooks write in one word (`InternalComment`) what the API writes in several."""
    return word.replace("_", "").replace("-", "").replace(" ", "")


_BY_LETTERS: Final = {_letters(name): name for name in TYPES}
_BY_NUMBER: Final = {str(number): name for number, name in enumerate(CODES, start=1)}
