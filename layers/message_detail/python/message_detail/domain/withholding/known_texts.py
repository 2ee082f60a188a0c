"""Finding many known texts in many others, in one walk of each: a tree of characters. Pure.

The work grows with the length of what is looked through, whatever is looked for: of a known text only the beginning is
in the tree, and it hides what follows. A text is the same in capitals, with its accents or without, in wide letters,
and with characters in it that nobody sees.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from message_detail.domain.withholding.masks import HIDDEN

LONGEST: Final = 64
"""Characters of a text by which it is known; where they stand, all that follows is hidden, too."""
QUOTED: Final = 16
"""Characters of a longer text that are enough to know it by, as far as they go: providers quote the beginnings."""
LIKE_A_WORD: Final = 5
"""A shorter text is known only where it stands as a word, so that `Al` is not found in `already`."""


@dataclass(slots=True)
class _Node:
    """A place in the tree. `shown`: what stands for the text that ends here; `as_word`: it must stand as a word."""

    below: dict[str, _Node] = field(default_factory=dict)
    shown: str | None = None
    as_word: bool = False


class KnownTexts:
    """Texts that are not to be shown."""

    def __init__(self) -> None:
        self._root = _Node()

    def add(self, text: str, shown: str = HIDDEN, *, as_word: bool = False) -> None:
        """Makes a text known, and what stands in its place; blank ones are none."""
        key = _folded(text.strip()[: 4 * LONGEST])[0][:LONGEST]
        if not key:
            return
        node = self._root
        for character in key:
            node = node.below.setdefault(character, _Node())
        as_word = as_word or (key.isascii() and len(key) < LIKE_A_WORD)
        if node.shown is None or (node.as_word and not as_word):
            node.shown, node.as_word = shown, as_word

    def hidden_in(self, text: str) -> str:
        """The text without all that is known."""
        key, places = _folded(text)
        pieces: list[str] = []
        at = copied = 0
        while at < len(key):
            end, shown = self._known_at(key, at)
            if end > at:
                pieces += (text[copied : places[at]], shown)
                copied = places[end]
            at = max(end, at + 1)
        return "".join((*pieces, text[copied:])) if pieces else text

    def _known_at(self, key: str, start: int) -> tuple[int, str]:
        """Where the longest known text that begins at a place ends, and what stands for it; the place itself where none
        does."""
        node, at = self._root, start
        found = (start, "")
        while at < len(key) and (below := node.below.get(key[at])) is not None:
            node, at = below, at + 1
            if node.shown is not None and not (node.as_word and not _is_word(key, start, at)):
                found = at, node.shown
            elif at - start >= QUOTED:
                found = at, HIDDEN
        return (len(key), HIDDEN) if at - start == LONGEST else found


def _folded(text: str) -> tuple[str, Sequence[int]]:
    """What tells texts apart, in lower case, and where each of its characters stands in the text, and where that ends.

    Character by character: the order of accents, which takes squares of time, tells nothing here.
    """
    if text.isascii():
        return text.lower(), range(len(text) + 1)
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for letter in unicodedata.normalize("NFKD", character).casefold():
            if not unicodedata.combining(letter) and unicodedata.category(letter) != "Cf":
                letters.append(letter)
                places.append(place)
    return "".join(letters), (*places, len(text))


def _is_word(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (before.isalnum() and text[start].isalnum()) and not (after.isalnum() and text[end - 1].isalnum())
