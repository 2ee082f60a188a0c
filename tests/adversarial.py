"""Texts and data that nobody means well, in any length, and how work grows from one length to the next.

Work is measured as processor time of this process, as a ratio: what takes squares grows by 4 when the text doubles,
what is linear by 2. Regular expressions, JSON and Unicode work in C, where no count of instructions of ours sees them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from typing import Any, Final

UNITS: Final = (
    'a', 'A', '1', ' ', '\t', '\n', '\r\n', '"', "'", '`', '\\', '=', ':', ';', ',', '.', '-', '_', '@', '<', '>',
    '(', ')', '[', ']', '{', '}', '/', '%', '#', '&', '+', '?', '\x00', '\xe9', '\u0301', 'e\u0301', '\u202a',
    '\uff11', '\U0001f600', '\\"', 'a ', 'a,', 'a;', 'a@', '@a', 'a.', '.a', 'a:', 'a=', 'a_', 'a-', 'aB', '1.',
    '1 ', '+1', '<a', '<a>', '(a', 'a(', '"a', '",', '=?utf-8?q?', '=?utf-8?q?a?= ', 'token', 'token=', 'token: ',
    '"token":"', 'token:\\', 'password ', 'bearer ', 'basic a', 'Authorization: ', 'eyJ', 'eyJ-', 'eyJa.', 'SG.a',
    'sk_', '://', '://a:', '://a@', '-----BEGIN A-----', '<token>', '<token ', '<p', '</p>', '<!--', '&amp;',
    'data:', ';a', 'mailto:', 'tel:', 'a@b.c ', 'a <a@b.c>, ', 'message not ', 'not found ', '#131047 ', '5.1.1 ',
    '12345 ', 'location ', 'no ', '"locationId":', '\\u0061', '--',
)  # fmt: skip
OPENINGS: Final = ('"', "<", "a@", '{"a":"')


@cache
def texts(length: int) -> list[tuple[str, str]]:
    """Names and texts of about a length: one unit over and over, and the same behind an opening or before an end."""
    found = []
    for number, unit in enumerate(UNITS):
        body = unit * (length // len(unit))
        opening = OPENINGS[number % len(OPENINGS)]
        found += [(repr(unit), body), (f"{opening!r} + {unit!r}", opening + body), (f"{unit!r} + '!'", body + "!")]
    for one, other in ("()", "[]", "<>", "{}", ('"', '"'), ("\\", '"')):
        found.append((f"nested {one}", one * (length // 2) + other * (length // 2)))
    found.append(("a word, blanks, a word", "a" + " " * length + "a"))
    found.append(("keys", "{" + ",".join(f'"k{number}":{number}' for number in range(length // 12)) + "}"))
    found.append(("long numbers", "[" + ",".join(["7" * 5000] * (length // 5000)) + "]"))
    return found


@cache
def few_texts(length: int) -> list[tuple[str, str]]:
    """One of each unit, for readers that are slow without being wrong."""
    found = [(repr(unit), unit * (length // len(unit))) for unit in UNITS]
    return [*found, ("nested", "(" * (length // 2) + ")" * (length // 2))]


def too_fast_growth(work: Callable[[Any], object], small: Any, large: Any, *, idle_seconds: float) -> float | None:
    """How often more the work on the larger input takes, if that is 3 or more; None where it isn't.

    Below `idle_seconds` nothing is asked: squares of what is given here take longer than that. A ratio is the best of
    five over the best of five, and is believed when it comes three times, since other processes disturb it.
    """
    if _seconds(work, large) < idle_seconds:
        return None
    ratio = 0.0
    for _ in range(3):
        ratio = min(_seconds(work, large) for _ in range(5)) / max(1e-9, min(_seconds(work, small) for _ in range(5)))
        if ratio < 3:
            return None
    return ratio


def _seconds(work: Callable[[Any], object], given: Any) -> float:
    begun = time.process_time()
    work(given)
    return time.process_time() - begun
