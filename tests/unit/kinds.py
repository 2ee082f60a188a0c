"""What stands in a table, told by the kinds of the key schema."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

from message_detail.adapters.aws.key_schema import KINDS, KeyKind

#: Parts of a key that may hold a `#` themselves.
_ANY: Final = ("message_id", "event", "list", "path", "problem", "sort_at")


@cache
def _pattern(text: str) -> re.Pattern[str]:
    parts = re.split(r"(\{\w+(?::\w+)?\})", text)
    return re.compile("".join(_part(part) for part in parts), re.DOTALL)


def _part(part: str) -> str:
    name = re.fullmatch(r"\{(\w+)(?::\w+)?\}", part)
    if name is None:
        return re.escape(part)
    return ".+" if name[1] in _ANY else "[^#]+"


def kinds_of(item: Mapping[str, Any]) -> list[KeyKind]:
    """The kinds whose keys an item's are."""
    pk, sk = item["pk"]["S"], item["sk"]["S"]
    return [kind for kind in KINDS if _pattern(kind.pk).fullmatch(pk) and _pattern(kind.sk).fullmatch(sk)]


def strays(items: Iterable[Mapping[str, Any]]) -> list[str]:
    """The items that are not of exactly one kind, and attributes that their kind does not list, in words."""
    found: list[str] = []
    for item in items:
        name = f"{item['pk']['S']} / {item['sk']['S']}"
        kinds = kinds_of(item)
        if len(kinds) != 1:
            found.append(f"{name} is of the kinds {[kind.name for kind in kinds]}")
            continue
        known = {"pk": "S", "sk": "S", **kinds[0].attributes}
        found += [
            f"{name}: {attribute} ({kind})"
            for attribute, value in item.items()
            for kind in value
            if known.get(attribute) != kind
        ]
    return found
