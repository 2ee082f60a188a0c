"""Files given inline, as base64 or as `data:` addresses (RFC 2397): size and SHA-256 stand for them. Pure, linear.

Such content is personal data of up to megabytes, and is never stored.
"""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Final, NamedTuple
from urllib.parse import unquote_to_bytes

_DATA_URL: Final = re.compile(r"data:([\w.+-]+/[\w.+-]+)?(?:;[\w.=+-]+)*?(;base64)?,", re.IGNORECASE | re.ASCII)
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_\-\s]*={0,2}")


class Digest(NamedTuple):
    """What stands for a file: bytes, SHA-256 (hex), and the MIME type where it was told. `readable`: it was encoded as
    it should be; else both are those of the text itself."""

    size: int
    sha256: str
    readable: bool
    content_type: str | None


def is_data_url(text: str) -> bool:
    """Whether a text is an address that holds its file itself."""
    return text.lstrip()[:5].casefold() == "data:"


def is_base64(text: str) -> bool:
    """Whether a text is made of the letters of base64 only: a short word is, too."""
    return bool(_BASE64.fullmatch(text.strip()))


def inline_digest(text: str) -> Digest:
    """What stands for the file in a text of base64, or in a `data:` address."""
    trimmed = text.strip()
    head = _DATA_URL.match(trimmed)
    encoded = trimmed[head.end() :] if head else text
    if head and not head[2]:
        content, readable = unquote_to_bytes(encoded), True
    else:
        try:
            content, readable = base64.b64decode("".join(encoded.split()), validate=True), True
        except ValueError:
            content, readable = text.encode(), False
    return Digest(len(content), hashlib.sha256(content).hexdigest(), readable, head[1] if head else None)
