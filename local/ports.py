"""A port in the place of one that is taken."""

from __future__ import annotations

import socket
from typing import Final

from local.emulator import free_port

HOST: Final = "127.0.0.1"
_TRIED: Final = 100
_LAST: Final = 65_535


def taken(port: int, make_target: str) -> str:
    """What is said of a port that is taken: which one may be given to a target of make instead."""
    return f"port {port} is taken; choose another one: make {make_target} PORT={_another(port)}"


def _another(port: int) -> int:
    """The next port at which nothing listens; without one nearby, whichever the system gives."""
    return next(filter(_is_free, range(port + 1, min(port + _TRIED, _LAST) + 1)), None) or free_port()


def _is_free(port: int) -> bool:
    try:
        socket.create_server((HOST, port)).close()
    except OSError:
        return False
    return True
