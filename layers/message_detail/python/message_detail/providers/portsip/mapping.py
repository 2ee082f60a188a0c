"""PortSIP's answer as our message. Vendor page: PortSIP PBX REST API, "External Message"."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from message_detail.domain import json_codec
from message_detail.domain.message import Body, Channel, Direction, Labels, Party, Timestamps, Upstream
from message_detail.domain.normalized import NormalizedMessage
from message_detail.domain.redaction.redact import redact
from message_detail.domain.status import Status, by_direction
from message_detail.providers.base.address_texts import address_texts, texts_in
from message_detail.providers.base.document_reader import DocumentReader
from message_detail.providers.base.field_rules import field_table, keep_raw, maps_to
from message_detail.providers.base.message_builder import StatusHistory, build_message
from message_detail.providers.base.parties import normalize as normalized_address
from message_detail.providers.base.parties import parties, party
from message_detail.providers.base.provider import Context, Document
from message_detail.providers.portsip.payload import PortSipMessage
from message_detail.providers.portsip.reasons import read_failure

FIELDS: Final = field_table(
    {
        "id": maps_to("provider_message_id"),
        "config_id": keep_raw,
        "sender": maps_to("from.address", "from.address_raw"),
        "sender_name": maps_to("from.name"),
        "receiver": maps_to("to[].address", "to[].address_raw"),
        "receiver_name": maps_to("to[].name"),
        "channel_name": keep_raw,
        "channel_number": keep_raw,
        "brand": maps_to("labels.brand"),
        "did": maps_to("from.address", "from.address_raw", "to[].address", "to[].address_raw", keep=True),
        "msg_type": maps_to("channel", "channel_native"),
        "direction": maps_to("direction"),
        "content": maps_to("body.text"),
        "reason": maps_to("status_reason", "failure.message"),
        "delivery": maps_to("status", "status_native"),
        "provider_msg_id": maps_to("upstream.message_id"),
        "created_at": maps_to("timestamps.created", "timestamps.received"),
    }
)

STATUSES: Final[dict[str, Status]] = {
    "sent": Status.SENT,
    "delivered": Status.DELIVERED,
    "err": Status.FAILED,
    # Words that the page does not have, and that can mean one thing only.
    "error": Status.FAILED,
    "failed": Status.FAILED,
    "read": Status.READ,
    "queued": Status.QUEUED,
    # On a message that is not known to be inbound, "received" may mean the gateway: never claim a delivery.
    "recv": Status.SENT,
    "received": Status.SENT,
}
CHANNELS: Final[dict[str, Channel]] = {
    "unknown": Channel.UNKNOWN,
    "sms": Channel.SMS,
    "mms": Channel.MMS,  # since v22.6, though the page's list of types has stayed
    "rcs": Channel.RCS,
    "whatsapp": Channel.WHATSAPP,
    "facebook": Channel.FACEBOOK,
    "instagram": Channel.INSTAGRAM,
}
_NUMBER_AT_HOST: Final = re.compile(r"\+?[0-9*#]{2,20}@")
DIRECTIONS: Final[dict[str, Direction]] = {
    "in": Direction.INBOUND,
    "inbound": Direction.INBOUND,
    "out": Direction.OUTBOUND,
    "outbound": Direction.OUTBOUND,
}


class _Place(NamedTuple):
    """Where numbers are read: the region of national ones; on WhatsApp all begin with their country code."""

    region: str | None
    international: bool


def normalize(document: Document, context: Context) -> NormalizedMessage:
    """The message that a document of PortSIP describes. Pure."""
    reader = DocumentReader(document, FIELDS)
    payload = reader.parse(PortSipMessage)
    channel = reader.word("msg_type", payload.msg_type, CHANNELS, Channel.UNKNOWN)
    direction = reader.word("direction", payload.direction, DIRECTIONS, Direction.UNKNOWN)
    status = _status(payload, reader, direction)
    created = reader.moment("created_at", payload.created_at)
    received = created if direction is Direction.INBOUND else None
    place = _Place(context.account.default_region, channel is Channel.WHATSAPP)
    reason = _reason(payload, reader)
    failure = read_failure(reason) if status is Status.FAILED else None
    history = StatusHistory(status, payload.delivery, reason=reason, failure=failure)
    # The answer has no time of any later step.
    history.observe(status, at=received if status is Status.RECEIVED else None)
    return build_message(
        reader,
        context,
        history,
        source_updated_at=None,
        channel=channel,
        channel_native=payload.msg_type,
        direction=direction,
        from_=_sender(payload, reader, direction, place),
        to=_recipients(payload, reader, direction, place),
        body=Body(text=payload.content),
        timestamps=Timestamps(created=created, received=received),
        labels=Labels(brand=payload.brand),
        upstream=Upstream(message_id=payload.provider_msg_id),
        further_parties=_further(payload, place),
    )


def _status(payload: PortSipMessage, reader: DocumentReader, direction: Direction) -> Status:
    status = reader.word("delivery", payload.delivery, STATUSES, Status.UNKNOWN)
    if direction is Direction.INBOUND and (payload.delivery or "").strip().casefold() in ("recv", "received", "read"):
        return Status.RECEIVED
    return by_direction(status, direction)


def _reason(payload: PortSipMessage, reader: DocumentReader) -> str | None:
    """The reason as a text; what came as an object is kept as well."""
    if payload.reason is None or isinstance(payload.reason, str):
        return payload.reason
    reader.keep("reason")
    return json_codec.dumps(redact(payload.reason, spare_messages=True))


def _further(payload: PortSipMessage, place: _Place) -> tuple[Party, ...]:
    """Every sender, our own number where an extension stands for it, and the addresses that stand as names."""
    texts = (*texts_in(payload.sender), *texts_in(payload.did))
    own = map(_of_sip, parties(texts, region=place.region, international=place.international))
    names = (*texts_in(payload.sender_name), *texts_in(payload.receiver_name))
    named = parties(names, region=place.region, international=place.international)
    return (*own, *(one for one in named if one.address is not None))


def _sender(payload: PortSipMessage, reader: DocumentReader, direction: Direction, place: _Place) -> Party | None:
    """The sender; on a message that we sent, our own number stands in for an empty one."""
    found = address_texts(payload.sender, "sender", reader)
    own = address_texts(payload.did, "did", reader) if direction is Direction.OUTBOUND else ()
    if len(found) > 1:
        reader.keep("sender")
    raw = next(iter(found or own), None)
    sender = party(raw, region=place.region, name=payload.sender_name, international=place.international)
    return None if sender is None else _of_sip(sender)


def _recipients(
    payload: PortSipMessage, reader: DocumentReader, direction: Direction, place: _Place
) -> tuple[Party, ...]:
    """The recipients; on a message that we got, our own number stands in for an empty one."""
    raw = address_texts(payload.receiver, "receiver", reader)
    own = address_texts(payload.did, "did", reader) if direction is Direction.INBOUND else ()
    found = parties(raw or own, region=place.region, name=payload.receiver_name, international=place.international)
    if len(found) > 1 and payload.receiver_name is not None:
        reader.keep("receiver_name")  # whose name it is can't be told
    return tuple(map(_of_sip, found))


def _of_sip(found: Party) -> Party:
    """A party; `1001@pbx.example.com` is the SIP address of a number (RFC 3261) without its scheme, and no e-mail."""
    if found.address is None or not _NUMBER_AT_HOST.match(found.address):
        return found
    address, address_type = normalized_address(f"sip:{found.address}")
    return found.model_copy(update={"address": address, "address_type": address_type})
