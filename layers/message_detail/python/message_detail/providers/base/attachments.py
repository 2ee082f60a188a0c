"""Attachments: addresses, or objects that tell more of a file, mixed as they come. Pure.

The vendors' pages have lists of addresses (HighLevel's "Get message by message id", Cellcast's "Get Message Detail");
message APIs tend to move to objects. Of a file that stood in an answer of HighLevel itself there is a digest (its
inline_files.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from message_detail.domain.json_paths import at, split_path
from message_detail.domain.message import Attachment
from message_detail.providers.base.document_reader import DocumentReader

URLS: Final = ("url", "link", "href", "src", "fileUrl", "mediaUrl", "downloadUrl", "publicUrl", "URL", "uri")
NAMES: Final = ("name", "fileName", "filename", "title")
TYPES: Final = ("contentType", "content_type", "mimeType", "mime_type", "mimetype", "type")
SIZES: Final = ("size", "fileSize", "bytes")
LARGEST_SIZE: Final = 2**53
_LINK: Final = re.compile(r"https?://", re.IGNORECASE)
_BETWEEN_LINKS: Final = re.compile(r"(?<![\s,;])[\s,;]+(?=https?://)", re.IGNORECASE)
"""What parts the links of a text that holds several; a comma inside of one is its own."""


def read_attachments(reader: DocumentReader, *lists: tuple[str, Iterable[Any]]) -> tuple[Attachment, ...]:
    """The attachments of these lists, given with their places, each file once.

    An object stays under extensions where it tells more than our fields hold, and so does a text of several links; what
    is neither a text nor an object is drift.
    """
    found: dict[str, Attachment] = {}
    for name, items in lists:
        for index, item in enumerate(items):
            place = _place(reader, name, index)
            for attachment in _attachments(item, place, reader):
                if (attachment.url or attachment.sha256) in found and isinstance(item, dict):
                    reader.keep(place)
                found.setdefault(attachment.url or attachment.sha256 or place, attachment)
    return tuple(found.values())


def _place(reader: DocumentReader, name: str, index: int) -> str:
    """An item's place; a single one may stand where a list belongs."""
    return f"{name}.{index}" if isinstance(at(reader.document, split_path(name)), list) else name


def _attachments(item: Any, place: str, reader: DocumentReader) -> Iterator[Attachment]:
    """The files that an item tells of."""
    if item in (None, "", {}):
        return
    if isinstance(item, str):
        yield from _of_text(item, place, reader)
    elif not isinstance(item, dict):
        reader.report(split_path(place), "wrong_type", item)
    elif (attachment := _of_object(item, place, reader)) is not None:
        yield attachment


def _of_text(text: str, place: str, reader: DocumentReader) -> Iterator[Attachment]:
    plain = text.strip()
    links = _BETWEEN_LINKS.split(plain) if _LINK.match(plain) else [plain]
    if links != [text]:
        reader.keep(place)
    yield from (Attachment(url=link) for link in links if link)


def _of_object(item: dict[str, Any], place: str, reader: DocumentReader) -> Attachment | None:
    url, name, kind = (_key(item, keys) for keys in (URLS, NAMES, TYPES))
    size = next((key for key in SIZES if _is_size(item.get(key))), None)
    digest = _key(item, ("sha256",))
    used = {url, name, kind, size, digest}
    if any(value not in (None, "") for key, value in item.items() if key not in used):
        reader.keep(place)
    if not used - {None}:
        return None
    return Attachment(
        url=item[url].strip() if url else None,
        name=item[name] if name else None,
        content_type=item[kind] if kind else None,
        size=int(item[size]) if size else None,
        sha256=item[digest] if digest else None,
    )


def _key(item: dict[str, Any], keys: tuple[str, ...]) -> str | None:
    """The first of these keys that holds a text; blanks are none."""
    return next((key for key in keys if isinstance(item.get(key), str) and item[key].strip()), None)


def _is_size(value: Any) -> bool:
    """Whether it is a number of bytes; whole numbers come as texts, too."""
    if isinstance(value, str):
        return value.isascii() and value.isdecimal() and len(value) <= len(str(LARGEST_SIZE))
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_SIZE
