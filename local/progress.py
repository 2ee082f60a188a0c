"""Tells on the terminal what a run is doing."""

from __future__ import annotations

import time


class Progress:
    """One line for each step, with the seconds since the start."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    def __call__(self, text: str) -> None:
        """Print the line of a step that begins."""
        print(f"[{time.monotonic() - self._start:5.1f} s] {text}", flush=True)
