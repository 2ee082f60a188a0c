"""PortSIP's answer as our message. Vendor page: PortSIP PBX REST API, "External Message"."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from message_detail import jsontext
from message_detail.address_texts import address_texts, texts_in
from message_detail.fates import KEPT, field_table, to
from message_detail.ledger import Ledger
from message_detail.mapping import Draft, finish
from message_detail.message import Body, Channel, Direction, Labels, Party, Timestamps, Upstream
from message_detail.parties import normalize as normalized_address
from message_detail.parties import parties, party
from message_detail.provider import Context, Document, Normalized
from message_detail.providers.portsip.payload import PortSipMessage
from message_detail.providers.portsip.reasons import failure_of
from message_detail.redact import redact
from message_detail.status import Status, settle

FIELDS: Final = field_table(
    {
        "id": to("provider_message_id"),
        "config_id": KEPT,
        "sender": to("from.address", "from.address_raw"),
        "sender_name": to("from.name"),
        "receiver": to("to[].address", "to[].address_raw"),
        "receiver_name": to("to[].name"),
        "channel_name": KEPT,
        "channel_number": KEPT,
        "brand": to("labels.brand"),
        "did": to("from.address", "from.address_raw", "to[].address", "to[].address_raw", keep=True),
        "msg_type": to("channel", "channel_native"),
        "direction": to("direction"),
        "content": to("body.text"),
        "reason": to("status_reason", "failure.message"),
        "delivery": to("status", "status_native"),
        "provider_msg_id": to("upstream.message_id"),
        "created_at": to("timestamps.created", "timestamps.received"),
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


def normalize(document: Document, context: Context) -> Normalized:
    """The message that a document of PortSIP describes. Pure."""
    ledger = Ledger(document, FIELDS)
    payload = ledger.parse(PortSipMessage)
    channel = ledger.word("msg_type", payload.msg_type, CHANNELS, Channel.UNKNOWN)
    direction = ledger.word("direction", payload.direction, DIRECTIONS, Direction.UNKNOWN)
    status = _status(payload, ledger, direction)
    created = ledger.moment("created_at", payload.created_at)
    received = created if direction is Direction.INBOUND else None
    place = _Place(context.account.default_region, channel is Channel.WHATSAPP)
    reason = _reason(payload, ledger)
    failure = failure_of(reason) if status is Status.FAILED else None
    draft = Draft(status, payload.delivery, reason=reason, failure=failure)
    # The answer has no time of any later step.
    draft.observe(status, at=received if status is Status.RECEIVED else None)
    return finish(
        ledger,
        context,
        draft,
        source_updated_at=None,
        channel=channel,
        channel_native=payload.msg_type,
        direction=direction,
        from_=_sender(payload, ledger, direction, place),
        to=_recipients(payload, ledger, direction, place),
        body=Body(text=payload.content),
        timestamps=Timestamps(created=created, received=received),
        labels=Labels(brand=payload.brand),
        upstream=Upstream(message_id=payload.provider_msg_id),
        further_parties=_further(payload, place),
    )


def _status(payload: PortSipMessage, ledger: Ledger, direction: Direction) -> Status:
    status = ledger.word("delivery", payload.delivery, STATUSES, Status.UNKNOWN)
    if direction is Direction.INBOUND and (payload.delivery or "").strip().casefold() in ("recv", "received", "read"):
        return Status.RECEIVED
    return settle(status, direction)


def _reason(payload: PortSipMessage, ledger: Ledger) -> str | None:
    """The reason as a text; what came as an object is kept as well."""
    if payload.reason is None or isinstance(payload.reason, str):
        return payload.reason
    ledger.keep("reason")
    return jsontext.dumps(redact(payload.reason, spare_messages=True))


def _further(payload: PortSipMessage, place: _Place) -> tuple[Party, ...]:
    """Every sender, our own number where an extension stands for it, and the addresses that stand as names."""
    texts = (*texts_in(payload.sender), *texts_in(payload.did))
    own = map(_of_sip, parties(texts, region=place.region, international=place.international))
    names = (*texts_in(payload.sender_name), *texts_in(payload.receiver_name))
    named = parties(names, region=place.region, international=place.international)
    return (*own, *(one for one in named if one.address is not None))


def _sender(payload: PortSipMessage, ledger: Ledger, direction: Direction, place: _Place) -> Party | None:
    """The sender; on a message that we sent, our own number stands in for an empty one."""
    found = address_texts(payload.sender, "sender", ledger)
    own = address_texts(payload.did, "did", ledger) if direction is Direction.OUTBOUND else ()
    if len(found) > 1:
        ledger.keep("sender")
    raw = next(iter(found or own), None)
    sender = party(raw, region=place.region, name=payload.sender_name, international=place.international)
    return None if sender is None else _of_sip(sender)


def _recipients(payload: PortSipMessage, ledger: Ledger, direction: Direction, place: _Place) -> tuple[Party, ...]:
    """The recipients; on a message that we got, our own number stands in for an empty one."""
    raw = address_texts(payload.receiver, "receiver", ledger)
    own = address_texts(payload.did, "did", ledger) if direction is Direction.INBOUND else ()
    found = parties(raw or own, region=place.region, name=payload.receiver_name, international=place.international)
    if len(found) > 1 and payload.receiver_name is not None:
        ledger.keep("receiver_name")  # whose name it is can't be told
    return tuple(map(_of_sip, found))


def _of_sip(found: Party) -> Party:
    """A party; `1001@pbx.example.com` is the SIP address of a number (RFC 3261) without its scheme, and no e-mail."""
    if found.address is None or not _NUMBER_AT_HOST.match(found.address):
        return found
    address, address_type = normalized_address(f"sip:{found.address}")
    return found.model_copy(update={"address": address, "address_type": address_type})
