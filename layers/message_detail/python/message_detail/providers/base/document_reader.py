"""The reader of one document: reads a document's values, and writes down what could not be placed.

A mapping reads the typed payload and asks the reader to turn native words, times and numbers into ours.
Whatever can't be turned is drift: reported with its path, and kept under extensions, so that nothing is lost
and nothing fails.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any, Final, TypeVar, get_args
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from message_detail.domain.amounts import find_currency, plain_decimal
from message_detail.domain.json_paths import (
    Path,
    at,
    data_path,
    deepest,
    generic_path,
    is_item,
    replaced,
    split_path,
)
from message_detail.domain.message import FUTURE_TIME, LONGEST_DRIFT_VALUE, UNKNOWN_VALUE, Drift
from message_detail.domain.redaction.redact import redact, redact_member
from message_detail.domain.times import Ambiguous, parse_local, read_duration, read_instant
from message_detail.providers.base.field_rules import FieldRule, FieldTable, Node, is_leaf, join_path

W = TypeVar("W")
P = TypeVar("P", bound="Payload")

_MISSING: Final = object()
RESPONSE: Final = "upstream.response"
"""The one canonical field that holds whatever somebody else answered: it is redacted like an unknown field."""
MAX_PATH: Final = 256
"""Characters of a path that a note shows; a key of an answer may be as long as an answer."""
_LOOKED_AT: Final = 1024
"""Characters of a value that is shown which are searched for secrets before it is cut."""


class Payload(BaseModel):
    """Base of the payload models: everything optional, numbers as text welcome, "" the same as null.

    Unknown fields are not the model's business: the reader finds them in the document itself. Like `message.Part`
    it is built when it is imported.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    @model_validator(mode="before")
    @classmethod
    def _empty_is_absent(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        given = {key: value for key, value in data.items() if value is not None and value != ""}
        # pydantic would read true as the number 1: as text it is refused, and so it is drift.
        for name in _number_names(cls):
            if isinstance(value := given.get(name), bool):
                given[name] = str(value)
        return given


@functools.cache
def _number_names(model: type[Payload]) -> frozenset[str]:
    """The names, as the provider writes them, of a model's fields that hold a number and no boolean."""
    names = set()
    for name, info in model.model_fields.items():
        types = {info.annotation, *get_args(info.annotation)}
        if types & {int, float} and not types & {bool, Any}:
            names.add(info.alias or name)
    return frozenset(names)


class _Kept:
    """What of a value is kept although its field is promoted: all of it, or the places below it that have an entry."""

    __slots__ = ("below", "whole")

    def __init__(self) -> None:
        self.below: dict[str, _Kept] = {}
        self.whole = False


_NOT_KEPT: Final = _Kept()


class DocumentReader:
    """What one mapping could not place, and which leaves must be kept although their field is promoted."""

    def __init__(self, document: dict[str, Any], table: FieldTable) -> None:
        self.document = document
        self._table = table
        self._drift: dict[tuple[str, str], Drift] = {}
        self._kept = _Kept()

    # --- reading

    def parse(self, model: type[P]) -> P:
        """The document as a payload model. Values of a wrong type are drift and read as absent."""
        data: Any = self.document
        tried: dict[Path, int] = {}
        while True:
            try:
                return model.model_validate(data)
            except ValidationError as error:
                refused = [data_path(data, item["loc"]) for item in error.errors(include_url=False)]
                places = deepest(self._place_to_give_up(path, tried, error) for path in refused)
                data = replaced(data, {place: self._in_its_place(place, tried) for place in places})

    def _place_to_give_up(self, refused: Path, tried: Mapping[Path, int], error: ValidationError) -> Path:
        """The place itself; what is still refused after it has been emptied takes its parent with it."""
        place = refused
        while tried.get(place, 0) >= (2 if is_item(self.document, place) else 1):
            if not place:
                raise error  # the model refuses even an empty object: a bug in the model
            place = place[:-1]
        return place

    def _in_its_place(self, place: Path, tried: dict[Path, int]) -> Any:
        """What stands in the place of a refused value, which is noted: null, the second time an empty object.

        The latter is for the items of a list, so that one that is refused leaves the others where they are.
        """
        attempt = tried.get(place, 0)
        tried[place] = attempt + 1
        if attempt == 0:
            self.report(place, "wrong_type", at(self.document, place))
        return None if attempt == 0 and place else {}

    def word(self, path: str, native: str | None, table: Mapping[str, W], default: W) -> W:
        """A native word looked up in a table (trimmed, any case); an unknown one is drift and the default."""
        if native is None:
            return default
        found = table.get(native.strip().casefold(), _MISSING)
        if found is _MISSING:
            self.report(split_path(path), UNKNOWN_VALUE, native)
            return default
        return found  # type: ignore[return-value]  # the sentinel is excluded above

    def first(self, *candidates: tuple[str, str | None]) -> str | None:
        """The first value there is, of paths and values that tell the same; others that differ from it are kept."""
        chosen = next((value for _, value in candidates if value is not None), None)
        for path, value in candidates:
            if value is not None and value != chosen:
                self.keep(path)
        return chosen

    def moment(self, path: str, native: Any, not_after: str | None = None) -> str | None:
        """A time in any form that APIs give it, as a canonical timestamp; unreadable is drift and None.

        So is one later than `not_after`: what lies in the future has not happened.
        """
        if native is None:
            return None
        try:
            instant = read_instant(native)
        except (ValueError, OverflowError):
            self.report(split_path(path), "unreadable_time", native)
            return None
        if not_after is not None and instant > not_after:
            self.report(split_path(path), FUTURE_TIME, native)
            return None
        if not isinstance(native, str):
            self.keep(path)  # it may be more exact than ours
        return instant

    def duration(self, path: str, native: Any) -> int | None:
        """A duration in whole seconds; unreadable is drift and None."""
        if native is None:
            return None
        try:
            seconds = read_duration(native)
        except (ValueError, OverflowError):
            self.report(split_path(path), "wrong_type", native)
            return None
        if str(native) != str(seconds):
            self.keep(path)
        return seconds

    def local_time(self, path: str, native: Any, zone: ZoneInfo) -> str | None:
        """A local time of a zone as a canonical timestamp; in a DST fold or gap it is mapped and is drift.

        What is no text is a moment: the same everywhere.
        """
        if not isinstance(native, str):
            return self.moment(path, native)
        try:
            return parse_local(native, zone)
        except Ambiguous as chosen:
            self.report(split_path(path), chosen.problem, native)
            return chosen.instant
        except (ValueError, OverflowError):
            self.report(split_path(path), "unreadable_time", native)
            return None

    def decimal(self, path: str, native: str | None) -> str | None:
        """An amount as a decimal string in plain notation; anything else is drift and None."""
        if native is None:
            return None
        amount = plain_decimal(native)
        if amount is None:
            self.report(split_path(path), "unreadable_amount", native)
        return amount

    def currency(self, path: str, native: str | None) -> str | None:
        """A currency as its ISO 4217 code; what is none, or stands for several, is drift and None."""
        if native is None:
            return None
        code = find_currency(native)
        if code is None:
            self.report(split_path(path), UNKNOWN_VALUE, native)
        elif code != native.strip().upper():
            self.keep(path)
        return code

    # --- writing down

    def report(self, path: Path, problem: str, value: Any = None) -> None:
        """Note drift at a path and keep its value. The note shows short plain values only, and no secrets."""
        generic = generic_path(self.document, path)
        rule = self._table.rule(generic)
        secret = rule is not None and (rule.redacted or rule.ignored is not None)
        plain = isinstance(value, str | int | float) and not secret
        shown = str(redact(str(value)[:_LOOKED_AT]))[:LONGEST_DRIFT_VALUE] if plain else None
        self._note(join_path(generic), problem, shown)
        self._keep(path)

    def keep(self, path: str) -> None:
        """Keep the value at a path under extensions although its field is promoted."""
        self._keep(split_path(path))

    def extensions(self) -> dict[str, Any]:
        """All of the document that no canonical field holds. Call it last: unknown fields turn into drift."""
        rest = self._rest(self.document, (), self._table.root, self._kept)
        return rest if isinstance(rest, dict) else {}

    def sealed(self) -> dict[str, Any]:
        """All of the document but what is never kept: without the fields that the table ignores, secrets blanked."""
        root = self._table.root
        rules = {key: root.child(key).rule for key in self.document}
        notes = {key: self.document[key] for key, rule in rules.items() if rule is not None and rule.ours}
        return {**self._whole(self.document, (), root), **notes}

    def drift(self) -> tuple[Drift, ...]:
        """What was reported, in the order of discovery."""
        return tuple(self._drift.values())

    def _rest(self, value: Any, path: Path, node: Node, kept: _Kept) -> Any:
        """What is left of a value once everything promoted or dropped is taken out of it."""
        if kept.whole:
            return self._whole(value, path, node)
        if not is_leaf(value) and (node.children or kept.below):
            return self._rest_of_items(value, path, node, kept)
        if node.rule is not None:
            return _by_rule(value, node.rule)
        if node.children:
            return self._misshapen(value, path)
        self._note(join_path(generic_path(self.document, path)), "unknown_field")
        return self._redacted(path)

    def _rest_of_items(self, value: Any, path: Path, node: Node, kept: _Kept) -> Any:
        if isinstance(value, dict):
            items = {}
            for key, item in value.items():
                child = node.child(key)
                if child.leaves_nothing and key not in kept.below:
                    continue
                rest = self._rest(item, (*path, key), child, kept.below.get(key, _NOT_KEPT))
                if rest is not _MISSING:
                    items[key] = rest
            return items or _MISSING
        child = node.child("[]")
        places = enumerate(map(str, range(len(value))))
        rests = [self._rest(value[at], (*path, key), child, kept.below.get(key, _NOT_KEPT)) for at, key in places]
        if all(rest is _MISSING for rest in rests):
            return _MISSING
        return [_hole(item) if rest is _MISSING else rest for item, rest in zip(value, rests, strict=True)]

    def _whole(self, value: Any, path: Path, node: Node) -> Any:
        """A value that is kept although its field may be promoted: all of it but what is never kept."""
        if node.rule is not None and node.rule.ignored is not None:
            return _MISSING
        if node.rule is not None and (node.rule.redacted or RESPONSE in node.rule.targets):
            return redact(value)
        if node.rule is None and not node.children:
            return self._redacted(path)
        if is_leaf(value) or not node.children:
            return redact(value, spare_messages=True)
        if isinstance(value, dict):
            items = {key: self._whole(item, (*path, key), node.child(key)) for key, item in value.items()}
            return {key: item for key, item in items.items() if item is not _MISSING}
        below = node.child("[]")
        rests = [self._whole(item, (*path, str(index)), below) for index, item in enumerate(value)]
        return [_hole(item) if rest is _MISSING else rest for item, rest in zip(value, rests, strict=True)]

    def _redacted(self, path: Path) -> Any:
        """A value that the tables know nothing of, without secrets: its name tells of them, or a member beside it."""
        return redact_member(at(self.document, path[:-1]), path[-1])

    def _misshapen(self, value: Any, path: Path) -> Any:
        """A scalar, or nothing, where the tables know an object or a list."""
        if value in (None, "", [], {}):
            return _MISSING
        self.report(path, "wrong_type", value)
        return value

    def _keep(self, path: Path) -> None:
        place = self._kept
        for part in path:
            place = place.below.setdefault(part, _Kept())
        place.whole = True

    def _note(self, name: str, problem: str, value: str | None = None) -> None:
        name = name[:MAX_PATH]
        self._drift.setdefault((name, problem), Drift(path=name, problem=problem, value=value))


def _hole(item: Any) -> Any:
    """What stands for a list item of which nothing is left, so that the others keep their index."""
    return {} if isinstance(item, dict) else None


def _by_rule(value: Any, rule: FieldRule) -> Any:
    if value is None or not rule.kept:
        return _MISSING
    return redact(value, spare_messages=not rule.redacted)
