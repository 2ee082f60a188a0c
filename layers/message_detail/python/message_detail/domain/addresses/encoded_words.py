"""Encoded words (RFC 2047) as they stand in names: `=?utf-8?q?J=C3=A1n?=`. Pure, and linear in the text."""

from __future__ import annotations

import binascii
import codecs
import re
from typing import Final

_WORD: Final = re.compile(r"=\?([A-Za-z0-9_.:-]{1,40})(?:\*[A-Za-z-]{1,20})?\?([QqBb])\?([^?\s]*)\?=")
_UNFIT: Final = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "utf_7"})
"""Codecs that are no charset of a text, or take more than linear time."""


def decoded(text: str) -> str:
    """The text with its encoded words read; one that can't be read stays as it is.

    Blanks between two encoded words belong to the encoding. Characters may be split between words of one charset.
    """
    if "=?" not in text:
        return text
    pieces: list[str] = []
    waiting: list[re.Match[str]] = []
    at = 0
    for word in _WORD.finditer(text):
        between = text[at : word.start()]
        if not waiting or between.strip() or word[1].lower() != waiting[-1][1].lower():
            pieces.append(_read(waiting))
            pieces.append(between if between.strip() or not waiting else "")
            waiting = []
        waiting.append(word)
        at = word.end()
    return "".join((*pieces, _read(waiting), text[at:]))


def hide_an_address(text: str) -> bool:
    """Whether encoded words hold more than names: an encoded header instead of an encoded name."""
    return any("@" in word[3] or "<" in word[3] or "=40" in word[3] for word in _WORD.finditer(text))


def _read(words: list[re.Match[str]]) -> str:
    """Neighbouring words of one charset as text, or as they stand when they can't be read."""
    if not words:
        return ""
    try:
        codec = codecs.lookup(words[0][1]).name.replace("-", "_")
        if codec in _UNFIT:
            raise LookupError(codec)
        return b"".join(map(_bytes, words)).decode(codec).replace("\x00", "")
    except (LookupError, ValueError):
        return " ".join(word[0] for word in words)


def _bytes(word: re.Match[str]) -> bytes:
    data = word[3].encode("ascii")  # UnicodeEncodeError is a ValueError
    if word[2] in "Qq":
        return binascii.a2b_qp(data, header=True)
    return binascii.a2b_base64(data + b"==")  # which may be wanting; more than is needed is passed over
