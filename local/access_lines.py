"""One line on the terminal for each request: when, how it ended, how long it took, what was asked for.

Of a query only the names are shown, for values may be a webhook's secret or a person's. A line that nobody reads (a
pipe that is full) is dropped: no request waits for it.
"""

from __future__ import annotations

import json
import os
import select
import sys
import threading
import time
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

OWN: Final = "message-detail-local"
"""The `User-Agent` of what this program asks by itself, of which no line is shown."""
LONGEST_PATH: Final = 160
_MOST_NAMES: Final = 10


class AccessLines:
    """Writes to a file descriptor (default: that of stdout), once it is on."""

    def __init__(self, descriptor: int | None = None) -> None:
        self.on = False
        self._descriptor = sys.stdout.fileno() if descriptor is None else descriptor
        self._lock = threading.Lock()

    def write(self, method: str, target: str, status: int, content: bytes, seconds: float) -> None:
        """The line of one request."""
        if not self.on:
            return
        code = _code(content) if status >= 400 else ""
        parts = (time.strftime("%H:%M:%S"), str(status), f"{seconds * 1000:5.0f} ms", method, shown(target), code)
        line = ("  ".join(parts).rstrip() + "\n").encode(errors="replace")
        with self._lock:
            if select.select([], [self._descriptor], [], 0)[1]:
                try:
                    os.write(self._descriptor, line)
                except OSError:
                    self.on = False  # nobody reads any more


def shown(target: str) -> str:
    """A request's target as a terminal may show it."""
    try:
        parts = urlsplit(target)
        names = [name for name, _ in parse_qsl(parts.query, keep_blank_values=True, max_num_fields=_MOST_NAMES)]
    except ValueError:
        return "(not an address)"
    path = "".join(character if character.isprintable() else "?" for character in unquote(parts.path))
    query = "&".join(f"{name}=…" if name.isidentifier() else "…" for name in names)
    return path[:LONGEST_PATH] + (f"?{query}" if query else "")


def _code(content: bytes) -> str:
    """The code of a problem document, which says more than its status."""
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return ""
    code = body.get("code") if isinstance(body, dict) else None
    return code if isinstance(code, str) and code.isidentifier() else ""
