"""Ctrl-C, SIGTERM and SIGHUP end a run in order, once."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

_ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def interrupt_on_signals() -> None:
    """From now on each of them raises KeyboardInterrupt."""
    for number in _ENDING_SIGNALS:
        signal.signal(number, _interrupt)


@contextmanager
def ended_once() -> Iterator[None]:
    """However the block ends, what follows is cleaning up: a second Ctrl-C must not leave half of it running."""
    try:
        yield
    finally:
        for number in _ENDING_SIGNALS:
            signal.signal(number, signal.SIG_IGN)


def wait() -> None:
    """Until one of them comes."""
    while True:
        signal.pause()


def _interrupt(_: int, __: FrameType | None) -> Any:
    raise KeyboardInterrupt
