"""Text that a DynamoDB item can't hold: kept in S3 by reference, put back when the message is read.

An item may have 400 KB. The largest parts of a message and its timeline move out until the rest fits; nothing is cut.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final, TypedDict

from message_detail import observability
from message_detail.adapters.aws import clients
from message_detail.domain import json_codec
from message_detail.domain.errors import StorageRefused
from message_detail.domain.json_leaves import Path, copied, get, json_size, leaves, put
from message_detail.domain.message_ids import message_digest

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

WHAT: Final = "the content bucket"
ROOM_BYTES: Final = 340_000
"""For the message's JSON; the rest of the 400 KB is for the timeline, keys and attribute names."""
SMALLEST_BYTES: Final = 1_000
ERASED: Final = "erased/"
"""Where the hashes of erased messages are; the template has a rule for how long."""
KEEP_TAG: Final = "keep"
KEEP_DAYS: Final = (
    *range(1, 15), 21, 28, 30, 31, 45, 60, 61, 62, 90, 92, 120, 150, 180, 183, 184, 270, 365, 366, 400, 548, 550, 730,
    731, 1095, 1096, 1461, 1826, 1827, 2191, 2192, 2557, 3650, 3652, 3653, 5479, 7305, 10958, 18263, 36500,
)  # fmt: skip
"""Days after which the template's rules delete an object that carries the tag `keep` with that number: those that
people give as `retention_days`. What is kept for another number of days goes with the next greater one."""
MOST_TEXTS: Final = 20
"""Moved out one by one: each is a request. Beyond that it is whole branches."""


