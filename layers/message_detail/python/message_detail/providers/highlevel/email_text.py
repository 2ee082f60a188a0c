"""What an e-mail reads as: HTML or text, by what it is said to be, else by what it looks like. Pure, and linear.

Live e-mails have no `contentType`, and lists put the address of a stored file in the place of a long text: code of
several public clients. Vendor page: "Get email by Id", https://marketplace.gohighlevel.com/docs.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from message_detail.domain.message import Body, Direction
from message_detail.providers.base.document_reader import DocumentReader
from message_detail.providers.highlevel.email_parts import is_about_another
from message_detail.providers.highlevel.payload import HighLevelMessage

_TAGS: Final = (
    "html|head|body|title|style|meta|link|center|div|span|p|br|hr|a|b|i|u|s|em|strong|small|big|font|sub|sup|code|pre|"
    "blockquote|h[1-6]|ul|ol|li|dl|dt|dd|table|thead|tbody|tfoot|tr|td|th|img|section|article|header|footer|main|form"
)
_BEGINS: Final = re.compile(rf"<(?:!doctype\b|!--|\?xml\b|(?:{_TAGS})(?=[\s>/]))", re.IGNORECASE)
_HOLDS: Final = re.compile(rf"</(?:{_TAGS})>|<(?:br|hr)\s?/?>|<img\s", re.IGNORECASE)
_INVISIBLE: Final = "\ufeff\u200b"
_OF_PARTS: Final = ("multipart/", "message/")
"""Types of the whole mail (RFC 2046), which don't tell what its text is."""

_LONGEST_ADDRESS: Final = 2_048
_FILES: Final = (".html", ".htm", ".txt", ".eml")
_NAMES: Final = frozenset({"body", "message", "email", "content", "text"})


def looks_like_html(text: str) -> bool:
    """Whether a text begins with a tag, or holds the end of one. A text about `<jane@ex.com>` or `a < b` is none."""
    return bool(_BEGINS.match(text.lstrip().lstrip(_INVISIBLE).lstrip()) or _HOLDS.search(text))


def is_stored_file(text: str) -> bool:
    """Whether a text is nothing but the address of a file of texts in a store, as stands for a text that is long."""
    text = text.strip()
    if (
        len(text) > _LONGEST_ADDRESS
        or not text.casefold().startswith(("https://", "http://"))
        or text.split() != [text]
    ):
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    name, host = parts.path.rpartition("/")[2].casefold(), (parts.hostname or "").casefold()
    stem, dot, _ = name.rpartition(".")
    if not dot or not name.endswith(_FILES):
        return False
    return stem in _NAMES or any("storage" in label or label == "s3" for label in host.split("."))


def email_body(payload: HighLevelMessage, reader: DocumentReader, direction: Direction) -> Body:
    """The e-mail's text; a different one in the message is a preview of it, unless it is another e-mail's."""
    content, preview = payload.email.body, payload.body
    path = "_email.body"
    if content is None:
        path, content, preview = "body", payload.body, None
    if content is not None and is_stored_file(content):
        reader.keep(path)
        content = None
    if preview is not None and (is_stored_file(preview) or is_about_another(payload, direction)):
        reader.keep("body")
        preview = None
    content_type, is_html = _content_type(payload, reader, content)
    return Body(
        text=None if is_html else content,
        html=content if is_html else None,
        content_type=content_type,
        preview=preview if preview != content else None,
    )


def _content_type(payload: HighLevelMessage, reader: DocumentReader, content: str | None) -> tuple[str | None, bool]:
    """The type as it is said, and whether the text is HTML.

    The message's type is that of its own text, often a preview; of its e-mail's it holds only as far as it fits.
    """
    of_email, of_message = ("_email.contentType", payload.email.contentType), ("contentType", payload.contentType)
    own, other = (of_message, of_email) if payload.email.body is None else (of_email, of_message)
    said = reader.first(own, other)
    is_html = said is not None and "html" in said.casefold()
    if content is None or is_html or not looks_like_html(content):
        return said, is_html
    if own[1] is not None:
        return said, own[1].strip().casefold().startswith(_OF_PARTS)
    if said is not None:
        reader.keep(other[0])
    return None, True
