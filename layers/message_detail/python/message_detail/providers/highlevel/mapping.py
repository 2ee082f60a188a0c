"""HighLevel's answer as our message. Vendor pages: "Get message by message id" and "Get email by Id",
https://marketplace.gohighlevel.com/docs.

The attempt number (epoch) is always 0: a user's retry makes a new message with another id.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from message_detail.domain.message import Body, Channel, Direction, Kind, Origin, Reference, Timestamps, Upstream
from message_detail.domain.normalized import NormalizedMessage
from message_detail.domain.status import Status
from message_detail.domain.times import FUTURE_SECONDS, add_seconds
from message_detail.providers.base.attachments import read_attachments
from message_detail.providers.base.document_reader import DocumentReader
from message_detail.providers.base.message_builder import build_message
from message_detail.providers.base.provider import Context, Document
from message_detail.providers.highlevel.account import location_id
from message_detail.providers.highlevel.calls import read_call
from message_detail.providers.highlevel.directions import read_direction
from message_detail.providers.highlevel.email_parts import (
    email_conversation,
    email_direction,
    email_times,
    is_email_alone,
    report_thread,
)
from message_detail.providers.highlevel.email_status import email_engagement
from message_detail.providers.highlevel.email_status import email_history as email_draft
from message_detail.providers.highlevel.email_text import email_body as email_body
from message_detail.providers.highlevel.fields import FIELDS
from message_detail.providers.highlevel.inline_files import without_files
from message_detail.providers.highlevel.kinds import read_type
from message_detail.providers.highlevel.payload import HighLevelMessage
from message_detail.providers.highlevel.people import further_parties, read_parties
from message_detail.providers.highlevel.statuses import only_letters
from message_detail.providers.highlevel.word_status import engagement_by
from message_detail.providers.highlevel.word_status import word_history as word_draft

SOURCES: Final = {name: name for name in ("workflow", "bulk_actions", "campaign", "api", "app")}


def normalize(document: Document, context: Context) -> NormalizedMessage:
    """The message that a document of HighLevel describes. Pure."""
    document = without_files(document)
    reader = DocumentReader(document, FIELDS)
    payload = reader.parse(HighLevelMessage)
    report_thread(payload, reader)
    _check_location(reader, context)
    name, channel, kind = (
        ("EMAIL", Channel.EMAIL, Kind.MESSAGE) if is_email_alone(payload) else read_type(payload, reader)
    )
    is_email = channel is Channel.EMAIL or payload.email.id is not None
    direction = email_direction(payload, reader) or read_direction(payload, reader, kind, name)
    times = _timestamps(payload, reader, context, direction)
    if is_email:
        history, words = email_draft(payload, reader, direction)
        engagement = email_engagement(payload, reader, words)
    else:
        history, word = word_draft(payload, reader, kind, direction)
        engagement = engagement_by(word)
    history.observe(history.status, at=times.received if history.status is Status.DELIVERED else None)
    region = context.account.default_region
    parties = read_parties(payload, reader, direction, region, channel)
    normalized = build_message(
        reader,
        context,
        history,
        source_updated_at=times.updated,
        channel=channel,
        channel_native=payload.messageType or payload.type,
        kind=kind,
        direction=direction,
        from_=parties.sender,
        to=parties.to,
        cc=parties.cc,
        bcc=parties.bcc,
        reply_to=parties.reply_to,
        subject=_subject(payload, reader),
        body=email_body(payload, reader, direction) if is_email else _body(payload),
        attachments=read_attachments(
            reader, ("attachments", payload.attachments), ("_email.attachments", payload.email.attachments)
        ),
        conversation=email_conversation(payload, reader),
        engagement=engagement,
        timestamps=times,
        call=read_call(payload, reader, kind),
        origin=Origin(source=_source(payload, reader, name), user_id=payload.userId),
        references=_references(payload),
        upstream=_upstream(payload, reader),
        further_parties=further_parties(document, region),
    )
    return replace(normalized, place=payload.thread.place)


def _check_location(reader: DocumentReader, context: Context) -> None:
    """Drift where the answer is another location's: an agency's token sees several."""
    told, own = reader.document.get("locationId"), location_id(context.account)
    if own is not None and isinstance(told, str) and told not in ("", own):
        reader.report(("locationId",), "other_location", told)


def _timestamps(
    payload: HighLevelMessage, reader: DocumentReader, context: Context, direction: Direction
) -> Timestamps:
    """When it was made and changed; what lies in the future has not happened, unless it is a scheduled message's."""
    latest = add_seconds(context.fetched_at, FUTURE_SECONDS)
    is_scheduled = "scheduled" in (only_letters(payload.status), only_letters(payload.email.status))
    may_be = None if is_scheduled else latest
    added = reader.moment("dateAdded", payload.dateAdded, may_be)
    updated = reader.moment("dateUpdated", payload.dateUpdated, latest)
    email_added, email_updated = email_times(payload, reader, may_be)
    return Timestamps(
        created=added or email_added,
        updated=updated or email_updated,
        received=(email_added or added) if direction is Direction.INBOUND else None,
    )


def _subject(payload: HighLevelMessage, reader: DocumentReader) -> str | None:
    return reader.first(
        ("_email.subject", payload.email.subject),
        ("meta.email.subject", payload.meta.email.subject),
        ("meta.email.email.subject", payload.meta.email.email.subject),
    )


def _body(payload: HighLevelMessage) -> Body:
    content, content_type = payload.body, payload.contentType
    is_html = content_type is not None and "html" in content_type.casefold()
    return Body(text=None if is_html else content, html=content if is_html else None, content_type=content_type)


def _source(payload: HighLevelMessage, reader: DocumentReader, name: str | None) -> str | None:
    """Who started it; a campaign's type says so too."""
    reader.word("source", payload.source, SOURCES, "")
    told = reader.first(("source", payload.source), ("_email.source", payload.email.source))
    return told or ("campaign" if (name or "").startswith("CAMPAIGN_") else None)


def _references(payload: HighLevelMessage) -> tuple[Reference, ...]:
    """The e-mail's own id at HighLevel, and its id in the world of mail."""
    ids = (("provider_message", payload.email.id), ("email_message", payload.email.altId))
    return tuple(Reference(type=kind, value=value) for kind, value in ids if value is not None)


def _upstream(payload: HighLevelMessage, reader: DocumentReader) -> Upstream:
    """Who carried it: the custom provider's id, else the name of the e-mail service."""
    provider = reader.first(
        ("conversationProviderId", payload.conversationProviderId),
        ("_email.conversationProviderId", payload.email.conversationProviderId),
        ("_email.provider", payload.email.provider),
    )
    return Upstream(provider=provider, message_id=payload.altId)
