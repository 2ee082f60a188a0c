"""Text that a DynamoDB item can't hold: kept in S3 by reference, put back when the message is read.

An item may have 400 KB. The largest parts of a message move out until the rest fits; nothing is cut.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Any, Final

from message_detail import aws, jsontext
from message_detail.leaves import Path, copied, get, leaves, put, size_of

WHAT: Final = "the content bucket"
ROOM_BYTES: Final = 340_000
"""For the message's JSON; the rest of the 400 KB is for the timeline, keys and attribute names."""
SMALLEST_BYTES: Final = 1_000
MOST_TEXTS: Final = 20
"""Moved out one by one: each is a request. Beyond that it is whole branches."""


class Contents:
    """Large parts of messages in a bucket. `client` makes the S3 client, which most containers never need."""

    def __init__(self, client: Callable[[], Any], bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def take_out(self, message_id: str, document: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """The document small enough for an item, and references to what was moved out of it.

        A reference is {path, key, size, sha256}: size in bytes and hash of the JSON text that is stored.
        """
        references: list[dict[str, Any]] = []
        excess = size_of(document) - ROOM_BYTES
        if excess <= 0:
            return document, references
        document = copied(document)
        for path in list(_largest_first(document)):
            if excess <= 0:
                break
            text = jsontext.dumps(get(document, path)).encode()
            reference = self._put(message_id, path, text)
            references.append(reference)
            put(document, path, None)
            excess += size_of(reference) - len(text) + len("null")
        return document, references

    def put_back(self, document: dict[str, Any], references: list[dict[str, Any]]) -> dict[str, Any]:
        """The whole document."""
        for reference in reversed(references):  # a branch before what had been taken out of it
            answer = aws.call(WHAT, self._client().get_object, Bucket=self._bucket, Key=reference["key"])
            with aws.ours(WHAT):
                text = answer["Body"].read()
            put(document, tuple(reference["path"]), jsontext.loads(text))
        return document

    def discard(self, message_id: str) -> None:
        """Deletes all that was ever moved out of a message, its earlier versions' parts included."""
        for folder in (_folder(message_id), _earlier_folder(message_id)):
            self._empty(folder)

    def _empty(self, folder: str) -> None:
        more = True
        while more:
            answer = aws.call(WHAT, self._client().list_objects_v2, Bucket=self._bucket, Prefix=folder)
            for found in answer.get("Contents", ()):
                aws.call(WHAT, self._client().delete_object, Bucket=self._bucket, Key=found["Key"])
            more = bool(answer.get("IsTruncated"))

    def _put(self, message_id: str, path: Path, text: bytes) -> dict[str, Any]:
        digest = hashlib.sha256(text).hexdigest()
        key = f"{_folder(message_id)}{digest}"
        aws.call(
            WHAT,
            self._client().put_object,
            Bucket=self._bucket,
            Key=key,
            Body=text,
            ContentType="application/json",
        )
        return {"path": list(path), "key": key, "size": len(text), "sha256": digest}


def _folder(message_id: str) -> str:
    """Where a message's parts are: below its provider's name, so that a policy can tell providers apart."""
    return f"{message_id.partition(':')[0]}/{hashlib.sha256(message_id.encode()).hexdigest()}/"


def _earlier_folder(message_id: str) -> str:
    """Where parts were put at first, when providers shared a folder; rows of then still name it."""
    return f"messages/{hashlib.sha256(message_id.encode()).hexdigest()}/"


def _largest_first(document: dict[str, Any]) -> Iterator[Path]:
    """Some text leaves from the largest down, then, should many small ones fill the item, whole branches."""
    texts = [(len(value), path) for path, value in leaves(document) if isinstance(value, str)]
    large = sorted((one for one in texts if one[0] >= SMALLEST_BYTES), key=lambda one: -one[0])
    yield from (path for _, path in large[:MOST_TEXTS])
    branches = [(size_of(value), (name,)) for name, value in document.items() if isinstance(value, dict | list)]
    yield from (path for size, path in sorted(branches, key=lambda one: -one[0]) if size >= SMALLEST_BYTES)
