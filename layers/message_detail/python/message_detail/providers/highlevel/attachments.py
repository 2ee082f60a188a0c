"""Attachments: addresses, or objects that tell more of a file, mixed as they come. Pure.

Vendor page: "Get message by message id" (a list of addresses), https://marketplace.gohighlevel.com/docs. Objects are
not on it; message APIs tend to move to them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from message_detail.ledger import Ledger
from message_detail.message import Attachment
from message_detail.paths import at, split_path

URLS: Final = ("url", "link", "href", "fileUrl", "mediaUrl")
NAMES: Final = ("name", "fileName", "filename", "title")
TYPES: Final = ("contentType", "content_type", "mimeType", "mime_type", "mimetype", "type")
SIZES: Final = ("size", "fileSize", "bytes")
LARGEST_SIZE: Final = 2**53


def attachments_of(ledger: Ledger, *lists: tuple[str, Iterable[Any]]) -> tuple[Attachment, ...]:
    """The attachments of these lists, given with their places, each file once.

    An object stays under extensions where it tells more than our fields hold; what is neither a text nor an object is
    drift.
    """
    found: dict[str, Attachment] = {}
    for name, items in lists:
        for index, item in enumerate(items):
            place = _place(ledger, name, index)
            attachment = _attachment(item, place, ledger)
            if attachment is None:
                continue
            if attachment.url in found and isinstance(item, dict):
                ledger.keep(place)
            found.setdefault(attachment.url or place, attachment)
    return tuple(found.values())


def _place(ledger: Ledger, name: str, index: int) -> str:
    """An item's place; a single one may stand where a list belongs."""
    return f"{name}.{index}" if isinstance(at(ledger.document, split_path(name)), list) else name


def _attachment(item: Any, place: str, ledger: Ledger) -> Attachment | None:
    if item in (None, "", {}):
        return None
    if isinstance(item, dict):
        return _of_object(item, place, ledger)
    if isinstance(item, str):
        return Attachment(url=item)
    ledger.report(split_path(place), "wrong_type", item)
    return None


def _of_object(item: dict[str, Any], place: str, ledger: Ledger) -> Attachment | None:
    url, name, kind = (_key(item, keys) for keys in (URLS, NAMES, TYPES))
    size = next((key for key in SIZES if _is_size(item.get(key))), None)
    used = {url, name, kind, size}
    if any(value not in (None, "") for key, value in item.items() if key not in used):
        ledger.keep(place)
    if not used - {None}:
        return None
    return Attachment(
        url=item[url] if url else None,
        name=item[name] if name else None,
        content_type=item[kind] if kind else None,
        size=item[size] if size else None,
    )


def _key(item: dict[str, Any], keys: tuple[str, ...]) -> str | None:
    """The first of these keys that holds a text."""
    return next((key for key in keys if isinstance(item.get(key), str) and item[key]), None)


def _is_size(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_SIZE
