"""Bytes of a provider's answer as text: UTF-8, which JSON is in, or else the charset that the answer declares."""

from __future__ import annotations

import re
from typing import Final

_TEXT_CHARSETS: Final = re.compile(
    r"(?:us-)?ascii|utf-?(?:8|16|32)(?:-?[bl]e)?|latin-?[0-9]{1,2}|iso[-_]?8859[-_][0-9]{1,2}|(?:windows|cp)[-_]?[0-9]{3,4}"
    r"|koi8-[rtu]|macintosh|mac-?(?:roman|latin2)|tis-?620|shift[_-]?jis|euc-?(?:jp|kr)|iso-2022-(?:jp|kr)|gbk|gb2312|gb18030"
    r"|big5",
    re.IGNORECASE,
)
"""Codecs of human writing. Python knows others by name (punycode, unicode_escape …), which nobody may choose for us."""
_LIKE_ASCII: Final = re.compile(r"utf-?(?:16|32)|iso-2022", re.IGNORECASE)
"""Charsets whose texts are UTF-8 to the letter, too, with other characters than were meant."""


def decoded(content: bytes, charset: str | None) -> str:
    """The text. ValueError where it is neither UTF-8 nor in the declared charset, or that is none of ours.

    UTF-8 comes first where the bytes are that: what is written in another charset hardly ever looks so, and servers
    declare ISO-8859-1 by habit.
    """
    named = charset if charset is not None and _TEXT_CHARSETS.fullmatch(charset) else None
    if named is not None and _LIKE_ASCII.match(named):
        return _as(content, named)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        if named is None:
            raise
        return _as(content, named)


def _as(content: bytes, charset: str) -> str:
    try:
        return content.decode(charset).removeprefix("\ufeff")
    except LookupError:
        raise ValueError("an unknown charset") from None
