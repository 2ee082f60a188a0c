"""What an e-mail says in the place of its message, which is but the container of its thread. Pure.

Vendor pages: "Get message by message id" and "Get email by Id", https://marketplace.gohighlevel.com/docs.
"""

from __future__ import annotations

from message_detail.domain.message import MISSING, NOT_FETCHED, Conversation, Direction
from message_detail.providers.base.document_reader import DocumentReader
from message_detail.providers.highlevel.directions import DIRECTIONS
from message_detail.providers.highlevel.payload import HighLevelMessage


def is_email_alone(payload: HighLevelMessage) -> bool:
    """Whether the document is an e-mail that was looked up by its own id: it has no type, and is no thread."""
    return payload.messageType is None and payload.type is None and payload.email.id is not None


def is_about_another(payload: HighLevelMessage, direction: Direction) -> bool:
    """Whether the container's own fields tell of another e-mail of the thread than the one that is shown."""
    told = (payload.direction or "").strip().casefold()
    is_newest = payload.thread.place >= len(payload.thread.ids) - 1
    return not is_newest or (told in DIRECTIONS and DIRECTIONS[told] is not direction)


def report_thread(payload: HighLevelMessage, reader: DocumentReader) -> None:
    """The e-mails of a thread that are not there as drift: those not to be had, and those up to the next look."""
    thread = payload.thread
    if thread.ids and "_email" not in reader.document:
        reader.report(("_email",), MISSING)
    elif thread.lost:
        reader.report(("_emails",), MISSING)
    if thread.left:
        reader.report(("meta", "email", "messageIds"), NOT_FETCHED, f"{len(thread.left)}: {' '.join(thread.left)}")


def email_direction(payload: HighLevelMessage, reader: DocumentReader) -> Direction | None:
    """The e-mail's own direction; that of the container is that of another one at times. None: the container tells."""
    own = payload.email.direction
    if own is None:
        return None if payload.direction is not None else _of_the_thread(payload)
    told = reader.word("_email.direction", own, DIRECTIONS, Direction.UNKNOWN)
    if told is Direction.UNKNOWN:
        return None
    reader.first(("_email.direction", own), ("direction", payload.direction))
    return told


def _of_the_thread(payload: HighLevelMessage) -> Direction | None:
    return DIRECTIONS.get((payload.meta.email.direction or "").strip().casefold())


def email_times(payload: HighLevelMessage, reader: DocumentReader, latest: str | None) -> tuple[str | None, str | None]:
    """When the e-mail was added, and changed, neither after `latest`; the latter only where it is a message of its own.

    Of a thread it must not count: the version of a message goes by one clock.
    """
    added = reader.moment("_email.dateAdded", payload.email.dateAdded, latest)
    updated = payload.email.dateUpdated if is_email_alone(payload) else None
    return added, reader.moment("_email.dateUpdated", updated, latest)


def email_conversation(payload: HighLevelMessage, reader: DocumentReader) -> Conversation:
    """The conversation with the contact, and the thread within it, which the container's own id names, too."""
    alone, outer, inner = is_email_alone(payload), payload.meta.email, payload.meta.email.email
    listed = [
        *outer.messageIds, *outer.emailMessageIds, outer.emailMessageId,
        *inner.messageIds, *inner.emailMessageIds, inner.emailMessageId, payload.emailMessageId,
    ]  # fmt: skip
    related = filter(None, payload.thread.ids or listed)
    container = None if alone or not payload.thread.ids else str(reader.document.get("id"))
    return Conversation(
        id=reader.first(
            ("conversationId", payload.conversationId), ("_email.conversationId", payload.email.conversationId)
        ),
        thread_id=payload.email.threadId or container,
        parent_id=payload.email.replyToMessageId,
        provider_conversation_id=payload.email.conversationId if alone else None,
        related_ids=tuple(dict.fromkeys(related)),
    )
