"""Answers compressed for who asks for it (RFC 9110, 8.4 and 12.5.3). Light: the intake of webhooks imports it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, Final

GZIP: Final = "gzip"
VARY: Final = "accept-encoding"
LEAST_BYTES: Final = 1_024
"""Below that an answer takes one packet on its way in any case."""
_LEVEL: Final = 5
"""Half the time of the default level for three hundredths more bytes of JSON."""
_NAMES: Final = (GZIP, "x-gzip")


def is_accepted(accept_encoding: str) -> bool:
    """Whether an `Accept-Encoding` lets an answer be compressed by gzip, and does not like it less than as it is."""
    weights: dict[str, float] = {}
    for part in accept_encoding.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        weights[name] = _weight(parameters)
    others = weights.get("*", 0.0)
    packed = max((weights[name] for name in _NAMES if name in weights), default=others)
    return packed > 0 and packed >= weights.get("identity", 0.0)


def _weight(parameters: list[str]) -> float:
    """The `q` of a coding: 1 without one, 0 where it can't be read."""
    for parameter in parameters:
        name, found, value = parameter.partition("=")
        if found and name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


def packed(text: str, level: int = _LEVEL) -> str:
    """A text compressed, the same way every time, in base64 as Lambda wants bytes."""
    import gzip  # of small answers not needed

    return base64.b64encode(gzip.compress(text.encode(), level, mtime=0)).decode()


def compressed(answer: Mapping[str, Any], accept_encoding: str) -> dict[str, Any]:
    """An answer of a function as it goes to a caller: compressed where it may and is worth it.

    Any says that it varies by the request's header, also where it is not compressed, for a cache to keep.
    """
    headers = {**answer["headers"], "vary": _varied(answer["headers"].get("vary", ""))}
    body = answer.get("body") or ""
    if answer.get("isBase64Encoded") or len(body) < LEAST_BYTES or not is_accepted(accept_encoding):
        return {**answer, "headers": headers}
    return {
        **answer,
        "headers": {**headers, "content-encoding": GZIP},
        "body": packed(body),
        "isBase64Encoded": True,
    }


def _varied(vary: str) -> str:
    """A `Vary` that names the header, too."""
    names = [name for name in map(str.strip, vary.split(",")) if name]
    return ", ".join(names if VARY in names else [*names, VARY])
