"""A queue of SQS, a provider's with its dead letters or that of erasures: the way in and out for tasks.

Light on purpose: the webhook function imports this and neither pydantic nor httpx.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from message_detail import observability
from message_detail.adapters.aws import clients
from message_detail.domain.errors import StorageRefused, StorageUnavailable, TooLarge
from message_detail.domain.tasks import Queueable, correlated

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.literals import QueueAttributeNameType
    from mypy_boto3_sqs.type_defs import (
        ChangeMessageVisibilityBatchRequestEntryTypeDef,
        MessageTypeDef,
        SendMessageBatchRequestEntryTypeDef,
    )

WHAT: Final = "the queue"
BATCH: Final = 10
BATCH_BYTES: Final = 256 * 1024
"""All bodies of a batch together. SQS allows more since 2025; queues of before, and emulators, do not."""
SEND_ATTEMPTS: Final = 4
MAX_DELAY_SECONDS: Final = 900
MAX_REASON: Final = 250
HIDDEN_SECONDS: Final = 60
"""How long a dead letter that was received is hidden from others, unless it is removed or released before."""
_REFUSED_BY_SQS: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html"""

MAX_GROUP: Final = 128
_NOT_IN_A_GROUP: Final = re.compile("[^!-~]")
"""SQS takes letters, digits and punctuation of ASCII for a message's group, as the same page says."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """What lies in a dead-letter queue. `reason` begins with an error's code, or says why SQS gave up.

    `id` is that of its message on the queue, by which one that is received twice is known; `sent_at` is when it was put
    on a queue, seconds since 1970 by SQS's clock, None where SQS doesn't tell.
    """

    body: str
    reason: str
    receipt: str = field(repr=False)
    sent_at: float | None = None
    id: str = ""


class TaskQueue:
    """One queue. `client` is an SQS client; `dead_letter_url` is needed to dead-letter and to redrive.

    A task that is put on it belongs to the piece of work that it comes of, by that one's correlation id.
    """

    def __init__(
        self,
        client: SQSClient,
        url: str,
        dead_letter_url: str = "",
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._url = url
        self._dead_letter_url = dead_letter_url
        self._sleep = sleep

    def send(self, task: Queueable, delay_seconds: float = 0) -> None:
        """Puts a task on the queue; it is durable when this returns. Fair between accounts (message group id)."""
        clients.call(
            WHAT,
            self._client.send_message,
            QueueUrl=self._url,
            MessageBody=_body(task),
            DelaySeconds=min(MAX_DELAY_SECONDS, max(0, math.ceil(delay_seconds))),
            MessageGroupId=_group(task.account),
        )

    def send_all(self, tasks: Iterable[Queueable]) -> int:
        """Puts all tasks on the queue; StorageError when not every one got there. Returns how many."""
        total = 0
        for entries in _batches(tasks):
            self._send_batch(entries)
            total += len(entries)
        return total

    def _send_batch(self, entries: list[SendMessageBatchRequestEntryTypeDef]) -> None:
        for attempt in range(SEND_ATTEMPTS):
            if attempt:
                self._sleep(0.1 * 2**attempt)
            answer = clients.call(WHAT, self._client.send_message_batch, QueueUrl=self._url, Entries=entries)
            refused = {entry["Id"]: str(entry.get("Code", "")) for entry in answer.get("Failed", ())}
            for code in filter(clients.is_for_good, refused.values()):
                raise StorageRefused(f"{WHAT} refuses ({code})")
            entries = [entry for entry in entries if entry["Id"] in refused]
            if not entries:
                return
        raise StorageUnavailable(f"{WHAT} did not take {len(entries)} of the tasks", retry_after=2)

    def dead_letter(self, body: str, account: str, reason: str) -> None:
        """Puts a task, readable or not, on the dead-letter queue with the reason on the message.

        Characters that SQS does not take give way to U+FFFD, so that nothing is sent round for ever.
        """
        why = _REFUSED_BY_SQS.sub("\ufffd", reason[:MAX_REASON]) or "unknown"
        clients.call(
            WHAT,
            self._client.send_message,
            QueueUrl=self._dead_letter_url,
            MessageBody=_REFUSED_BY_SQS.sub("\ufffd", body) or " ",
            MessageAttributes={"reason": {"DataType": "String", "StringValue": why}},
            MessageGroupId=_group(account),
        )

    def dead_letters(self, limit: int, hidden_seconds: int = HIDDEN_SECONDS) -> list[DeadLetter]:
        """Up to `limit` (at most 10) dead letters, hidden from others until they are removed or time out."""
        answer = clients.call(
            WHAT,
            self._client.receive_message,
            QueueUrl=self._dead_letter_url,
            MaxNumberOfMessages=min(BATCH, limit),
            MessageAttributeNames=["reason"],
            AttributeNames=["SentTimestamp"],
            VisibilityTimeout=hidden_seconds,
            WaitTimeSeconds=1,
        )
        return [
            DeadLetter(
                body=message["Body"],
                reason=_reason(message),
                receipt=message["ReceiptHandle"],
                sent_at=_seconds(message.get("Attributes", {}).get("SentTimestamp")),
                id=message.get("MessageId", ""),
            )
            for message in answer.get("Messages", ())
        ]

    def release(self, letter: DeadLetter) -> None:
        """Makes a dead letter visible again at once."""
        clients.call(
            WHAT,
            self._client.change_message_visibility,
            QueueUrl=self._dead_letter_url,
            ReceiptHandle=letter.receipt,
            VisibilityTimeout=0,
        )

    def release_all(self, letters: Sequence[DeadLetter]) -> None:
        """The same for many. What SQS does not release comes back by itself when its time is over."""
        for first in range(0, len(letters), BATCH):
            entries: list[ChangeMessageVisibilityBatchRequestEntryTypeDef] = [
                {"Id": str(index), "ReceiptHandle": letter.receipt, "VisibilityTimeout": 0}
                for index, letter in enumerate(letters[first : first + BATCH])
            ]
            clients.call(
                WHAT,
                self._client.change_message_visibility_batch,
                QueueUrl=self._dead_letter_url,
                Entries=entries,
            )

    def count_dead_letters(self) -> int:
        """How many dead letters there are, as SQS counts: about."""
        names: list[QueueAttributeNameType] = [
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesNotVisible",
        ]
        answer = clients.call(
            WHAT, self._client.get_queue_attributes, QueueUrl=self._dead_letter_url, AttributeNames=names
        )
        counts = answer.get("Attributes", {})
        return sum(int(counts.get(name, 0)) for name in names)

    def remove(self, letter: DeadLetter) -> None:
        """Takes a dead letter off the dead-letter queue."""
        clients.call(WHAT, self._client.delete_message, QueueUrl=self._dead_letter_url, ReceiptHandle=letter.receipt)


def _batches(tasks: Iterable[Queueable]) -> Iterator[list[SendMessageBatchRequestEntryTypeDef]]:
    """Entries for as many batches as it takes, each within both limits of SQS."""
    entries: list[SendMessageBatchRequestEntryTypeDef] = []
    size = 0
    for task in tasks:
        body = _body(task)
        if entries and (len(entries) == BATCH or size + len(body) > BATCH_BYTES):
            yield entries
            entries, size = [], 0
        entries.append({"Id": str(len(entries)), "MessageBody": body, "MessageGroupId": _group(task.account)})
        size += len(body)
    if entries:
        yield entries


def _body(task: Queueable) -> str:
    """A task as it lies on the queue: it belongs to the piece of work that is under way. TooLarge for what no queue
    takes."""
    body = correlated(task, observability.correlation_id()).to_json()
    if len(body) > BATCH_BYTES:  # ASCII: a character is a byte
        raise TooLarge(f"a task of {len(body)} bytes: a queue takes {BATCH_BYTES} at most")
    return body


def _group(account: str) -> str:
    """The group of an account's tasks. Any name will do: an impossible account's task is dead-lettered, too."""
    return _NOT_IN_A_GROUP.sub("_", account)[:MAX_GROUP] or "_"


def _reason(message: MessageTypeDef) -> str:
    """Why a task is dead; one that SQS itself has moved bears no reason."""
    reason = message.get("MessageAttributes", {}).get("reason")
    known = "too_many_receives"
    return reason.get("StringValue", known) if reason is not None else known


def _seconds(milliseconds: str | None) -> float | None:
    return int(milliseconds) / 1000 if milliseconds and milliseconds.isdecimal() else None
