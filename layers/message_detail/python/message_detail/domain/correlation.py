"""The id by which all log lines of one piece of work are found, from the request or event on to the last task of it."""

from __future__ import annotations

import re
import uuid
from typing import Any, Final

_SANE: Final = re.compile(r"[A-Za-z0-9_-]{8,128}={0,2}")
_LETTER: Final = re.compile(r"[A-Za-z]")


def is_usable(text: Any) -> bool:
    """Whether a text may be an id: 8 to 128 letters, digits, `-` and `_`, with `=` at the end as base64 has it.

    Digits alone may be somebody's phone number, which no log shall have.
    """
    return isinstance(text, str) and _SANE.fullmatch(text) is not None and _LETTER.search(text) is not None


def first_usable(*candidates: Any) -> str:
    """The first that may be an id, else a new one."""
    return next((text for text in candidates if is_usable(text)), None) or uuid.uuid4().hex
