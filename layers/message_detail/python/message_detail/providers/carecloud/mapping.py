"""CareCloud's answer as our message. Vendor page: https://carecloud.readme.io/reference/getmessage.

Names, titles and error texts come in the account's language: no text is ever interpreted.
"""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import Final
from zoneinfo import ZoneInfo

from message_detail.domain import json_codec
from message_detail.domain.message import (
    MISSING,
    AddressType,
    Attachment,
    Body,
    Channel,
    Direction,
    Engaged,
    Engagement,
    Failure,
    FailureCategory,
    Parameter,
    Party,
    Permanence,
    Template,
    Timestamps,
)
from message_detail.domain.normalized import NormalizedMessage
from message_detail.domain.status import Status
from message_detail.providers.base.address_texts import address_texts
from message_detail.providers.base.document_reader import DocumentReader
from message_detail.providers.base.field_rules import field_table, keep_raw, maps_to
from message_detail.providers.base.message_builder import StatusHistory, build_message
from message_detail.providers.base.parties import parties
from message_detail.providers.base.provider import Context, Document
from message_detail.providers.carecloud.account import time_zone
from message_detail.providers.carecloud.content import without_content
from message_detail.providers.carecloud.payload import CareCloudMessage, Digest, File, Variable

_WHOLE: Final = re.compile(r"\+?(-?[0-9]{1,9})(?:\.0{1,9})?")
"""A whole number, perhaps written as a fraction."""

FIELDS: Final = field_table(
    {
        "message_id": maps_to("provider_message_id"),
        "status": maps_to("status", "status_native"),
        "message_template_id": maps_to("template.id"),
        "customer_id": maps_to("to[].contact_id"),
        "contact": maps_to("to[].address_raw", "to[].address"),
        "title": maps_to("subject", "body.preview"),
        "send_time": maps_to("timestamps.sent"),
        "opened_time": maps_to("engagement.opened.first_at"),
        "mail_client_user_agent": maps_to("engagement.opened.user_agent"),
        "mail_client_language": maps_to("engagement.opened.language"),
        "communication_channel_id": maps_to("channel", "channel_native"),
        "message_data[].parameter_name": maps_to("template.parameters[].name"),
        "message_data[].name": maps_to("template.parameters[].name"),
        "message_data[].value": maps_to("template.parameters[].value"),
        "attachments[].upload_method": maps_to("attachments[].method"),
        # A link goes to url. Base64 content is dropped, personal data of up to a megabyte: size and SHA-256
        # stand for it (content.py).
        "attachments[].file_data": maps_to("attachments[].url", "attachments[].size", "attachments[].sha256"),
        "attachments[].cache_for": maps_to("attachments[].cache_minutes"),
        "last_change": maps_to("timestamps.updated", "provenance.source_updated_at"),
        "_detail.plain_text_body": maps_to("body.text"),
        "_detail.html_body": maps_to("body.html"),
        "_detail.attachments[].attachment_format": maps_to("attachments[].name"),
        # Of the text, not of the message: two clocks must not make one version.
        "_detail.last_change": keep_raw,
        "_channel.communication_channel_id": keep_raw,
        "_channel.name": keep_raw,
        "_channel.text_id": maps_to("channel", keep=True),
    }
)

STATUSES: Final[dict[str, Status]] = {
    "0": Status.QUEUED,  # not sent: not yet, or never
    "1": Status.SENT,  # "sent successfully" is no proof of a delivery
    "-1": Status.BOUNCED,
    "-2": Status.BOUNCED,  # since March 2023
    "2": Status.FAILED,
    "4": Status.REJECTED,
    "5": Status.DEFERRED,  # since August 2025: will be tried again
}

FAILURES: Final[dict[str, Failure]] = {
    "-1": Failure(category=FailureCategory.BOUNCED_HARD, permanence=Permanence.PERMANENT),
    "-2": Failure(category=FailureCategory.BOUNCED_SOFT, permanence=Permanence.TEMPORARY),
    "2": Failure(category=FailureCategory.PROVIDER_ERROR),
    "4": Failure(category=FailureCategory.CONSENT_MISSING, permanence=Permanence.PERMANENT),
}

CHANNEL_WORDS: Final[dict[str, Channel]] = {
    "email": Channel.EMAIL,
    "e-mail": Channel.EMAIL,
    "sms": Channel.SMS,
    "push": Channel.PUSH,
    "whatsapp": Channel.WHATSAPP,
    "viber": Channel.OTHER,
}
"""Text ids of https://carecloud.readme.io/reference/getcommunicationchannels; a project may have its own."""

CHANNELS: Final[dict[str, Channel]] = {
    "1": Channel.EMAIL,
    "2": Channel.SMS,
    "4": Channel.PUSH,
    "5": Channel.IN_APP,
    **CHANNEL_WORDS,
}


