"""Numbers beside names, or in quotes, as address books and spreadsheets write them: `Jane +61 491 570 156`. Pure.

Bare digits behind a name are left alone: they may be an order's or a room's.
"""

from __future__ import annotations

import re
from typing import Final

from message_detail.domain.addresses.phone_numbers import only_digits

MAX_TEXT: Final = 200
"""Characters of the longest text in which a number is looked for."""
_FORMS: Final = (
    re.compile(r"(?P<name>)[\s\"'`=\[\]]{1,4}(?P<number>[+\d(][\d\s().\-/]{6,60})[\s\"'`\[\]]{0,4}"),
    re.compile(r"(?P<name>[^\d+(@]{1,80})(?P<number>\+[\d\s().\-/]{7,60}|\([+0][\d\s.\-/]{6,60}\))"),
    re.compile(r"(?P<number>\+[\d\s().\-/]{7,60})(?P<name>[^\d+@]{1,80})"),
    re.compile(r"(?P<number>[\d(][\d\s().\-/]{7,60})(?P<name>\([^\d()@]{1,80}\))"),
)
"""A number in quotes, behind a name, and before one."""


def named_number(text: str) -> tuple[str, str] | None:
    """The number in a text, as written, and the name beside it, "" where there is none; None where there is no number,
    and where the text is nothing but one."""
    if len(text) > MAX_TEXT or only_digits(text) is not None:
        return None
    for form in _FORMS:
        if found := form.fullmatch(text):
            return found["number"].strip(), found["name"].strip(" ()-:/|")
    return None
