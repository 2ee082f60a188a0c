"""HighLevel's message types as channels and kinds. Vendor pages: "Get message by message id" (`type`,
`messageType`), "InboundMessage" and "OutboundMessage" (words of webhooks), https://marketplace.gohighlevel.com/docs.

The word says more than the number: counting the documentation's list gives other numbers than the vendor's app has
(code of public clients). What no table knows stays a message, with its own direction, contact and status.
"""

from __future__ import annotations

from typing import Final

from message_detail.domain.message import Channel, Kind
from message_detail.providers.base.document_reader import DocumentReader
from message_detail.providers.highlevel.payload import HighLevelMessage, Meta

TYPES: Final[dict[str, tuple[Channel, Kind]]] = {
    "SMS": (Channel.SMS, Kind.MESSAGE),
    "CAMPAIGN_SMS": (Channel.SMS, Kind.MESSAGE),
    "CAMPAIGN_MANUAL_SMS": (Channel.SMS, Kind.MESSAGE),
    "CUSTOM_SMS": (Channel.SMS, Kind.MESSAGE),
    "CUSTOM_PROVIDER_SMS": (Channel.SMS, Kind.MESSAGE),
    "GROUP_SMS": (Channel.SMS, Kind.MESSAGE),
    "MMS": (Channel.MMS, Kind.MESSAGE),
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
    "CUSTOM_PROVIDER_CALL": (Channel.VOICE, Kind.CALL),
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
    "NO_SHOW": (Channel.OTHER, Kind.MESSAGE),
    "INTERNAL_CHAT": (Channel.OTHER, Kind.INTERNAL_NOTE),
    "INTERNAL_COMMENT": (Channel.OTHER, Kind.INTERNAL_NOTE),
    "INTERNAL_COMMENTS": (Channel.OTHER, Kind.INTERNAL_NOTE),  # as filters of lists spell it
}
"""`TYPE_…` without its prefix. `ACTIVITY_…` stands for any activity: see `kind_of`."""

CODES: Final = (
    "CALL", "SMS", "EMAIL", "SMS_REVIEW_REQUEST", "WEBCHAT", "SMS_NO_SHOW_REQUEST", "CAMPAIGN_SMS", "CAMPAIGN_CALL",
    "CAMPAIGN_EMAIL", "CAMPAIGN_VOICEMAIL", "FACEBOOK", "CAMPAIGN_FACEBOOK", "CAMPAIGN_MANUAL_CALL",
    "CAMPAIGN_MANUAL_SMS", "GMB", "CAMPAIGN_GMB", "REVIEW", "INSTAGRAM", "WHATSAPP", "CUSTOM_SMS", "CUSTOM_EMAIL",
    "CUSTOM_PROVIDER_SMS", "CUSTOM_PROVIDER_EMAIL", "IVR_CALL", "ACTIVITY_CONTACT", "ACTIVITY_INVOICE",
    "ACTIVITY_PAYMENT", "ACTIVITY_OPPORTUNITY", "LIVE_CHAT", "LIVE_CHAT_INFO_MESSAGE", "ACTIVITY_APPOINTMENT",
    "FACEBOOK_COMMENT", "INSTAGRAM_COMMENT", "CUSTOM_CALL", "GROUP_SMS", "INTERNAL_CHAT", "INTERNAL_COMMENT",
    "ACTIVITY_EMPLOYEE_ACTION_LOG",
)  # fmt: skip
"""The types by number, which counts from 1: the order of the vendor's list, from 35 on that of the vendor's app."""
FURTHER_CODES: Final = {"100": "NO_SHOW"}
_EMAIL_OR_CALL: Final = "23"
"""CUSTOM_PROVIDER_EMAIL by the vendor's list, CUSTOM_PROVIDER_CALL in its app: a call is what tells of a call."""

DISPUTED: Final = frozenset({_EMAIL_OR_CALL, "35", "36", "37", "38", *FURTHER_CODES})
"""Numbers that the vendor's list and its app read in different ways, or that only the app has."""

GUESSES: Final = (
    ("VOICEMAIL", Channel.VOICEMAIL),
    ("WHATSAPP", Channel.WHATSAPP),
    ("EMAIL", Channel.EMAIL),
    ("RCS", Channel.RCS),
    ("MMS", Channel.MMS),
    ("SMS", Channel.SMS),
    ("CALL", Channel.VOICE),
    ("VOICE", Channel.VOICE),
    ("FACEBOOK", Channel.FACEBOOK),
    ("MESSENGER", Channel.FACEBOOK),
    ("INSTAGRAM", Channel.INSTAGRAM),
    ("TIKTOK", Channel.TIKTOK),
    ("WEBCHAT", Channel.WEBCHAT),
    ("LIVECHAT", Channel.LIVE_CHAT),
    ("GOOGLE", Channel.GOOGLE_BUSINESS),
    ("GMB", Channel.GOOGLE_BUSINESS),
)
"""The channel of a word that no table knows, by what is in it; the first that fits."""
_KINDS_OF: Final = {Channel.VOICE: Kind.CALL, Channel.VOICEMAIL: Kind.VOICEMAIL}
_KINDS_IN: Final = (("COMMENT", Kind.COMMENT), ("REACTION", Kind.REACTION), ("REVIEW", Kind.REVIEW))
_TRAFFIC: Final = frozenset({Kind.MESSAGE, Kind.CALL, Kind.VOICEMAIL})

