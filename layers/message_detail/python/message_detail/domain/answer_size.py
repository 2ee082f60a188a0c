"""Answers within Lambda's limit: what of a message is left out where it is too large for one, and that it says so.

https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 6 MB for an answer, which API Gateway then
passes on. One byte more and the caller gets a 502 of the gateway, for ever.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from message_detail.domain import json_codec
from message_detail.domain.json_leaves import Path, copied, get, leaves, path_name, put

MAX_BYTES: Final = 5_000_000
"""Of a message, or a page of them, in an answer: the rest of the 6 MB is for headers and what is around it."""
TOO_LARGE: Final = "too_large"
"""The problem of a `Drift` that says that a part was left out of this answer. It is stored whole."""
SMALLEST: Final = 1_000
"""Characters of a text that is worth leaving out by itself."""
MOST_TEXTS: Final = 100
"""Left out one by one, each with its entry in the drift; beyond that a branch goes as a whole."""
MOST_DRIFT: Final = 100
MAX_PATH: Final = 200
_KEPT: Final = frozenset({"id", "provider", "account", "provider_message_id", "schema_version", "provenance"})
_NOT_NULL: Final = frozenset({"references", "labels", "billing"})
"""Branches with texts that can't be null: they only go as a whole."""


def size_in_answer(text: str) -> int:
    """Bytes that a text takes up in Lambda's answer, where it is a string in JSON and escaped once more."""
    return len(json.dumps(text))


def fits(text: str, most: int = MAX_BYTES) -> bool:
    """Whether a text takes up at most so many bytes in Lambda's answer."""
    return 6 * len(text) + 2 <= most or size_in_answer(text) <= most  # no character becomes more than six


def fit(document: dict[str, Any], most: int = MAX_BYTES) -> dict[str, Any]:
    """A message's JSON (`Message.as_json`) that fits: itself, or a copy without some of its texts.

    Of very long drift only the first notes stay. Then large texts go: from `extensions`, from `body`, from elsewhere,
    the largest first, then lists from the longest down. Each is named in `provenance.drift` (`too_large`).
    """
    text = json_codec.dumps(document)
    if fits(text, most):
        return document
    shortened: dict[str, Any] = copied(document)
    excess = size_in_answer(text) - most
    if len(shortened["provenance"]["drift"]) > MOST_DRIFT:  # notes by the thousand cost nobody what they are about
        excess -= _cut_drift(shortened["provenance"])
    for path in _in_turn(document):
        if excess <= 0:
            break
        excess -= _leave_out(shortened, path)
    return shortened


def _cut_drift(provenance: dict[str, Any]) -> int:
    """Of very many places that our tables don't know, the first ones; returns the bytes that this wins."""
    drift = provenance["drift"]
    provenance["drift"] = [*drift[:MOST_DRIFT], _entry(("provenance", "drift"))]
    return _size(drift) - _size(provenance["drift"])


def _entry(path: Path) -> dict[str, Any]:
    return {"path": path_name(path)[:MAX_PATH], "problem": TOO_LARGE, "value": None}


def _leave_out(document: dict[str, Any], path: Path) -> int:
    """Empties a place and notes it, where that wins anything; returns the bytes that it does."""
    value = get(document, path)
    empty: Any = {} if path == ("extensions",) else [] if isinstance(value, list) else None
    entry = _entry(path)
    won = _size(value) - _size(empty) - _size(entry) - 1
    if won <= 0:
        return 0
    put(document, path, empty)
    document["provenance"]["drift"].append(entry)
    return won


def _in_turn(document: dict[str, Any]) -> Iterator[Path]:
    """What may be left out, in the order in which it goes; a branch after its texts."""
    others = [name for name in document if name not in {"extensions", "body"} | _KEPT | _NOT_NULL]
    yield from _texts(document, ("extensions",))
    yield ("extensions",)
    yield from _texts(document, ("body",))
    yield from _texts(document, others)
    yield from _lists(document)


def _texts(document: Mapping[str, Any], names: Any) -> Iterator[Path]:
    found = [
        (len(value), path)
        for name in names
        for path, value in leaves(document[name], (name,))
        if isinstance(value, str) and len(value) >= SMALLEST and not _is_item(path)
    ]
    yield from (path for _, path in sorted(found, key=lambda one: -one[0])[:MOST_TEXTS])


def _is_item(path: Path) -> bool:
    """Whether a text is an item of a list of the schema's, where nothing may be null."""
    return path[0] != "extensions" and isinstance(path[-1], int)


def _lists(document: Mapping[str, Any]) -> Iterator[Path]:
    """Every list of the schema's, the largest first, and what a carrier answered."""
    found = [
        (_size(value), path)
        for name, branch in document.items()
        if name not in _KEPT and name != "extensions"
        for path, value in _branches(branch, (name,))
    ]
    yield from (path for _, path in sorted(found, key=lambda one: -one[0]))


def _branches(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, list) or path == ("upstream", "response"):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _branches(item, (*path, key))


def _size(value: Any) -> int:
    return len(json.dumps(json_codec.dumps(value))) - 2
