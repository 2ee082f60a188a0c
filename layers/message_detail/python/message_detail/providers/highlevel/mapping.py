"""HighLevel's answer as our message. Vendor pages: "Get message by message id" and "Get email by Id",
https://marketplace.gohighlevel.com/docs.

The attempt number (epoch) is always 0: a user's retry makes a new message with another id.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from message_detail.ledger import Ledger
from message_detail.mapping import Draft, finish
from message_detail.message import (
    MISSING,
    Attachment,
    Body,
    Call,
    Channel,
    Direction,
    Engaged,
    Engagement,
    Failure,
    FailureCategory,
    Kind,
    Origin,
    Permanence,
    Reference,
    Timestamps,
    Upstream,
)
from message_detail.provider import Context, Document, Normalized
from message_detail.providers.highlevel.email_parts import (
    conversation_of,
    email_direction,
    email_times,
    is_email_alone,
    report_thread,
)
from message_detail.providers.highlevel.email_status import draft_of as email_draft
from message_detail.providers.highlevel.email_status import engagement_of
from message_detail.providers.highlevel.email_text import body_of as email_body
from message_detail.providers.highlevel.fields import FIELDS
from message_detail.providers.highlevel.kinds import type_of
from message_detail.providers.highlevel.payload import HighLevelMessage
from message_detail.providers.highlevel.people import further_parties, parties_of
from message_detail.providers.highlevel.pick import first
from message_detail.providers.highlevel.statuses import CALL_STATUSES, EMAIL_STATUSES, STATUSES
from message_detail.status import Status

DIRECTIONS: Final = {"inbound": Direction.INBOUND, "outbound": Direction.OUTBOUND}
SOURCES: Final = {name: name for name in ("workflow", "bulk_actions", "campaign", "api", "app")}
CALLS: Final = frozenset({Kind.CALL, Kind.VOICEMAIL})
WITHOUT_STATUS: Final = frozenset({Kind.ACTIVITY, Kind.FORM, Kind.COMMENT, Kind.INTERNAL_NOTE})
"""Kinds of which the vendor gives no status: its absence is no drift there."""

FAILURES: Final[dict[str, Failure]] = {
    # Why is told by `error` at most, and by that only since version v3; the carrier's code never.
    "failed": Failure(),
    "undelivered": Failure(),
    "opt_out": Failure(category=FailureCategory.OPTED_OUT, permanence=Permanence.PERMANENT),
    "busy": Failure(category=FailureCategory.BUSY, permanence=Permanence.TEMPORARY),
    "no-answer": Failure(category=FailureCategory.NO_ANSWER, permanence=Permanence.TEMPORARY),
    "canceled": Failure(category=FailureCategory.CANCELED),
}
FAILED: Final = frozenset({Status.FAILED, Status.UNDELIVERED, Status.REJECTED, Status.CANCELED})


def normalize(document: Document, context: Context) -> Normalized:
    """The message that a document of HighLevel describes. Pure."""
    ledger = Ledger(document, FIELDS)
    payload = ledger.parse(HighLevelMessage)
    report_thread(payload, ledger)
    name, channel, kind = (
        ("EMAIL", Channel.EMAIL, Kind.MESSAGE) if is_email_alone(payload) else type_of(payload, ledger)
    )
    is_email = channel is Channel.EMAIL or payload.email.id is not None
    direction = email_direction(payload, ledger) or _direction(payload, ledger, kind)
    times = _timestamps(payload, ledger, direction)
    if is_email:
        draft, words = email_draft(payload, ledger, direction)
        engagement = engagement_of(payload, ledger, words)
    else:
        draft, word = _draft(payload, ledger, channel, kind)
        engagement = _engagement(word)
    draft.observe(draft.status, at=times.received if draft.status is Status.DELIVERED else None)
    region = context.account.default_region
    parties = parties_of(payload, ledger, direction, region)
    normalized = finish(
        ledger,
        context,
        draft,
        source_updated_at=times.updated,
        channel=channel,
        channel_native=payload.messageType or payload.type,
        kind=kind,
        direction=direction,
        from_=parties.sender,
        to=parties.to,
        cc=parties.cc,
        bcc=parties.bcc,
        subject=_subject(payload, ledger),
        body=email_body(payload, ledger, direction) if is_email else _body(payload),
        attachments=_attachments(payload),
        conversation=conversation_of(payload, ledger),
        engagement=engagement,
        timestamps=times,
        call=_call(payload, kind),
        origin=Origin(source=_source(payload, ledger, name), user_id=payload.userId),
        references=_references(payload),
        upstream=_upstream(payload, ledger),
        further_parties=further_parties(document, region),
    )
    return replace(normalized, place=payload.thread.place)


def _direction(payload: HighLevelMessage, ledger: Ledger, kind: Kind) -> Direction:
    """The direction; an internal comment says outbound although it reaches nobody outside."""
    told = ledger.word("direction", payload.direction, DIRECTIONS, Direction.UNKNOWN)
    if kind is not Kind.INTERNAL_NOTE:
        return told
    if payload.direction is not None:
        ledger.keep("direction")
    return Direction.INTERNAL


def _timestamps(payload: HighLevelMessage, ledger: Ledger, direction: Direction) -> Timestamps:
    added = ledger.time("dateAdded", payload.dateAdded)
    updated = ledger.time("dateUpdated", payload.dateUpdated)
    email_added, email_updated = email_times(payload, ledger)
    return Timestamps(
        created=added or email_added,
        updated=updated or email_updated,
        received=(email_added or added) if direction is Direction.INBOUND else None,
    )


def _draft(payload: HighLevelMessage, ledger: Ledger, channel: Channel, kind: Kind) -> tuple[Draft, str]:
    """The status, and the word that decided it as the tables are searched for it."""
    path, native = _native(payload, ledger, kind)
    status = ledger.word(path, native, _words(path, channel), Status.UNKNOWN)
    word = (native or "").strip().casefold()
    failure = FAILURES.get(word) if status in FAILED else None
    if failure is not None:
        failure = failure.model_copy(update={"message": payload.error})
    return Draft(status, native, reason=payload.error, failure=failure), word


def _native(payload: HighLevelMessage, ledger: Ledger, kind: Kind) -> tuple[str, str | None]:
    """The word that tells the status, and where it is.

    A call's `callStatus` comes before its `status`: a call that reached a voicemail has "completed" as the latter.
    """
    if payload.meta.callStatus is not None and (kind in CALLS or kind is Kind.UNKNOWN):
        first(ledger, ("meta.callStatus", payload.meta.callStatus), ("status", payload.status))
        return "meta.callStatus", payload.meta.callStatus
    if payload.status is None and kind not in WITHOUT_STATUS:
        ledger.report(("status",), MISSING)
    return "status", payload.status


def _words(path: str, channel: Channel) -> dict[str, Status]:
    if path == "meta.callStatus":
        return CALL_STATUSES
    return EMAIL_STATUSES if channel is Channel.EMAIL else STATUSES


def _engagement(word: str) -> Engagement:
    """What the status word tells of the recipient; when it was is not told."""
    return Engagement(
        opened=Engaged() if word == "opened" else None,
        clicked=Engaged() if word == "clicked" else None,
        opted_out=Engaged() if word == "opt_out" else None,
    )


def _subject(payload: HighLevelMessage, ledger: Ledger) -> str | None:
    return first(
        ledger,
        ("_email.subject", payload.email.subject),
        ("meta.email.subject", payload.meta.email.subject),
        ("meta.email.email.subject", payload.meta.email.email.subject),
    )


def _body(payload: HighLevelMessage) -> Body:
    content, content_type = payload.body, payload.contentType
    is_html = content_type is not None and "html" in content_type.casefold()
    return Body(text=None if is_html else content, html=content if is_html else None, content_type=content_type)


def _attachments(payload: HighLevelMessage) -> tuple[Attachment, ...]:
    urls = filter(None, (*payload.attachments, *payload.email.attachments))
    return tuple(Attachment(url=url) for url in dict.fromkeys(urls))


def _call(payload: HighLevelMessage, kind: Kind) -> Call | None:
    """The call; its outcome is told by `status` where there is no `callStatus`, as in webhooks."""
    status = (payload.status or "").strip().casefold()
    is_outcome = kind in CALLS and (status in CALL_STATUSES or status == "connected")
    outcome = payload.meta.callStatus or (payload.status if is_outcome else None)
    if outcome is None and payload.meta.callDuration is None:
        return None
    return Call(outcome=outcome, duration_seconds=payload.meta.callDuration)


def _source(payload: HighLevelMessage, ledger: Ledger, name: str | None) -> str | None:
    """Who started it; a campaign's type says so too."""
    ledger.word("source", payload.source, SOURCES, "")
    told = first(ledger, ("source", payload.source), ("_email.source", payload.email.source))
    return told or ("campaign" if (name or "").startswith("CAMPAIGN_") else None)


def _references(payload: HighLevelMessage) -> tuple[Reference, ...]:
    """The e-mail's own id at HighLevel, and its id in the world of mail."""
    ids = (("provider_message", payload.email.id), ("email_message", payload.email.altId))
    return tuple(Reference(type=kind, value=value) for kind, value in ids if value is not None)


def _upstream(payload: HighLevelMessage, ledger: Ledger) -> Upstream:
    """Who carried it: the custom provider's id, else the name of the e-mail service."""
    provider = first(
        ledger,
        ("conversationProviderId", payload.conversationProviderId),
        ("_email.conversationProviderId", payload.email.conversationProviderId),
        ("_email.provider", payload.email.provider),
    )
    return Upstream(provider=provider, message_id=payload.altId)
