"""Kinds of carriers. Apart from the schema (message.py), so that who only knows them by name needs no pydantic."""

from __future__ import annotations

from enum import StrEnum


class Channel(StrEnum):
    """The kind of carrier."""

    SMS = "sms"
    MMS = "mms"
    RCS = "rcs"
    WHATSAPP = "whatsapp"
    EMAIL = "email"
    PUSH = "push"
    IN_APP = "in_app"
    VOICE = "voice"
    VOICEMAIL = "voicemail"
    WEBCHAT = "webchat"
    LIVE_CHAT = "live_chat"
    FACEBOOK = "facebook"
    INSTAGRAM = "instagram"
    GOOGLE_BUSINESS = "google_business"
    TIKTOK = "tiktok"
    OTHER = "other"
    UNKNOWN = "unknown"
