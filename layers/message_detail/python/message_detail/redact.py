"""Blanking of secrets in data that is kept: metadata columns of providers may echo headers and keys."""

from __future__ import annotations

import re
from typing import Any, Final

from message_detail import jsontext

BLANK: Final = "[redacted]"
_NAMES: Final = r"authorization|api[-_]?key|secret|passw(?:or)?d|token|cookie|signature|credential|session"
_SECRET_KEY: Final = re.compile(_NAMES, re.IGNORECASE)
_SECRET_PAIR: Final = re.compile(
    rf"""([\w-]*(?:{_NAMES})[\w-]*\\*["']?\s*[:=]\s*\\*)(?!\[redacted\])"""
    r"""("[^"]*"?|'[^']*'?|[^\s,;&}\]"']+)""",
    re.IGNORECASE,
)
"""A header, parameter or member in running text: name, separator, value."""
_SECRET_VALUE: Final = re.compile(
    r"(bearer\s+|basic\s+|(?<![a-z\d])(?:[a-z]+_)?sk_|whsec_|eyJ[\w-]+\.)[\w.+/=-]+", re.IGNORECASE
)


def redact(value: Any) -> Any:
    """The same JSON value with secrets blanked; JSON inside a string is looked into and stays a string."""
    if isinstance(value, dict):
        return {key: BLANK if _is_secret(key, item) else redact(item) for key, item in value.items()}
    if isinstance(value, list):
        return [redact(item) for item in value]
    if isinstance(value, str):
        return _redact_text(value)
    return value


def _is_secret(key: str, value: Any) -> bool:
    return value is not None and bool(_SECRET_KEY.search(key))


def _redact_text(text: str) -> str:
    if text.lstrip()[:1] in ("{", "["):
        try:
            data = jsontext.loads(text)
            blanked = redact(data)
            if blanked != data:
                return jsontext.dumps(blanked)
        except ValueError:
            pass  # no JSON after all, or cut off: read as text
        except RecursionError:
            return BLANK
    return _SECRET_PAIR.sub(rf"\1{BLANK}", _SECRET_VALUE.sub(BLANK, text))
