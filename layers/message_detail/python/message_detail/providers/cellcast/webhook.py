"""Cellcast's webhooks: status reports (`send`), replies (`receive`) and opt-outs. No signature, no time, no event id:
a hint to fetch, never an observation. Vendor page: "Webhooks", https://developer.cellcast.com.

Where one of several events can't be read, the others are taken all the same: the vendor repeats no refused delivery.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from message_detail.domain.errors import InvalidRequest
from message_detail.providers.base.generic_webhook import MAX_IDS, by_secret, event_message_id
from message_detail.providers.base.webhook import Event, Verified, Webhook, read_event_id, read_text
from message_detail.providers.cellcast.entries import entries, is_empty, message_id, own_id

OPT_OUTS: Final = frozenset({"optout", "optedout", "stop", "unsubscribe", "unsubscribed"})
PINGS: Final = frozenset({"ping", "test", "webhooktest", "testwebhook"})
"""Words of a trial delivery; an empty one is one as well. The vendor's page has none: those of comparable systems."""
_WORD_KEYS: Final = ("type", "event", "keyword")
_LEGACY_KEYS: Final = frozenset({"from", "body"})


def _read(verified: Verified) -> Event:
    found = list(entries(verified.delivery.data()))
    if len(found) > MAX_IDS:
        raise InvalidRequest(f"the webhook has more than {MAX_IDS} events: send fewer at a time")
    if len(found) == 1:
        return _read_one(found[0], "")
    events, refused = [], []
    for index, entry in enumerate(found):
        try:
            events.append(_read_one(entry, f"[{index}]."))
        except InvalidRequest as error:
            refused.append(error)
    ids = tuple(message_id for event in events for message_id in event.message_ids)
    if refused and not ids:
        raise refused[0]
    ignored = None if ids else next((event.ignored for event in events), "no_message")
    return Event(message_ids=ids, ignored=ignored, unread=len(refused))


def _read_one(entry: Any, place: str) -> Event:
    """One event. InvalidRequest names the place of one that can't be read."""
    if not isinstance(entry, dict):
        raise InvalidRequest(f"{place}_id: the event is no JSON object")
    found = message_id(entry)
    found = own_id(entry) if found is None else found
    if found is not None:
        text = event_message_id(found, f"{place}_id")
        event_id = read_event_id(text, read_text(entry.get("type")), read_text(entry.get("status")))
        return Event(message_ids=(text,), event_id=event_id)
    if is_empty(entry):
        return Event(ignored="no_message")
    if entry.keys() >= _LEGACY_KEYS:
        raise InvalidRequest(
            "this is the inbound webhook of Cellcast's legacy API, whose messages have no _id: "
            "set the Receive URL of the current API instead"
        )
    for words, reason in ((OPT_OUTS, "opt_out"), (PINGS, "test")):
        if _says(entry, words):
            return Event(ignored=reason)
    raise InvalidRequest(f"{place}_id: must be the message's id, a text")


def _says(entry: Mapping[str, Any], words: frozenset[str]) -> bool:
    """Whether one of the event's words is one of these, however it is spelt; no page tells its shape."""
    said = (read_text(entry.get(key)) or "" for key in _WORD_KEYS)
    return any("".join(filter(str.isalpha, word.casefold())) in words for word in said)


WEBHOOK: Final = Webhook(provider="cellcast", authenticate=by_secret, read=_read)
