"""Attributes of DynamoDB items: written, and read without trust: another release, or a person, may have written others.

An item stays as DynamoDB spells it. A number is text there, so that what is stored is what was meant, digit by digit.
"""

from __future__ import annotations

from typing import Any

Item = dict[str, Any]
Value = dict[str, Any]


def text(value: str) -> Value:
    """A text."""
    return {"S": value}


def binary(value: bytes) -> Value:
    """Bytes."""
    return {"B": value}


def number(value: float) -> Value:
    """A number, in Python's shortest spelling."""
    return {"N": str(value)}


def moment(seconds: float) -> Value:
    """Seconds since 1970, to the millisecond."""
    return {"N": f"{seconds:.3f}"}


def flag(value: bool) -> Value:
    """Yes or no."""
    return {"BOOL": value}


def get_text(item: Item, name: str) -> str | None:
    """An attribute that is a text; None where it is none."""
    value = item.get(name, {}).get("S")
    return value if isinstance(value, str) else None


def get_number(item: Item, name: str) -> int | None:
    """An attribute that is a whole number; None where it is none."""
    digits = item.get(name, {}).get("N")
    return int(digits) if isinstance(digits, str) and digits.isdecimal() else None


def get_real(item: Item, name: str) -> float:
    """An attribute that is a number; 0 where it is none."""
    digits = item.get(name, {}).get("N")
    try:
        return float(digits) if isinstance(digits, str) else 0.0
    except ValueError:
        return 0.0
