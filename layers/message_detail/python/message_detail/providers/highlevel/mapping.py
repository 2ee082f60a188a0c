"""HighLevel's answer as our message. Vendor pages: "Get message by message id" and "Get email by Id",
https://marketplace.gohighlevel.com/docs.

The attempt number (epoch) is always 0: a user's retry makes a new message with another id.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from message_detail.attachments import attachments_of
from message_detail.ledger import Ledger
from message_detail.mapping import finish
from message_detail.message import (
    Body,
    Channel,
    Direction,
    Kind,
    Origin,
    Reference,
    Timestamps,
    Upstream,
)
from message_detail.provider import Context, Document, Normalized
from message_detail.providers.highlevel.account import location_of
from message_detail.providers.highlevel.calls import call_of
from message_detail.providers.highlevel.directions import direction_of
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
from message_detail.providers.highlevel.inline_files import without_files
from message_detail.providers.highlevel.kinds import type_of
from message_detail.providers.highlevel.payload import HighLevelMessage
from message_detail.providers.highlevel.people import further_parties, parties_of
from message_detail.providers.highlevel.pick import first
from message_detail.providers.highlevel.statuses import letters_of
from message_detail.providers.highlevel.word_status import draft_of as word_draft
from message_detail.providers.highlevel.word_status import engagement_by
from message_detail.status import Status
from message_detail.times import FUTURE_SECONDS, add_seconds

SOURCES: Final = {name: name for name in ("workflow", "bulk_actions", "campaign", "api", "app")}


def normalize(document: Document, context: Context) -> Normalized:
    """The message that a document of HighLevel describes. Pure."""
    document = without_files(document)
    ledger = Ledger(document, FIELDS)
    payload = ledger.parse(HighLevelMessage)
    report_thread(payload, ledger)
    _check_location(ledger, context)
    name, channel, kind = (
        ("EMAIL", Channel.EMAIL, Kind.MESSAGE) if is_email_alone(payload) else type_of(payload, ledger)
    )
    is_email = channel is Channel.EMAIL or payload.email.id is not None
    direction = email_direction(payload, ledger) or direction_of(payload, ledger, kind, name)
    times = _timestamps(payload, ledger, context, direction)
    if is_email:
        draft, words = email_draft(payload, ledger, direction)
        engagement = engagement_of(payload, ledger, words)
    else:
        draft, word = word_draft(payload, ledger, kind, direction)
        engagement = engagement_by(word)
    draft.observe(draft.status, at=times.received if draft.status is Status.DELIVERED else None)
    region = context.account.default_region
    parties = parties_of(payload, ledger, direction, region, channel)
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
        reply_to=parties.reply_to,
        subject=_subject(payload, ledger),
        body=email_body(payload, ledger, direction) if is_email else _body(payload),
        attachments=attachments_of(
            ledger, ("attachments", payload.attachments), ("_email.attachments", payload.email.attachments)
        ),
        conversation=conversation_of(payload, ledger),
        engagement=engagement,
        timestamps=times,
        call=call_of(payload, ledger, kind),
        origin=Origin(source=_source(payload, ledger, name), user_id=payload.userId),
        references=_references(payload),
        upstream=_upstream(payload, ledger),
        further_parties=further_parties(document, region),
    )
    return replace(normalized, place=payload.thread.place)


def _check_location(ledger: Ledger, context: Context) -> None:
    """Drift where the answer is another location's: an agency's token sees several."""
    told, own = ledger.document.get("locationId"), location_of(context.account)
    if own is not None and isinstance(told, str) and told not in ("", own):
        ledger.report(("locationId",), "other_location", told)


def _timestamps(payload: HighLevelMessage, ledger: Ledger, context: Context, direction: Direction) -> Timestamps:
    """When it was made and changed; what lies in the future has not happened, unless it is a scheduled message's."""
    latest = add_seconds(context.fetched_at, FUTURE_SECONDS)
    is_scheduled = "scheduled" in (letters_of(payload.status), letters_of(payload.email.status))
    may_be = None if is_scheduled else latest
    added = ledger.moment("dateAdded", payload.dateAdded, may_be)
    updated = ledger.moment("dateUpdated", payload.dateUpdated, latest)
    email_added, email_updated = email_times(payload, ledger, may_be)
    return Timestamps(
        created=added or email_added,
        updated=updated or email_updated,
        received=(email_added or added) if direction is Direction.INBOUND else None,
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