class LargeValues:
    """Large parts of messages in a bucket. `client` makes the S3 client, which most containers never need."""

    room_bytes = ROOM_BYTES

    def __init__(self, client: Callable[[], S3Client], bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def has_room(self, size: int, taken: int = 0) -> bool:
        """Whether JSON texts of so many bytes fit into an item, of which `taken` is taken up by something else."""
        return size <= self._room(taken)

    def _room(self, taken: int) -> int:
        return max(0, self.room_bytes - taken)

    def offload(
        self, message_id: str, document: dict[str, Any], keep_days: int = 0, taken: int = 0
    ) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """The document small enough for an item, and references to what was moved out of it.

        A reference is {path, key, size, sha256}: size in bytes and hash of the JSON text that is stored. `keep_days`
        is how long the item lives, 0: for ever; `taken` the bytes that something else takes up in it.
        """
        references: list[dict[str, Any]] = []
        excess = json_size(document) - self._room(taken)
        if excess <= 0:
            return document, references
        document = copied(document)
        known: set[str] = set()
        for path in list(_largest_first(document)):
            if excess <= 0:
                break
            text = json_codec.dumps(get(document, path)).encode()
            reference = {"path": list(path), **self._put(message_id, text, keep_days, known)}
            references.append(reference)
            put(document, path, None)
            excess += json_size(reference) - len(text) + len("null")
        return document, references

    def restore(self, document: dict[str, Any], references: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Completes a document in place; returns the references whose texts can't be had any more.

        One text that is gone, denied or damaged is no reason to withhold the rest, nor a list of others. A bucket
        that is unavailable for now is: StorageUnavailable.
        """
        lost = []
        for reference in reversed(references):  # a branch before what had been taken out of it
            try:
                put(document, tuple(reference["path"]), json_codec.loads(self._text(reference)))
            except (StorageRefused, ValueError, LookupError, TypeError) as error:
                lost.append(reference)
                observability.warning("text lost", reason=str(error))
        if lost:
            observability.count("texts_lost", len(lost))
        return [one for one in reversed(lost) if _is_reference(one)]

    def _text(self, reference: dict[str, Any]) -> bytes:
        answer = clients.call(WHAT, self._client().get_object, Bucket=self._bucket, Key=reference["key"])
        with clients.ours(WHAT):
            text: bytes = answer["Body"].read()
        if hashlib.sha256(text).hexdigest() != reference["sha256"]:
            raise ValueError("it is not the text that was stored")
        return text

    def put_away(self, message_id: str, text: str, keep_days: int = 0) -> str:
        """Stores a JSON text of a message, for as long as its item lives; returns the place of it."""
        return json_codec.dumps(self._put(message_id, text.encode(), keep_days, set()))

    def fetch(self, place: str) -> str:
        """The text of a place. StorageRefused or ValueError where it can't be had any more."""
        reference = json_codec.loads(place)
        if not isinstance(reference, dict) or not reference.keys() >= {"key", "sha256"}:
            raise ValueError("is no place")
        return self._text(reference).decode()

    def note_erased(self, message_id: str) -> None:
        """Notes outside of the table that a message is erased: what a restored table has to forget again.

        Only a hash of its id is kept, and as long as the table's past can be restored, and some days.
        """
        key = f"{ERASED}{message_digest(message_id)}"
        clients.call(WHAT, self._client().put_object, Bucket=self._bucket, Key=key, Body=b"", ContentType="text/plain")

    def erased(self) -> Iterator[str]:
        """The hashes of the messages that were erased lately."""
        last = ERASED
        while True:
            list_objects = self._client().list_objects_v2
            answer = clients.call(WHAT, list_objects, Bucket=self._bucket, Prefix=ERASED, StartAfter=last)
            keys = [found["Key"] for found in answer.get("Contents", ())]
            yield from (key.removeprefix(ERASED) for key in keys)
            if not answer.get("IsTruncated"):
                return
            last = keys[-1]

    def discard(self, message_id: str) -> None:
        """Deletes all that was ever moved out of a message, its earlier versions' parts included."""
        for folder in (_folder(message_id), _earlier_folder(message_id)):
            self._empty(folder)

    def _empty(self, folder: str) -> None:
        more = True
        while more:
            answer = clients.call(WHAT, self._client().list_objects_v2, Bucket=self._bucket, Prefix=folder)
            for found in answer.get("Contents", ()):
                clients.call(WHAT, self._client().delete_object, Bucket=self._bucket, Key=found["Key"])
            more = bool(answer.get("IsTruncated"))

    def _put(self, message_id: str, text: bytes, keep_days: int, known: set[str]) -> dict[str, Any]:
        """Stores a text once, however many places it is taken out of."""
        digest = hashlib.sha256(text).hexdigest()
        key = f"{_folder(message_id)}{digest}"
        if key not in known:
            clients.call(
                WHAT,
                self._client().put_object,
                Bucket=self._bucket,
                Key=key,
                Body=text,
                ContentType="application/json",
                **tagging(keep_days),
            )
            known.add(key)
        return {"key": key, "size": len(text), "sha256": digest}


class Tags(TypedDict, total=False):
    """The tags of an object that is stored, as S3's PutObject takes them."""

    Tagging: str


def tagging(keep_days: int) -> Tags:
    """The argument that has S3 delete an object after so many days, or at the next step that it has a rule for."""
    step = next((days for days in KEEP_DAYS if days >= keep_days), None) if keep_days else None
    return {"Tagging": f"{KEEP_TAG}={step}"} if step is not None else {}


def _is_reference(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("path"), list) and bool(value["path"])


def _folder(message_id: str) -> str:
    """Where a message's parts are: below its provider's name, so that a policy can tell providers apart."""
    return f"{message_id.partition(':')[0]}/{message_digest(message_id)}/"


def _earlier_folder(message_id: str) -> str:
    """Where parts were put at first, when providers shared a folder; rows of then still name it."""
    return f"messages/{message_digest(message_id)}/"


def _largest_first(document: dict[str, Any]) -> Iterator[Path]:
    """Some text leaves from the largest down, then, should many small ones fill the item, whole branches."""
    texts = [(len(value), path) for path, value in leaves(document) if isinstance(value, str)]
    large = sorted((one for one in texts if one[0] >= SMALLEST_BYTES), key=lambda one: -one[0])
    yield from (path for _, path in large[:MOST_TEXTS])
    branches = [(json_size(value), (name,)) for name, value in document.items() if isinstance(value, dict | list)]
    yield from (path for size, path in sorted(branches, key=lambda one: -one[0]) if size >= SMALLEST_BYTES)
