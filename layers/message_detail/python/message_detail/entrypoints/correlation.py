"""The id by which all log lines of one piece of work are found, from the request or event on to the last task of it.

A caller with an API key may bring its own as `X-Correlation-Id`; otherwise it is API Gateway's id of the request, the
id of an invocation, or that of a message on the queue.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import Any, Final

HEADER: Final = "x-correlation-id"
_SANE: Final = re.compile(r"[A-Za-z0-9_-]{8,128}={0,2}")
_LETTER: Final = re.compile(r"[A-Za-z]")


def is_usable(text: Any) -> bool:
    """Whether a text may be an id: 8 to 128 letters, digits, `-` and `_`, with `=` at the end as base64 has it.

    Digits alone may be somebody's phone number, which no log shall have.
    """
    return isinstance(text, str) and _SANE.fullmatch(text) is not None and _LETTER.search(text) is not None


def first_usable(*candidates: Any) -> str:
    """The first that may be an id, else a new one."""
    return next((text for text in candidates if is_usable(text)), None) or uuid.uuid4().hex


def of_request(event: Any, caller: Mapping[str, Any]) -> str:
    """The id of an HTTP API's request, or of the question to its authorizer, whoever the caller is known to be."""
    return first_usable(_given(event) if caller.get("key_id") else None, _request_id(event))


def _given(event: Any) -> str | None:
    headers = event.get("headers") if isinstance(event, dict) else None
    found = headers.items() if isinstance(headers, dict) else ()
    return next((value for name, value in found if str(name).lower() == HEADER), None)


def _request_id(event: Any) -> Any:
    context = event.get("requestContext") if isinstance(event, dict) else None
    return context.get("requestId") if isinstance(context, dict) else None
