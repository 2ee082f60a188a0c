"""A message's item in the table, written and read: docs/decisions/one-item.md says why it is one.

It is read whatever release wrote it: one of an earlier version is brought up to date (`row_versions`), and what this
release doesn't know is written back as it was, as long as what it stands beside is: docs/decisions/other-releases.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial, reduce
from typing import Any, Final, TypeVar

from pydantic import ValidationError

from message_detail.adapters.aws.attributes import (
    Item,
    get_number,
    get_text,
    number,
    text,
)
from message_detail.adapters.aws.key_schema import MESSAGE
from message_detail.adapters.aws.large_values import LargeValues
from message_detail.adapters.aws.row_packing import pack, unpack
from message_detail.adapters.aws.row_versions import (
    CURRENT,
    SCHEMA_VERSION,
    VERSIONS,
    Row,
    RowVersion,
    Step,
    row_version,
    steps_after,
)
from message_detail.domain import json_codec
from message_detail.domain.json_leaves import path_name
from message_detail.domain.message import LOST, Drift, Message, Observation, Party, Via
from message_detail.domain.sealed_answer import SealedAnswer
from message_detail.domain.seen_events import NONE_SEEN, SeenEvents
from message_detail.domain.status import Status
from message_detail.domain.timeline import EventKey, MessageState, Snapshot, merge_observations
from message_detail.domain.times import parse_instant
from message_detail.domain.tolerant_reader import read_back

EVENTS: Final = "events"
FURTHER: Final = "further_parties"
"""The timeline, and people who are no parties of the message itself: attributes of their own, which stand beside the
message's keys while texts are moved out of all."""
MOMENTS: Final = ("given_up", "confirm_at", "confirmed_for")
"""Attributes that are one moment of a state each, in its order."""
SEEN: Final = "seen"
ATTRIBUTES: Final[Mapping[str, str]] = {"pk": "S", "sk": "S", **MESSAGE.attributes}
"""The attributes of an item that this release knows, with DynamoDB's types. `leftovers` is of erasures that version 1
began."""
LARGEST_RAW: Final = 32_768
"""Characters of a provider's answer that stand in the item: packed together with the message, to which most of it is
nothing new. More is cheaper in the bucket."""
_STATUSES: Final = frozenset(status.value for status in Status)
_VIAS: Final = frozenset(via.value for via in Via)
_Raw = tuple[Observation, tuple[dict[str, Any], ...]]
M = TypeVar("M", Message, Observation, Party)
J = TypeVar("J", dict[str, Any], list[Any])


@dataclass(frozen=True, slots=True)
class Rest:
    """What of an item this release can't read or have: other attributes; the details as they are stored, and what of
    them can't be got from the bucket; and events, by what they were read as."""

    attributes: Item = field(default_factory=dict)
    details: Snapshot | None = None
    document: dict[str, Any] = field(default_factory=dict)
    lost: tuple[dict[str, Any], ...] = ()
    events: Mapping[EventKey, _Raw] = field(default_factory=dict)
    unread: tuple[dict[str, Any], ...] = ()
    """Events that could not be read at all."""


NOTHING: Final = Rest()


def written(
    message_id: str, state: MessageState, rest: Rest, contents: LargeValues, keep_days: int, event: Item | None = None
) -> Item:
    """The attributes that hold a state, with what the item held besides. Large texts go to the bucket first.

    `event` are those that tell of the change that this write is (`change_rows`).
    """
    document: dict[str, Any] = {EVENTS: list(_events(state.events, rest))}
    lost: Iterable[dict[str, Any]] = ()
    unchanged = False
    if state.details is not None:
        unchanged = rest.details is not None and state.details == rest.details
        document |= rest.document if unchanged else _document(state.details)
        lost = rest.lost if unchanged else ()
    known = state.details.text if state.details is not None and not unchanged else None
    texts, overflow = _texts(document, known), list[dict[str, Any]]()
    raw = _raw(message_id, state.details, contents, keep_days) | (event or {})
    taken = len(repr(rest.attributes | raw).encode())
    if not contents.has_room(sum(len(one.encode()) for one in texts.values()), taken):
        document, overflow = contents.offload(message_id, document, keep_days, taken)
        texts = _texts(document)
    strings: Item = {name: text(one) for name, one in texts.items()}
    item: Item = {**rest.attributes, **strings, **raw, SCHEMA_VERSION: number(CURRENT)}
    if state.details is not None:
        item["version"] = text(state.details.version)
        item["details_fetched_at"] = text(state.details.fetched_at)
        item["digest"] = text(state.details.digest)
        if state.details.place:
            item["place"] = number(state.details.place)
    if overflow or lost:
        item["overflow"] = text(json_codec.dumps([*lost, *overflow]))
    if state.fetched is not None:
        item["fetched_at"] = text(state.fetched[0])
        item["via"] = text(state.fetched[1].value)
    for name in MOMENTS:
        moment = getattr(state, name)
        if moment is not None:
            item[name] = text(moment)
    if state.seen.until:
        item[SEEN] = text(state.seen.pack())
    return pack(item)


