"""JSON in and out, without loss and without surprises: odd numbers stay exact, odd text stays writable."""

from __future__ import annotations

import json
import math
import re
from decimal import Decimal, InvalidOperation
from typing import Any, Final

MAX_DEPTH: Final = 100
"""Levels of nesting; pydantic gives up at about 255 when it writes, and texts may hold JSON of their own."""
MAX_DIGITS: Final = 300
"""Characters of a number that is read as one. Longer ones overflow floats, and from 4,300 on Python refuses them."""
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
_BRACKETS_AND_STRINGS: Final = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{}]', re.DOTALL)
"""A string that is not closed goes on to the end of the text: tried again from each quote it would take squares."""
_LEVEL: Final = {"[": 1, "{": 1, "]": -1, "}": -1}


class NumberText(str):
    """A number of a JSON text that no float holds exactly, as it is written there: a text that was none."""

    __slots__ = ()


class DuplicateKey(ValueError):
    """An object has a key twice; `key` is the key."""

    def __init__(self, key: str) -> None:
        super().__init__("a key is given more than once")
        self.key = key


def loads(data: bytes | str, *, unique_keys: bool = False) -> Any:
    """JSON text as data; ValueError when it is none, or nested too deeply to be read.

    Numbers that a float can't hold exactly, or of more than 300 characters, stay text (`NumberText` where they have a
    fraction or an exponent); lone surrogates, which no UTF-8 can hold, become U+FFFD. Of a key that an object has
    twice the last value stands; DuplicateKey where keys have to be unique.
    """
    return _decoded(data, _UNIQUE_DECODER if unique_keys else _DECODER)


def loads_strictly(data: bytes | str) -> Any:
    """JSON text whose types are to be checked, as data; ValueError as `loads`, and where it has NaN or Infinity.

    A number is a number, whatever its size: one that no float can hold is infinite. Keys have to be unique.
    """
    return _decoded(data, _STRICT_DECODER)


def _decoded(data: bytes | str, decoder: json.JSONDecoder) -> Any:
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
        if text.count("[") + text.count("{") > MAX_DEPTH and _is_too_deep(text):
            raise ValueError("nested too deeply")
        value = decoder.decode(text)
        return _writable(value) if _may_hold_surrogates(text) else value
    except RecursionError:
        raise ValueError("nested too deeply") from None


def dumps(value: Any) -> str:
    """Data as compact JSON text."""
    return _ENCODER.encode(value)


def canonical(value: Any) -> str:
    """Data as compact JSON text with sorted keys: equal data, equal text."""
    return _CANONICAL_ENCODER.encode(value)


def _is_too_deep(text: str) -> bool:
    depth = 0
    for token in _BRACKETS_AND_STRINGS.finditer(text):
        depth += _LEVEL.get(token[0], 0)
        if depth > MAX_DEPTH:
            return True
    return False


def _may_hold_surrogates(text: str) -> bool:
    return "\\ud" in text or "\\uD" in text or (not text.isascii() and _SURROGATE.search(text) is not None)


def _int(text: str) -> int | str:
    return int(text) if len(text) <= MAX_DIGITS else text


def _number(text: str) -> int | float:
    return int(text) if len(text) <= MAX_DIGITS else float(text)


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")


def _exact_float(text: str) -> float | NumberText:
    if len(text) > MAX_DIGITS:
        return NumberText(text)
    number = float(text)
    try:
        exact = math.isfinite(number) and Decimal(text) == Decimal(repr(number))
    except InvalidOperation:  # an exponent beyond what decimals have
        exact = False
    return number if exact else NumberText(text)


def _with_unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise DuplicateKey(key)
            seen.add(key)
    return found


def _writable(value: Any) -> Any:
    if isinstance(value, NumberText):
        return value
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_writable(item) for item in value]
    if isinstance(value, dict):
        return {_SURROGATE.sub("\ufffd", key): _writable(item) for key, item in value.items()}
    return value


# Made once: json.loads and json.dumps make their own anew for each call that has options.
_DECODER: Final = json.JSONDecoder(parse_float=_exact_float, parse_int=_int, parse_constant=NumberText)
_UNIQUE_DECODER: Final = json.JSONDecoder(
    parse_float=_exact_float, parse_int=_int, parse_constant=NumberText, object_pairs_hook=_with_unique_keys
)
_STRICT_DECODER: Final = json.JSONDecoder(
    parse_int=_number, parse_constant=_refuse, object_pairs_hook=_with_unique_keys
)
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_CANONICAL_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)
