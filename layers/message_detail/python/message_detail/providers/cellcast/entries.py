"""Where a webhook's body has its events. Light, since only the webhook function reads it.

The vendor's page shows one object. Gateways of this kind also send lists of events and wrap them (symfony pull
request 61778, jasmin issue 785, and the batches of SparkPost), so both are read, to a few levels.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from message_detail.domain import json_codec

LEVELS: Final = 6
WRAPPERS: Final = (
    "data",
    "messages",
    "message",
    "payload",
    "events",
    "event",
    "items",
    "results",
    "records",
    "reports",
)
MESSAGE_ID_KEYS: Final = ("messageid", "msgid")
ID_LIST_KEYS: Final = ("messageids", "ids")
_INHERITED: Final = ("type", "event", "keyword", "status", "id")
"""What a wrapper may say of the one event inside of it."""
_TEXT_WRAPPERS: Final = frozenset({"data", "payload"})
"""Wrappers in which some relays put the JSON as text. The others hold people's words, or an event's name."""


def entries(body: Any, levels: int = LEVELS) -> Iterator[Any]:
    """The events of a body, in order. What is wrapped deeper than that, or is no object, comes as it is."""
    if isinstance(body, list) and levels:
        for item in body:
            yield from entries(item, levels - 1)
        return
    inner = _inside(body) if isinstance(body, dict) and levels and message_id(body) is None else None
    if inner is None:
        yield body
    else:
        yield from entries(inner, levels - 1)


def is_empty(entry: Mapping[str, Any]) -> bool:
    """Whether an event says nothing at all."""
    return all(value in (None, "") and _folded(key) in WRAPPERS for key, value in entry.items())


def message_id(entry: Mapping[str, Any]) -> Any:
    """The value of the key that names a message, other than a bare `id`; None where there is none."""
    if entry.get("_id") not in (None, ""):
        return _plain(entry["_id"])
    return next((_plain(entry[key]) for key in entry if _folded(key) in MESSAGE_ID_KEYS and entry[key] != ""), None)


def own_id(entry: Mapping[str, Any]) -> Any:
    """The value of a bare `id`, which on a wrapper may be that of the delivery; None where there is none."""
    return next((_plain(entry[key]) for key in entry if _folded(key) == "id" and entry[key] != ""), None)


def _inside(body: Mapping[str, Any]) -> list[Any] | dict[str, Any] | None:
    """The events inside of a wrapper; one alone with what the wrapper says of it."""
    by_name = {_folded(key): value for key, value in body.items()}
    for name in ID_LIST_KEYS:
        if isinstance(by_name.get(name), list):
            return [{"_id": item} for item in by_name[name]]
    for name in WRAPPERS:
        inner = by_name.get(name)
        if name in _TEXT_WRAPPERS and isinstance(inner, str) and inner.lstrip()[:1] in ("[", "{"):
            inner = _json(inner)
        if isinstance(inner, list):
            return inner
        if isinstance(inner, dict):
            return {**{key: body[key] for key in _INHERITED if _is_plain(body.get(key))}, **inner}
    return None


def _json(text: str) -> Any:
    try:
        return json_codec.loads(text)
    except ValueError:
        return None


def _plain(value: Any) -> Any:
    """An id as MongoDB's extended JSON writes it, or as it is."""
    return value.get("$oid") if isinstance(value, dict) and value.keys() == {"$oid"} else value


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int) and value != ""


def _folded(key: str) -> str:
    """A key without its case and its separators."""
    return key.casefold().replace("_", "").replace("-", "")