def _raw(message_id: str, details: Snapshot | None, contents: LargeValues, keep_days: int) -> Item:
    """The attribute that holds what the details were made of, or the place of it; none where it isn't kept."""
    answer = details.answer if details is not None else None
    if answer is None:
        return {}
    if answer.place is not None:
        return {"raw_place": text(answer.place)}
    if len(answer.text) > LARGEST_RAW:
        return {"raw_place": text(contents.put_away(message_id, answer.text, keep_days))}
    return {"raw": text(answer.text)}


def _texts(document: Mapping[str, Any], message: str | None = None) -> dict[str, str]:
    """The attributes' JSON texts; the message's, too, where it isn't made yet."""
    texts = {name: json_codec.dumps(document[name]) for name in (EVENTS, FURTHER) if name in document}
    details = {name: value for name, value in document.items() if name not in texts}
    if details:
        texts["message"] = message if message is not None else json_codec.dumps(details)
    return texts


def read(item: Item, contents: LargeValues, versions: Sequence[RowVersion] = VERSIONS) -> tuple[MessageState, Rest]:
    """The state in an item, and what else it holds. What can't be read is left out of the state.

    Without details a message is fetched anew by the next lookup; whatever that finds is joined to what is left.
    """
    item, steps = unpack(item), steps_after(row_version(item), versions)
    try:
        return _as_made_here(item, steps, contents), _rest(item)
    except (ValidationError, KeyError, TypeError, ValueError, OverflowError):
        return _as_far_as_possible(item, steps, contents)


def _rest(item: Item) -> Rest:
    attributes = {name: item[name] for name in item.keys() - ATTRIBUTES.keys()}
    return Rest(attributes) if attributes else NOTHING


def _as_made_here(item: Item, steps: Sequence[Step], contents: LargeValues) -> MessageState:
    """The state of an item that this release could have written, without texts in the bucket."""
    if steps:
        raise ValueError("it is of an earlier version")
    if "overflow" in item:
        raise ValueError("some of it is in the bucket")
    details = None
    if "message" in item:
        stored = str(item["message"]["S"])
        message = Message.model_validate_json(stored)  # twice as fast as by way of a document
        of_today = stored if message.model_dump_json(by_alias=True) == stored else None
        version, fetched_at, digest = _time(item, "version"), _time(item, "details_fetched_at"), item["digest"]["S"]
        further = json_codec.loads(item[FURTHER]["S"]) if FURTHER in item else ()
        people = tuple(Party.model_validate(party) for party in further)
        place, answer = get_number(item, "place") or 0, _answer(item, contents)
        details = Snapshot(message, version, fetched_at, place, people, digest, of_today, answer)
    fetched = (_time(item, "fetched_at"), Via(item["via"]["S"])) if "fetched_at" in item else None
    events = [Observation.model_validate(event) for event in json_codec.loads(item["events"]["S"])]
    by_key = {(event.epoch, event.status): event for event in events}
    if len(by_key) < len(events):
        raise ValueError("two releases have heard of the same event")
    moments = [_time(item, name) if name in item else None for name in MOMENTS]
    return MessageState(details, by_key, fetched, _seen(item), *moments)


def _as_far_as_possible(item: Item, steps: Sequence[Step], contents: LargeValues) -> tuple[MessageState, Rest]:
    document = {**(_json(item, "message", dict) or {}), EVENTS: _json(item, EVENTS, list) or []}
    if FURTHER in item:
        document[FURTHER] = _json(item, FURTHER, list) or []
    lost = contents.restore(document, _json(item, "overflow", list) or [])
    row = reduce(lambda row, step: step(row), steps, Row(item, document))
    item, document = row.attributes, row.document
    events, raw, unread = _read_events(document.pop(EVENTS))
    lost = [one for one in lost if one["path"][0] != EVENTS]
    details, fixed = _read_details(item, document, lost) if document.keys() - {FURTHER} else (None, False)
    if details is not None:
        details = replace(details, answer=_answer(item, contents))
    rest = replace(_rest(item), events=raw, unread=unread)
    if fixed:
        rest = replace(rest, details=details, document=document, lost=tuple(lost))
    moments = [_time_or_none(item, name) for name in MOMENTS]
    return MessageState(details, events, _fetched(item, details), _seen(item), *moments), rest


def _answer(item: Item, contents: LargeValues) -> SealedAnswer | None:
    """What the details were made of, got when it is asked for."""
    own, place = get_text(item, "raw"), get_text(item, "raw_place")
    if own is not None:
        return SealedAnswer(lambda: own)
    return SealedAnswer(partial(contents.fetch, place), place) if place is not None else None


