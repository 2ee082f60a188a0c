"""Blanking of secrets in data that is kept: metadata columns of providers may echo headers and keys."""

from __future__ import annotations

import re
from typing import Any, Final

from message_detail import jsontext

BLANK: Final = "[redacted]"
_SECRET_KEY: Final = re.compile(
    r"authorization|api[-_]?key|secret|passw(or)?d|token|cookie|signature|credential|session", re.IGNORECASE
)
_SECRET_VALUE: Final = re.compile(
    r"(bearer\s+|basic\s+|samva_sk_|sk_live_|sk_sm_|sk_test_|whsec_|eyJ[\w-]+\.)[\w.+/=-]+", re.IGNORECASE
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
        except (ValueError, RecursionError):
            return BLANK  # too odd to be looked into
        if blanked != data:
            return jsontext.dumps(blanked)
    return _SECRET_VALUE.sub(BLANK, text)
