"""JSON in and out, without loss and without surprises: odd numbers stay exact, odd text stays writable."""

from __future__ import annotations

import json
import math
import re
from decimal import Decimal, InvalidOperation
from typing import Any, Final

MAX_DEPTH: Final = 100
"""Levels of nesting; pydantic gives up at about 255 when it writes, and texts may hold JSON of their own."""
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
_BRACKETS_AND_STRINGS: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)


def loads(data: bytes | str) -> Any:
    """JSON text as data; ValueError when it is none, or nested too deeply to be read.

    Numbers that a float can't hold exactly stay text; lone surrogates, which no UTF-8 can hold, become U+FFFD.
    """
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
        if text.count("[") + text.count("{") > MAX_DEPTH and _is_too_deep(text):
            raise ValueError("nested too deeply")
        value = _DECODER.decode(text)
        return _writable(value) if "\\ud" in text or "\\uD" in text else value
    except RecursionError:
        raise ValueError("nested too deeply") from None


def dumps(value: Any) -> str:
    """Data as compact JSON text."""
    return _ENCODER.encode(value)


def canonical(value: Any) -> str:
    """Data as compact JSON text with sorted keys: equal data, equal text."""
    return _CANONICAL_ENCODER.encode(value)


def _is_too_deep(text: str) -> bool:
    depth = deepest = 0
    for token in _BRACKETS_AND_STRINGS.findall(text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token, 0)
        deepest = max(deepest, depth)
    return deepest > MAX_DEPTH


def _exact_float(text: str) -> float | str:
    number = float(text)
    try:
        exact = math.isfinite(number) and Decimal(text) == Decimal(repr(number))
    except InvalidOperation:  # an exponent beyond what decimals have
        exact = False
    return number if exact else text


def _writable(value: Any) -> Any:
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_writable(item) for item in value]
    if isinstance(value, dict):
        return {_SURROGATE.sub("\ufffd", key): _writable(item) for key, item in value.items()}
    return value


# Made once: json.loads and json.dumps make their own anew for each call that has options.
_DECODER: Final = json.JSONDecoder(parse_float=_exact_float, parse_constant=str)
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_CANONICAL_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)