def _read_details(item: Item, document: dict[str, Any], lost: list[dict[str, Any]]) -> tuple[Snapshot | None, bool]:
    """The details, and whether they are other than they are stored."""
    stored_people = document.get(FURTHER) or ()
    message, fixed = _as(Message, {name: value for name, value in document.items() if name != FURTHER})
    if message is None:
        return None, False
    people = [_as(Party, party) for party in stored_people]
    further = tuple(party for party, _ in people if party is not None)
    provenance = message.provenance
    if lost:
        gaps = tuple(Drift(path=path_name(tuple(one["path"])), problem=LOST) for one in lost)
        message = message.with_provenance(drift=(*provenance.drift, *gaps))
    fetched_at = _time_or_none(item, "details_fetched_at") or provenance.fetched_at
    version = _time_or_none(item, "version") or provenance.source_updated_at or fetched_at
    place, digest = get_number(item, "place") or 0, get_text(item, "digest")
    details = Snapshot(message, version, fetched_at, place, further, digest)
    return details, fixed or bool(lost) or any(odd for _, odd in people)


def _as(model: type[M], data: Any) -> tuple[M | None, bool]:
    """The data as the model, and whether something of it had to be left out for that."""
    try:
        return model.model_validate(data), False
    except ValidationError:
        return read_back(model, data), True


def _document(details: Snapshot) -> dict[str, Any]:
    """Details as they are stored."""
    document = dict(details.document)
    if details.further_parties:
        document[FURTHER] = [party.model_dump(mode="json") for party in details.further_parties]
    return document


def _read_events(stored: Any) -> tuple[dict[EventKey, Observation], dict[EventKey, _Raw], tuple[dict[str, Any], ...]]:
    """The events; those that are other than they are stored, with what is stored; those that can't be read."""
    found: dict[EventKey, list[tuple[Observation, dict[str, Any]]]] = {}
    unread: list[dict[str, Any]] = []
    for one in stored if isinstance(stored, list) else ():
        event, _ = _as(Observation, _heard(one))
        if event is not None:
            found.setdefault((event.epoch, event.status), []).append((event, one))
        elif isinstance(one, dict):
            unread.append(one)
    events = merge_observations(event for same in found.values() for event, _ in same)
    odd = {
        key
        for key, same in found.items()
        if any(one.keys() - Observation.model_fields.keys() or one != event_json(event) for event, one in same)
    }
    raw = {key: (events[key], tuple(one for _, one in found[key])) for key in odd}
    return events, raw, tuple(unread)


def _heard(event: Any) -> Any:
    """An event whose `via` this release doesn't know is one all the same."""
    if isinstance(event, dict) and "via" in event and not _is_via(event["via"]):
        return {**event, "via": Via.LOOKUP.value}
    return event


def _is_via(value: Any) -> bool:
    return isinstance(value, str) and value in _VIAS


def _fetched(item: Item, details: Snapshot | None) -> tuple[str, Via] | None:
    at = _time_or_none(item, "fetched_at") or (details.fetched_at if details is not None else None)
    via = get_text(item, "via")
    return (at, Via(via) if via is not None and via in _VIAS else Via.LOOKUP) if at is not None else None


def _seen(item: Item) -> SeenEvents:
    packed = get_text(item, SEEN)
    return SeenEvents.unpack(packed) if packed is not None else NONE_SEEN


def _time(item: Item, name: str) -> str:
    """An attribute that is a canonical timestamp, for they are compared as text. ValueError, KeyError: it is none."""
    said = str(item[name]["S"])
    if parse_instant(said) != said:
        raise ValueError("not canonical")
    return said


def _time_or_none(item: Item, name: str) -> str | None:
    try:
        return _time(item, name)
    except (KeyError, ValueError, OverflowError):
        return None


def _json(item: Item, name: str, kind: type[J]) -> J | None:
    """An attribute's JSON, where it is some of that kind."""
    try:
        value = json_codec.loads(get_text(item, name) or "")
    except ValueError:
        return None
    return value if isinstance(value, kind) else None


def _events(events: Mapping[EventKey, Observation], rest: Rest) -> Iterable[dict[str, Any]]:
    for key in sorted(events):
        was, raw = rest.events.get(key, (None, ()))
        if events[key] != was:
            yield {**_beyond(raw), **event_json(events[key])}
            raw = tuple(one for one in raw if one.get("status") not in _STATUSES)
        yield from raw
    yield from rest.unread


def _beyond(raw: tuple[dict[str, Any], ...]) -> dict[str, Any]:
    """The keys that this release doesn't know of events with a word that it does."""
    known = (one for one in raw if one.get("status") in _STATUSES)
    return {key: value for one in known for key, value in one.items() if key not in Observation.model_fields}


def event_json(event: Observation) -> dict[str, Any]:
    """An event as it is stored."""
    return {key: value for key, value in event.model_dump(mode="json").items() if value is not None}
