"""Samva's webhooks, of two generations: HMAC in hexadecimal, and Standard Webhooks.

Vendor pages: "Webhooks", https://samva.app; https://www.standardwebhooks.com.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from message_detail.domain import json_codec
from message_detail.domain.errors import InvalidRequest
from message_detail.domain.status import Status
from message_detail.domain.times import instant_or_none
from message_detail.providers.base.account import Account
from message_detail.providers.base.signatures import Proof, hmac_sha256, standard_webhook
from message_detail.providers.base.webhook import (
    SIGNED_WINDOW_SECONDS,
    Delivery,
    Event,
    Observed,
    Verified,
    Webhook,
    read_event_id,
    read_text,
)
from message_detail.providers.samva.words import STATUSES, settled, word_key

ABOUT_MESSAGES: Final = "message."
ID_KEYS: Final = ("messageId", "message_id")
TIMES: Final[dict[Status, str]] = {
    Status.SENT: "sentAt",
    Status.DELIVERED: "deliveredAt",
    Status.READ: "readAt",
    Status.FAILED: "failedAt",
}
"""Where `data`, whose fields are all optional, has the time of a status, under the names of "Get Message"."""


def _authenticate(delivery: Delivery, account: Account) -> Proof:
    secrets = account.webhook_secrets
    signature = delivery.header("webhook-signature")
    if signature is not None:
        event_id, time = delivery.header("webhook-id") or "", delivery.header("webhook-timestamp") or ""
        return standard_webhook(event_id, time, signature, delivery.body, secrets)
    return hmac_sha256(delivery.header("x-webhook-signature") or "", delivery.body, secrets)


def _read(verified: Verified) -> Event:
    delivery = verified.delivery
    body = delivery.json()
    data = body["data"] if isinstance(body.get("data"), dict) else {}
    event = read_text(body.get("type")) or read_text(body.get("event"))
    if event is None:
        raise InvalidRequest("the webhook names no event")
    if not event.casefold().startswith(ABOUT_MESSAGES):
        return Event(ignored="event_not_about_messages")
    named = (read_text(place.get(key)) for place in (body, data) for key in ID_KEYS)
    message_id = next(filter(None, named), None)
    if message_id is None:
        raise InvalidRequest("messageId: must be the message's id, a text")
    if "webhook-signature" in delivery.headers:
        event_id, digest = read_event_id(delivery.header("webhook-id")), None
    else:
        # X-Webhook-Id is the endpoint's. The time in the body is that of the delivery: new with each try.
        event_id, digest = read_event_id(message_id, event), _digest_but_time(body)
    observed = _observed(event, data, body.get("timestamp"))
    return Event(message_ids=(message_id,), event_id=event_id, digest=digest, observed=observed)


def _digest_but_time(body: Mapping[str, Any]) -> str:
    said = {key: value for key, value in body.items() if key != "timestamp"}
    return hashlib.sha256(json_codec.canonical(said).encode()).hexdigest()


def _observed(event: str, data: Mapping[str, Any], stamp: Any) -> Observed | None:
    """The status that the event's name tells, else that of `data`; None where neither is a known word.

    It happened by `stamp` at the latest, the time of the first try that reached us; the fetched message may tell an
    earlier time, which then stands. Nothing is observed where it is "queued": whether the message waits for its time
    (`scheduledAt`) is told by the message only.
    """
    for native in (event[len(ABOUT_MESSAGES) :].strip(), (read_text(data.get("status")) or "").strip()):
        status = STATUSES.get(word_key(native))
        if status is Status.QUEUED:
            return None
        if status is not None:
            own_time = data.get(TIMES[status]) if status in TIMES else None
            direction = read_text(data.get("direction")) or ""
            return Observed(settled(status, direction), native, instant_or_none(own_time) or instant_or_none(stamp))
    return None


WEBHOOK: Final = Webhook(provider="samva", authenticate=_authenticate, read=_read, window_seconds=SIGNED_WINDOW_SECONDS)
