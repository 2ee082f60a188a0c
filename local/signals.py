"""Ctrl-C, SIGTERM and SIGHUP end a run in order, once."""

from __future__ import annotations

import signal
from types import FrameType
from typing import Any

_ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def interrupt_on_signals() -> None:
    """From now on each of them raises KeyboardInterrupt."""
    for number in _ENDING_SIGNALS:
        signal.signal(number, _interrupt)


def ignore_signals() -> None:
    """For the cleanup: a second Ctrl-C must not leave half of it running."""
    for number in _ENDING_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def wait() -> None:
    """Until one of them comes."""
    while True:
        signal.pause()


def _interrupt(_: int, __: FrameType | None) -> Any:
    raise KeyboardInterrupt