_ACTIVITY: Final = "ACTIVITY_"
_AMBIGUOUS: Final = "CUSTOM"
"""A word of webhooks for whatever a custom provider carries; the number tells more."""


def read_type(payload: HighLevelMessage, reader: DocumentReader) -> tuple[str | None, Channel, Kind]:
    """The type's name without its prefix, its channel and its kind; what is in no table is drift."""
    word, code = payload.messageType, payload.type
    by_word = _by_word(word)
    if by_word is None and word is not None and not _is_custom(word):
        reader.report(("messageType",), "unknown_value", word)
    if by_word is None and code is not None and _by_code(code) is None:
        reader.report(("type",), "unknown_value", code)
    name = type_name(word, code)
    if name is not None:
        is_call = by_word is None and _code(code) == _EMAIL_OR_CALL and tells_of_call(payload.meta)
        name = "CUSTOM_PROVIDER_CALL" if is_call else name
        return (name, *read_kind(name))
    if word is None:
        return (None, Channel.UNKNOWN, Kind.UNKNOWN)
    return (None, Channel.OTHER, Kind.MESSAGE) if _is_custom(word) else (_bare(word), *_guess(word))


def tells_of_call(meta: Meta) -> bool:
    """Whether what depends on the type is about a call."""
    return any(
        value is not None for value in (meta.callStatus, meta.callDuration, meta.call.status, meta.call.duration)
    )


def type_name(word: str | None, code: str | None) -> str | None:
    """The type's name without its prefix, from `messageType` or else the number; None for an unknown one.

    A number stands in for a word that no table knows and that tells nothing, if it is that of a message or a call, and
    nobody disputes it.
    """
    by_word, by_code = _by_word(word), _by_code(code)
    if by_word is not None or by_code is None or word is None or _is_custom(word):
        return by_word or by_code
    is_sure = _code(code) not in DISPUTED and read_kind(by_code)[1] in _TRAFFIC
    return by_code if is_sure and _guessed(word) is None else None


def read_kind(name: str) -> tuple[Channel, Kind]:
    """Channel and kind of a type's name."""
    return (Channel.OTHER, Kind.ACTIVITY) if name.startswith(_ACTIVITY) else TYPES[name]


def _by_word(word: str | None) -> str | None:
    """The name of a word such as `TYPE_SMS`, `SMS` or `InternalComment`."""
    bare = _bare(word)
    if bare.isdecimal():
        return _by_code(bare)
    letters = _letters(bare)
    if letters.startswith(_letters(_ACTIVITY)) and not bare.startswith(_ACTIVITY):
        return f"{_ACTIVITY}{letters.removeprefix(_letters(_ACTIVITY))}"
    return bare if bare.startswith(_ACTIVITY) else _BY_LETTERS.get(letters)


def _by_code(code: str | None) -> str | None:
    return _BY_NUMBER.get(_code(code))


def _code(code: str | None) -> str:
    return (code or "").strip().removesuffix(".0")


def _guess(word: str) -> tuple[Channel, Kind]:
    """Channel and kind of a word that no table knows: it stays a message, and never an internal one."""
    channel = _guessed(word) or Channel.UNKNOWN
    letters = _letters(_bare(word))
    told = next((kind for part, kind in _KINDS_IN if part in letters), None)
    if told is None and letters.endswith("CALL"):
        told = Kind.CALL  # on whatever channel
    return channel, told or _KINDS_OF.get(channel, Kind.MESSAGE)


def _guessed(word: str) -> Channel | None:
    letters = _letters(_bare(word))
    return next((channel for part, channel in GUESSES if part in letters), None)


def _is_custom(word: str | None) -> bool:
    return _bare(word) == _AMBIGUOUS


def _bare(word: str | None) -> str:
    return (word or "").strip().upper().removeprefix("TYPE_")


def _letters(word: str) -> str:
    """Webhooks write in one word (`InternalComment`) what the API writes in several."""
    return word.replace("_", "").replace("-", "").replace(" ", "")


_BY_LETTERS: Final = {_letters(name): name for name in TYPES}
_BY_NUMBER: Final = {**{str(number): name for number, name in enumerate(CODES, start=1)}, **FURTHER_CODES}
