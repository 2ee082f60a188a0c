"""What HighLevel answers. Vendor pages: "Get message by message id" and "Get email by Id",
https://marketplace.gohighlevel.com/docs.

The document is the message. Beside its fields stand `_email` (the message's own e-mail, from the second call),
`_emails` (other e-mails of its thread, which are kept as they are), `_envelope` (what stands beside `message`) and
`_thread` (our own note on how the fetch of the e-mails went). Of an e-mail that is looked up by its own id the document
is `id` and `_email`.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from message_detail.providers.base.document_reader import Payload
from message_detail.providers.highlevel.party_texts import recipient_texts, sender_text


def _texts(value: Any) -> Any:
    """A list is at times a single text, or `{}`."""
    if value in ({}, None):
        return ()
    return value if isinstance(value, list | tuple) else (value,)


def _word(value: Any) -> Any:
    """A word; white space is none."""
    return None if isinstance(value, str) and not value.strip() else value


def _call(value: Any) -> Any:
    """What is told of a call; it comes as a list, the last of which counts, and as the bare word, too."""
    if isinstance(value, str):
        return {"status": value}
    if not isinstance(value, list):
        return value
    told = next((item for item in reversed(value) if isinstance(item, dict)), {})
    return {key: told[key] for key in ("status", "duration") if isinstance(told.get(key), str | int | float)}


Items = Annotated[tuple[Any, ...], BeforeValidator(_texts)]
Sender = Annotated[str | None, BeforeValidator(sender_text)]
Recipients = Annotated[tuple[str | None, ...], BeforeValidator(recipient_texts)]
Word = Annotated[str | None, BeforeValidator(_word)]
Texts = Annotated[tuple[str | None, ...], BeforeValidator(_texts)]


class NestedEmailMeta(Payload):
    """`meta.email.email`, as the vendor's example nests it."""

    messageIds: Texts = ()
    emailMessageIds: Texts = ()
    emailMessageId: str | None = None
    subject: str | None = None


class EmailMeta(Payload):
    """`meta.email`: which e-mails the message's thread has."""

    messageIds: Texts = ()
    emailMessageIds: Texts = ()
    emailMessageId: str | None = None
    subject: str | None = None
    direction: Word = None
    email: NestedEmailMeta = Field(default_factory=NestedEmailMeta)


class CallMeta(Payload):
    """`meta.call`, as live answers have it (GoHighLevel/highlevel-api-docs issues 258, 214 and 110)."""

    duration: Any = None
    status: Word = None


class Meta(Payload):
    """What depends on the type: calls and e-mails. `callDuration` and `callStatus` are the documented form."""

    callDuration: Any = None
    callStatus: Word = None
    call: Annotated[CallMeta, BeforeValidator(_call)] = Field(default_factory=CallMeta)
    email: EmailMeta = Field(default_factory=EmailMeta)


class Email(Payload):
    """One e-mail. `from` is "Name <address>"."""

    id: str | None = None
    altId: str | None = None
    threadId: str | None = None
    subject: str | None = None
    body: str | None = None
    status: Word = None
    contentType: str | None = None
    attachments: Items = ()
    provider: str | None = None
    from_: Sender = Field(default=None, alias="from")
    to: Recipients = ()
    cc: Recipients = ()
    bcc: Recipients = ()
    replyToMessageId: str | None = None
    ccList: Recipients = ()
    bccList: Recipients = ()
    replyTo: Recipients = ()
    contactId: str | None = None
    conversationId: str | None = None
    dateAdded: Any = None
    dateUpdated: Any = None
    direction: Word = None
    error: str | None = None
    opened: Any = None
    openedAt: Any = None
    clicked: Any = None
    clickedAt: Any = None
    source: str | None = None
    conversationProviderId: str | None = None


class Thread(Payload):
    """Our note on a thread: the ids of all e-mails, the place of the message's own one among them from the oldest,
    those that were not to be had, and those that are up to the next look."""

    ids: tuple[str, ...] = ()
    place: int = 0
    lost: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


class HighLevelMessage(Payload):
    """The message. `type` is a number that is read as text."""

    type: str | None = None
    messageType: str | None = None
    contactId: str | None = None
    conversationId: str | None = None
    dateAdded: Any = None
    dateUpdated: Any = None
    body: str | None = None
    direction: Word = None
    status: Word = None
    contentType: str | None = None
    attachments: Items = ()
    meta: Meta = Field(default_factory=Meta)
    source: str | None = None
    userId: str | None = None
    conversationProviderId: str | None = None
    altId: str | None = None
    error: str | None = None
    from_: Sender = Field(default=None, alias="from")
    to: Recipients = ()
    emailMessageId: str | None = None
    email: Email = Field(default=Email(), alias="_email")
    thread: Thread = Field(default=Thread(), alias="_thread")
