"""Asks again and again, through short outages, until something has ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, TypeVar

from message_detail_cli.api import ApiRefused
from message_detail_cli.tools import Tools

BAD_POLLS: Final = 10
"""So many polls in a row may find the API unavailable."""
Answer = TypeVar("Answer")


def polled(ask: Callable[[], Answer], tools: Tools, seconds: float) -> Iterator[Answer]:
    """An answer every so many seconds, without an end; ApiRefused when the API says no, or stays away."""
    bad = 0
    while True:
        try:
            answer = ask()
        except ApiRefused as error:
            bad += 1
            if not error.passes or bad > BAD_POLLS:
                raise
        else:
            bad = 0
            yield answer
        tools.sleep(seconds)
