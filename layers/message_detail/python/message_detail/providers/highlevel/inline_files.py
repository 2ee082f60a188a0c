"""Files that stand in the attachments themselves: a digest takes their place before anything else looks at them. Pure.

The vendor's page knows addresses only; objects and `data:` addresses are what comparable systems send.
"""

from __future__ import annotations

from typing import Any, Final

from message_detail.providers.base.attachments import TYPES, URLS
from message_detail.providers.base.inline_content import inline_digest, is_base64, is_data_url
from message_detail.providers.base.provider import Document

_CONTENTS: Final = frozenset({"content", "data", "base64", "body", "file", "fileData", "file_data", "blob", "raw"})
"""Names of members that hold a file where their text is base64."""
_LEVELS: Final = 4
_SHORTEST: Final = 64
"""Characters from which a text of base64's letters is a file, and no word."""


def without_files(document: Document) -> Document:
    """The document with a digest in place of each file that its attachments hold; links stay."""
    redacted: Document = dict(document)
    for place in ("_email", "_emails"):
        if place in document:
            redacted[place] = _of_emails(document[place])
    return _of_message(redacted)


def _of_emails(value: Any) -> Any:
    if isinstance(value, list):
        return [_of_emails(item) for item in value]
    return _of_message(value) if isinstance(value, dict) else value


def _of_message(message: Document) -> Document:
    if not message.get("attachments"):
        return message
    return {**message, "attachments": _sealed(message["attachments"], _LEVELS)}


def _sealed(value: Any, levels: int) -> Any:
    if isinstance(value, str):
        return _stand_in(value) if is_data_url(value) else value
    if not levels:
        return None if isinstance(value, dict | list) else value
    if isinstance(value, list):
        return [_sealed(item, levels - 1) for item in value]
    return _of_object(value, levels) if isinstance(value, dict) else value


def _of_object(item: dict[str, Any], levels: int) -> dict[str, Any]:
    """An object, in which the digest of its own file stands beside what else is told of that."""
    own = next((key for key in (*URLS, *sorted(_CONTENTS)) if _is_file(key, item.get(key))), None)
    rest = {key: _of_member(key, value, levels) for key, value in item.items() if key != own}
    if own is None:
        return rest
    stand_in = _stand_in(item[own])
    if any(rest.get(key) for key in TYPES):
        stand_in.pop("contentType", None)
    return {**rest, **stand_in}


def _of_member(key: str, value: Any, levels: int) -> Any:
    return _stand_in(value) if _is_file(key, value) else _sealed(value, levels - 1)


def _is_file(key: str, value: Any) -> bool:
    if not isinstance(value, str):
        return False
    return is_data_url(value) or (key in _CONTENTS and len(value) >= _SHORTEST and is_base64(value))


def _stand_in(text: str) -> dict[str, Any]:
    digest = inline_digest(text)
    told = {"contentType": digest.content_type} if digest.content_type else {}
    return {"size": digest.size, "sha256": digest.sha256, **told}
