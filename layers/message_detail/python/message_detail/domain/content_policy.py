"""What a message says: all of it, and what is left where it is not stored or not shown. Pure.

Of accounts whose content is not stored, lengths and hashes stand in its place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any, Final

from message_detail.domain import json_codec
from message_detail.domain.message import Body, Message, Reply, Upstream

MARK: Final = "_withheld"
"""The key under extensions that says what was not stored."""


def without_content(message: Message) -> Message:
    """The message without body, subject, template values, replies, files, the carrier's answer and extensions.

    `extensions._withheld` has, for each of them that was there, its length (characters of text, else of JSON) and
    SHA-256 (hex), so that copies can be compared and changes are seen.
    """
    data = message.as_json()
    withheld = {path: _stand_in(value) for path, value in _contents(data) if value not in (None, [], {})}
    return message.model_copy(
        update={
            **emptied(message),
            "body": Body(content_type=message.body.content_type),
            "attachments": (),
            "extensions": {MARK: withheld} if withheld else {},
        }
    )


def emptied(message: Message) -> dict[str, Any]:
    """The fields of a message that say something, with what is left of them without it; its files stay."""
    template = message.template
    if template is not None:
        bare = tuple(parameter.model_copy(update={"value": None}) for parameter in template.parameters)
        template = template.model_copy(update={"parameters": bare})
    return {
        "subject": None,
        "body": Body(),
        "template": template,
        "replies": tuple(Reply(at=reply.at) for reply in message.replies),
        "upstream": Upstream(**{**dict(message.upstream), "response": None}),
        "extensions": {},
    }


def _contents(data: dict[str, Any]) -> list[tuple[str, Any]]:
    body = [(f"body.{name}", data["body"][name]) for name in data["body"] if name != "content_type"]
    replies = [
        (f"replies[{i}].{name}", reply[name]) for i, reply in enumerate(data["replies"]) for name in ("text", "media")
    ]
    parameters = [
        (f"template.parameters[{i}].value", parameter["value"])
        for i, parameter in enumerate((data["template"] or {}).get("parameters", ()))
    ]
    whole = [("subject", data["subject"]), ("attachments", data["attachments"]), ("extensions", data["extensions"])]
    return [*body, *replies, *parameters, *whole, ("upstream.response", data["upstream"]["response"])]


def _stand_in(value: Any) -> dict[str, Any]:
    text = value if isinstance(value, str) else json_codec.canonical(value)
    return {"length": len(text), "sha256": hashlib.sha256(text.encode()).hexdigest()}


def said_in(message: Message) -> Iterator[str]:
    """All that a message, its template's values and its answers say, and what its files are called."""
    body, template = message.body, message.template
    texts: Iterable[str | None] = (
        *(message.subject, body.text, body.html, body.preview, body.new_text, body.quoted_text),
        *(parameter.value for parameter in (template.parameters if template is not None else ())),
        *(attachment.name for attachment in message.attachments),
        *(reply.text for reply in message.replies),
    )
    return filter(None, texts)
