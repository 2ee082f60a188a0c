"""Attributes of DynamoDB items, read without trust: another release, or a person, may have written others."""

from __future__ import annotations

from typing import Any

Item = dict[str, Any]


def get_text(item: Item, name: str) -> str | None:
    """An attribute that is a text; None where it is none."""
    value = item.get(name, {}).get("S")
    return value if isinstance(value, str) else None


def get_number(item: Item, name: str) -> int | None:
    """An attribute that is a whole number; None where it is none."""
    text = item.get(name, {}).get("N")
    return int(text) if isinstance(text, str) and text.isdecimal() else None


def get_real(item: Item, name: str) -> float:
    """An attribute that is a number; 0 where it is none."""
    text = item.get(name, {}).get("N")
    try:
        return float(text) if isinstance(text, str) else 0.0
    except ValueError:
        return 0.0
