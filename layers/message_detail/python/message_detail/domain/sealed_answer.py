"""What a provider answered about a message, as it is kept: without what is never kept. Pure.

A message is made of an answer by the tables of one release; the answer itself lets a better table mend it later, and
shows what the provider said in its own words. Secrets are blanked, ignored fields and inline files are left out before
it comes here (`providers.base.document_reader`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from operator import itemgetter
from typing import Any

from message_detail.domain import json_codec
from message_detail.domain.answer_size import MAX_BYTES, SMALLEST, fits, size_in_answer
from message_detail.domain.json_leaves import Path, copied, get, leaves, put

Document = dict[str, Any]


class SealedAnswer:
    """An answer. `make` gives its JSON text; it is asked once, and only where the answer is stored or shown.

    `place` is where the store has put it, in the store's own words: None where that is beside the message, or nowhere.
    """

    def __init__(self, make: Callable[[], str], place: str | None = None) -> None:
        self._make = make
        self.place = place

    @classmethod
    def of(cls, document: Callable[[], Document]) -> SealedAnswer:
        """The answer of a document that is to be made."""
        return cls(lambda: json_codec.dumps(document()))

    @cached_property
    def text(self) -> str:
        """The answer as JSON text."""
        return self._make()

    def document(self) -> Document:
        """The answer as JSON data. ValueError where what is stored is none."""
        document = json_codec.loads(self.text)
        if not isinstance(document, dict):
            raise ValueError("holds no answer")
        return document


def shortened(value: Any, most: int = MAX_BYTES) -> tuple[Any, list[str]]:
    """A document, or a part of one, as an answer of ours can hold it, and the places (RFC 6901) of what had to be left
    out.

    The largest texts go first, then whole branches; null stands in their place.
    """
    text = json_codec.dumps(value)
    if fits(text, most):
        return value, []
    excess, left_out = size_in_answer(text) - most, list[str]()
    root = [copied(value)]
    for path in _in_turn(value):
        if excess <= 0:
            break
        place = pointer(path)
        excess -= _size(get(root, (0, *path))) - _size(None) - _size(place) - 1
        put(root, (0, *path), None)
        left_out.append(place)
    return root[0], left_out


def pointer(path: Path) -> str:
    """A place as a JSON Pointer (RFC 6901)."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)


def at_pointer(value: Any, place: str) -> Any:
    """What stands at a JSON Pointer. LookupError, TypeError or ValueError where nothing does."""
    root, *parts = place.split("/")
    if root:
        raise ValueError("begins with no slash")
    for part in parts:
        key = part.replace("~1", "/").replace("~0", "~")
        value = value[int(key) if isinstance(value, list) and key.isascii() and key.isdigit() else key]
    return value


def _in_turn(value: Any) -> Iterator[Path]:
    """What may be left out: the texts that are worth it, the largest first, then its members, then the whole."""
    texts = [(_size(text), path) for path, text in leaves(value) if isinstance(text, str) and len(text) >= SMALLEST]
    yield from (path for _, path in sorted(texts, reverse=True, key=itemgetter(0)))
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    sizes = [(_size(member), name) for name, member in members]
    yield from ((name,) for _, name in sorted(sizes, reverse=True, key=itemgetter(0)))
    yield ()


def _size(value: Any) -> int:
    """The bytes that a value takes up inside of an answer."""
    return size_in_answer(json_codec.dumps(value)) - size_in_answer("")
