"""Attachments given inline: their content is taken out of a document before anything else looks at it.

A digest stands for it from then on, so that wherever a document goes, and however odd its shape, base64
content is neither stored nor shown. Vendor page: https://carecloud.readme.io/reference/getmessage.
"""

from __future__ import annotations

import re
from typing import Any, Final

from message_detail.providers.base.inline_content import inline_digest, is_data_url
from message_detail.providers.base.provider import Document

_LINK: Final = re.compile(r"[a-z][a-z0-9+.-]{1,20}://", re.IGNORECASE)
"""What base64 has no signs for."""
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_LONGEST_KIND: Final = 127
"""Characters of a MIME type (RFC 6838: 127 of its subtype)."""
_LEVELS: Final = 2
"""An attachment is an item of `attachments`, or stands there itself."""


def without_content(document: Document) -> Document:
    """The document with a digest in place of each attachment's content; links stay."""
    if not document.get("attachments"):
        return document
    return {**document, "attachments": _sealed(document["attachments"], _LEVELS)}


def _sealed(value: Any, levels: int) -> Any:
    if levels and isinstance(value, list):
        return [_sealed(item, levels - 1) for item in value]
    if not levels or not isinstance(value, dict):
        return value
    redacted = {key: _sealed(item, levels - 1) for key, item in value.items()}
    if "file_data" in value:
        redacted["file_data"] = _stand_in(value["file_data"], value.get("upload_method"))
    return redacted


def _stand_in(data: Any, method: Any) -> Any:
    """What stands for a file's data: of a list or an object the same for each text in it, and the rest as it is.

    What stands for one already stays: an answer that was kept is read again.
    """
    if isinstance(data, list):
        return [_stand_in(item, method) for item in data]
    if _is_digest(data):
        return data
    if isinstance(data, dict):
        return {key: _stand_in(item, method) for key, item in data.items()}
    if not isinstance(data, str) or not data.strip() or _is_link(data.strip(), method):
        return data
    return _digest(data)


def _is_digest(data: Any) -> bool:
    """Whether it stands for a file's data, and so can't hold any."""
    if not isinstance(data, dict) or not data.keys() <= {"size", "sha256", "readable", "content_type"}:
        return False
    is_hash = isinstance(data.get("sha256"), str) and _SHA256.fullmatch(data["sha256"]) is not None
    is_kind = len(str(data.get("content_type"))) <= _LONGEST_KIND
    return is_hash and is_kind and isinstance(data.get("size"), int) and isinstance(data.get("readable"), bool)


def _is_link(data: str, method: Any) -> bool:
    """Whether the data says where the file is, whatever the method is called; a data: URL is never a link."""
    is_url = isinstance(method, str) and method.strip().casefold() == "url"
    return bool(_LINK.match(data)) or (is_url and not is_data_url(data))


def _digest(text: str) -> dict[str, Any]:
    """Size and SHA-256 of the decoded bytes; of the text itself when it can't be decoded."""
    found = inline_digest(text)
    digest = {"size": found.size, "sha256": found.sha256, "readable": found.readable}
    return {**digest, "content_type": found.content_type} if found.content_type else digest
