"""Finding the numbers of known persons in texts, however their digits are set apart. Pure and linear."""

from __future__ import annotations

import re
from typing import Final

from message_detail.domain.withholding.masks import HIDDEN, digits_of

NUMBERS_END: Final = 8
"""Digits at the end of a number that are the same in every spelling of it, with a country code or without."""
_BETWEEN: Final = r"(?:%[0-9A-Fa-f]{2}|[\W_]){0,4}"
_SPELLED: Final = re.compile(rf"\d(?:{_BETWEEN}\d)+")
_DIGITS: Final = re.compile(r"%[0-9A-Fa-f]{2}|(\d)")


class KnownNumbers:
    """Numbers that are not to be shown, by how they end."""

    def __init__(self) -> None:
        self._ends: set[str] = set()

    def add(self, address: str) -> None:
        """Makes the number of an address known; one of fewer digits is a code, and no number."""
        digits = _plain(digits_of(address))
        if len(digits) >= NUMBERS_END:
            self._ends.add(digits[-NUMBERS_END:])

    def hidden_in(self, text: str) -> str:
        """The text without the ends of the known numbers."""
        return _SPELLED.sub(self._hidden, text) if self._ends else text

    def _hidden(self, found: re.Match[str]) -> str:
        spelled = found[0]
        places = [digit.start() for digit in _DIGITS.finditer(spelled) if digit[1]]
        digits = _plain("".join(spelled[place] for place in places))
        pieces: list[str] = []
        at = copied = 0
        while at + NUMBERS_END <= len(digits):
            end = at + NUMBERS_END
            if digits[at:end] in self._ends:
                pieces += (spelled[copied : places[at]], HIDDEN)
                copied = places[end - 1] + 1
                at = end
            else:
                at += 1
        return "".join((*pieces, spelled[copied:]))


def _plain(digits: str) -> str:
    """Digits of any script as those of ASCII; one that counts nothing, such as an exponent, as it is."""
    return digits if digits.isascii() else "".join(str(int(one)) if one.isdecimal() else one for one in digits)
