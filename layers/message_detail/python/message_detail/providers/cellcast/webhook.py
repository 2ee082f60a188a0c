"""Cellcast's webhooks: status reports (`send`), replies (`receive`) and opt-outs. No signature, no time, no event id:
a hint to fetch, never an observation. Vendor page: "Webhooks", https://developer.cellcast.com.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from message_detail.errors import InvalidRequest
from message_detail.relay import by_secret
from message_detail.webhook import Event, Verified, Webhook, event_id_of, text_of

OPT_OUTS: Final = frozenset({"optout", "optedout", "stop", "unsubscribe", "unsubscribed"})
_OPT_OUT_KEYS: Final = ("type", "event", "keyword")
_LEGACY_KEYS: Final = frozenset({"from", "body"})


def _read(verified: Verified) -> Event:
    body = verified.delivery.json()
    message_id = text_of(body.get("_id"))
    if message_id is not None:
        event_id = event_id_of(message_id, text_of(body.get("type")), text_of(body.get("status")))
        return Event(message_ids=(message_id,), event_id=event_id)
    if body.keys() >= _LEGACY_KEYS:
        raise InvalidRequest(
            "this is the inbound webhook of Cellcast's legacy API, whose messages have no _id: "
            "set the Receive URL of the current API instead"
        )
    if _is_opt_out(body):
        return Event(ignored="opt_out")
    raise InvalidRequest("_id: must be the message's id, a text")


def _is_opt_out(body: Mapping[str, Any]) -> bool:
    """Whether one of the words says so, however it is spelt; the shape of the opt-out webhook is undocumented."""
    words = (text_of(body.get(key)) or "" for key in _OPT_OUT_KEYS)
    return any("".join(filter(str.isalpha, word.casefold())) in OPT_OUTS for word in words)


WEBHOOK: Final = Webhook(provider="cellcast", authenticate=by_secret, read=_read)
