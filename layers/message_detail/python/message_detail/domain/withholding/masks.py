"""How an address is shown to somebody who may not know it: `+6149•••••57`, `j•••@example.com`. Pure and linear."""

from __future__ import annotations

import re
from typing import Final

HIDDEN: Final = "•••"
"""What stands for a text that is hidden."""
SIGN: Final = "•"
SHOWN_FIRST: Final = 4
SHOWN_LAST: Final = 2
LEAST_HIDDEN: Final = 5
"""Digits of a number: at most so many are shown at its ends, at least so many are not."""
FEWEST_DIGITS: Final = 8
"""Of what a sentence has as a number, unless it begins with a plus; fewer are a code."""
_MAILBOX: Final = re.compile(r"""[^\s@<>"'()\[\],;:]{1,256}@[^\s@<>"'()\[\],;:]{1,255}""")
_NUMBER: Final = re.compile(r"(?<![\w-])\+?\d[\d\s().\-/]{5,40}\d(?![\w-])")


def mask_address(address: str) -> str:
    """An address by which nobody is reached: the ends of a number, a mailbox's first letter and its domain; of all
    else nothing."""
    if _MAILBOX.fullmatch(address):
        return _mask_mailbox(address)
    if _NUMBER.fullmatch(address):
        return _mask_number(address)
    return HIDDEN


def mask_in_text(text: str) -> str:
    """A text with every mailbox and number in it masked."""
    if "@" in text:
        text = _MAILBOX.sub(lambda found: _mask_mailbox(found[0]), text)
    return _NUMBER.sub(lambda found: _mask_number(found[0]) if _is_number(found[0]) else found[0], text)


def digits_of(text: str) -> str:
    """The digits of a text."""
    return "".join(filter(str.isdigit, text))


def _mask_mailbox(address: str) -> str:
    local, _, domain = address.rpartition("@")
    first = local[0] if len(local) > 1 and not local.startswith(SIGN) else ""
    return f"{first}{HIDDEN}@{domain}"


def _mask_number(text: str) -> str:
    digits = digits_of(text)
    last = SHOWN_LAST if len(digits) > LEAST_HIDDEN + SHOWN_LAST else 0
    first = min(SHOWN_FIRST, len(digits) - LEAST_HIDDEN - last) if last else 0
    hidden = SIGN * (len(digits) - first - last)
    return f"{'+' if text.startswith('+') else ''}{digits[:first]}{hidden}{digits[len(digits) - last :]}"


def _is_number(text: str) -> bool:
    return text.startswith("+") or len(digits_of(text)) >= FEWEST_DIGITS
