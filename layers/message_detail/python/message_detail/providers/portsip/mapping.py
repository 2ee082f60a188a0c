"""PortSIP's answer as our message. Vendor page: PortSIP PBX REST API, "External Message"."""

from __future__ import annotations

from typing import Final

from message_detail import jsontext
from message_detail.fates import KEPT, field_table, to
from message_detail.ledger import Ledger
from message_detail.mapping import Draft, finish
from message_detail.message import Body, Channel, Direction, Labels, Party, Timestamps, Upstream
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
    # On a message that is not known to be inbound, "received" may mean the gateway: never claim a delivery.
    "recv": Status.SENT,
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
DIRECTIONS: Final[dict[str, Direction]] = {"in": Direction.INBOUND, "out": Direction.OUTBOUND}


def normalize(document: Document, context: Context) -> Normalized:
    """The message that a document of PortSIP describes. Pure."""
    ledger = Ledger(document, FIELDS)
    payload = ledger.parse(PortSipMessage)
    channel = ledger.word("msg_type", payload.msg_type, CHANNELS, Channel.UNKNOWN)
    direction = ledger.word("direction", payload.direction, DIRECTIONS, Direction.UNKNOWN)
    status = _status(payload, ledger, direction)
    created = ledger.moment("created_at", payload.created_at)
    received = created if direction is Direction.INBOUND else None
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
        from_=_sender(payload, direction, channel, context.account.default_region),
        to=_recipients(payload, direction, channel, context.account.default_region),
        body=Body(text=payload.content),
        timestamps=Timestamps(created=created, received=received),
        labels=Labels(brand=payload.brand),
        upstream=Upstream(message_id=payload.provider_msg_id),
    )


def _status(payload: PortSipMessage, ledger: Ledger, direction: Direction) -> Status:
    status = ledger.word("delivery", payload.delivery, STATUSES, Status.UNKNOWN)
    if direction is Direction.INBOUND and (payload.delivery or "").strip().casefold() == "recv":
        return Status.RECEIVED
    return settle(status, direction)


def _reason(payload: PortSipMessage, ledger: Ledger) -> str | None:
    """The reason as a text; what came as an object is kept as well."""
    if payload.reason is None or isinstance(payload.reason, str):
        return payload.reason
    ledger.keep("reason")
    return jsontext.dumps(redact(payload.reason, spare_messages=True))


def _sender(payload: PortSipMessage, direction: Direction, channel: Channel, region: str | None) -> Party | None:
    """The sender; on a message that we sent, our own number stands in for an empty one."""
    own = payload.did if direction is Direction.OUTBOUND else None
    international = channel is Channel.WHATSAPP
    return party(payload.sender or own, region=region, name=payload.sender_name, international=international)


def _recipients(
    payload: PortSipMessage, direction: Direction, channel: Channel, region: str | None
) -> tuple[Party, ...]:
    """The recipients; on a message that we got, our own number stands in for an empty one."""
    own = payload.did if direction is Direction.INBOUND else None
    international = channel is Channel.WHATSAPP
    return parties(payload.receiver or own, region=region, name=payload.receiver_name, international=international)
