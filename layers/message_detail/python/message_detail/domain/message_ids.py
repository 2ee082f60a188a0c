"""Ids of messages: ours, which of a provider's may be one, and what stands for them where an id must not be.

Light: the intake imports it.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

from message_detail.domain.errors import InvalidRequest

MAX_ID_BYTES: Final = 1_500
"""With provider and account around it, an id of this size still fits a DynamoDB key (2,048 bytes)."""
_PLANE_ENDS: Final = "".join(chr(plane * 0x10000 + end) for plane in range(17) for end in (0xFFFE, 0xFFFF))
_ODD: Final = f"\x00-\x1f\x7f-\x9f\u2028\u2029\ufdd0-\ufdef\ufffd{_PLANE_ENDS}"
_NOT_IN_AN_ID: Final = re.compile(f"[{_ODD}\ud800-\udfff]")
"""Control characters, line breaks, lone surrogates (which reading JSON replaces by U+FFFD) and what Unicode calls
noncharacters. No provider's id has them, and neither XML, which SQS speaks, nor a line of a log can carry them all."""
ID_PATTERN: Final = f"^[^{_ODD}]+$"
"""The same for JSON Schema, whose texts have no lone surrogates."""
HASH_DIGITS: Final = 16
"""Hexadecimal digits of a message's hash: of a hundred million messages, no two have the same one by chance."""


def message_id(provider: str, account: str, provider_message_id: str) -> str:
    """The id of a message: the same however it was learned of."""
    return f"{provider}:{account}:{provider_message_id}"


def message_digest(message_id: str) -> str:
    """What stands for a message where its id must not be: providers' ids may be a person's number or address."""
    return hashlib.sha256(message_id.encode("utf-8", "surrogatepass")).hexdigest()


def message_hash(message_id: str) -> str:
    """The beginning of its digest: what stands for a message in the log."""
    return message_digest(message_id)[:HASH_DIGITS]


def check_message_id(message_id: str, where: str = "message_id") -> str:
    """The id, or InvalidRequest when no stored message could have it. Providers' ids are opaque: no format check.

    `where` is what the answer calls the id, such as `message_ids[3]`.
    """
    if not message_id:
        raise InvalidRequest(f"{where}: must not be empty")
    odd = _NOT_IN_AN_ID.search(message_id)
    if odd is not None:
        raise InvalidRequest(
            f"{where}: holds a character (U+{ord(odd[0]):04X}) that no message id has: control characters, line "
            "breaks and what is no character of Unicode are refused"
        )
    if len(message_id.encode()) > MAX_ID_BYTES:
        raise InvalidRequest(f"{where}: must have at most {MAX_ID_BYTES} bytes of UTF-8")
    return message_id