def normalize(document: Document, context: Context) -> NormalizedMessage:
    """The message that a document of CareCloud describes. Pure."""
    zone = time_zone(context.account)
    reader = DocumentReader(without_content(document), FIELDS)
    payload = reader.parse(CareCloudMessage)
    if "_detail" not in document:
        reader.report(("_detail",), MISSING)
    channel = _channel(payload, reader)
    times = Timestamps(
        updated=reader.local_time("last_change", payload.last_change, zone),
        sent=reader.local_time("send_time", payload.send_time, zone),
    )
    opened = _opened(payload, reader, zone)
    return build_message(
        reader,
        context,
        _draft(payload, reader, times.sent, opened),
        source_updated_at=times.updated,
        channel=channel,
        channel_native=payload.communication_channel_id,
        direction=Direction.OUTBOUND,
        to=_recipients(payload, reader, channel, context.account.default_region),
        subject=None if channel is Channel.SMS else payload.title,
        body=Body(
            text=payload.detail.plain_text_body,
            html=payload.detail.html_body,
            preview=payload.title if channel is Channel.SMS else None,
        ),
        template=_template(payload, reader),
        attachments=_attachments(payload, reader),
        engagement=Engagement(opened=opened),
        timestamps=times,
    )


def channel_key(native: str) -> str:
    """A channel's id as CHANNELS and the list of channels are searched for it."""
    return _number_key(native.strip().casefold())


def _number_key(native: str) -> str:
    """A number that stands for a word as the tables here have it: `1.0` is `1`."""
    number = _WHOLE.fullmatch(native.strip())
    return number[1] if number else native


def _channel(payload: CareCloudMessage, reader: DocumentReader) -> Channel:
    native = payload.communication_channel_id
    if native is not None and channel_key(native) not in CHANNELS and payload.channel.text_id is not None:
        return reader.word("_channel.text_id", payload.channel.text_id, CHANNEL_WORDS, Channel.UNKNOWN)
    known = CHANNELS.get(channel_key(native)) if native is not None else None
    return known or reader.word("communication_channel_id", native, CHANNELS, Channel.UNKNOWN)


def _draft(
    payload: CareCloudMessage, reader: DocumentReader, sent: str | None, opened: Engaged | None
) -> StatusHistory:
    key = _number_key(payload.status or "")
    status = STATUSES.get(key) or reader.word("status", payload.status, STATUSES, Status.UNKNOWN)
    history = StatusHistory(status, payload.status, failure=FAILURES.get(key))
    # A send_time beside any other status may be that of an attempt: it must not lift the message to sent.
    if sent is not None and status in (Status.SENT, Status.BOUNCED):
        history.observe(Status.SENT, at=sent)
    if opened is not None:
        history.observe(Status.DELIVERED, at=opened.first_at)
    return history


def _opened(payload: CareCloudMessage, reader: DocumentReader, zone: ZoneInfo) -> Engaged | None:
    """The opening, once its time can be read: a zero date, or a mail program alone, claims none."""
    at = reader.local_time("opened_time", payload.opened_time, zone)
    if at is not None:
        return Engaged(first_at=at, user_agent=payload.mail_client_user_agent, language=payload.mail_client_language)
    if payload.mail_client_user_agent is not None:
        reader.keep("mail_client_user_agent")
    if payload.mail_client_language is not None:
        reader.keep("mail_client_language")
    return None


def _recipients(
    payload: CareCloudMessage, reader: DocumentReader, channel: Channel, region: str | None
) -> tuple[Party, ...]:
    """The customer; their address only where the message went elsewhere than to the stored contact."""
    texts = address_texts(payload.contact, "contact", reader)
    return parties(
        texts,
        region=region,
        contact_id=payload.customer_id,
        address_type=None if not texts or any("@" in text for text in texts) else AddressType.PHONE,
        international=channel is Channel.WHATSAPP,
    )


def _template(payload: CareCloudMessage, reader: DocumentReader) -> Template | None:
    parameters = tuple(
        _parameter(variable, index, reader)
        for index, variable in enumerate(payload.message_data)
        if variable is not None
    )
    if payload.message_template_id is None and not parameters:
        return None
    return Template(id=payload.message_template_id, parameters=parameters)


def _parameter(variable: Variable, index: int, reader: DocumentReader) -> Parameter:
    """A variable, whose value is kept as it is in JSON: `true` is "true"."""
    path = ("message_data", str(index))
    if variable.name is not None and variable.parameter_name not in (None, variable.name):
        reader.keep(f"message_data[{index}].name")
    value = variable.value
    if isinstance(value, dict | list):
        reader.report((*path, "value"), "wrong_type")
        value = None
    elif value is not None and not isinstance(value, str):
        value = json_codec.dumps(value)
    return Parameter(name=variable.parameter_name or variable.name, value=value)


def _attachments(payload: CareCloudMessage, reader: DocumentReader) -> tuple[Attachment, ...]:
    """The files with their names, which the second call lists in the same order."""
    names = [info.attachment_format if info is not None else None for info in payload.detail.attachments]
    if names and payload.attachments and len(names) != len(payload.attachments):
        reader.report(("_detail", "attachments"), "count_differs")
    return tuple(
        _attachment(file or File(), name, index, reader)
        for index, (file, name) in enumerate(zip_longest(payload.attachments, names))
    )


def _attachment(file: File, name: str | None, index: int, reader: DocumentReader) -> Attachment:
    reader.word(f"attachments[{index}].upload_method", file.upload_method, {"url": True, "base64": True}, False)
    inline = file.file_data if isinstance(file.file_data, Digest) else Digest()
    if isinstance(file.file_data, Digest) and not inline.readable:
        reader.report(("attachments", str(index), "file_data"), "undecodable_base64")
    return Attachment(
        url=file.file_data if isinstance(file.file_data, str) else None,
        name=name,
        content_type=inline.content_type,
        method=file.upload_method,
        cache_minutes=file.cache_for,
        size=inline.size,
        sha256=inline.sha256,
    )
