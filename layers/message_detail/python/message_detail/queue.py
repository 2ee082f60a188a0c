"""Tasks: what is asked of a provider's worker through its SQS queue, and the way in and out.

Light on purpose: the webhook function imports this and neither pydantic nor httpx.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

from message_detail import aws, jsontext
from message_detail.errors import InvalidRequest, StorageUnavailable

WHAT: Final = "the queue"
VERSION: Final = 1
BATCH: Final = 10
SEND_ATTEMPTS: Final = 4
MAX_DELAY_SECONDS: Final = 900
MAX_ID_BYTES: Final = 1_500
"""With provider and account around it, an id of this size still fits a DynamoDB key (2,048 bytes)."""
MAX_REASON: Final = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Fetch one message and store it.

    `received_at` is when we were told to (canonical timestamp), `observations` what a verified webhook said of the
    message's status (JSON of `message.Observation`), `deferrals` how often the task was put off.
    """

    provider: str
    account: str
    message_id: str
    via: str
    received_at: str
    event_id: str | None = None
    observations: Sequence[Mapping[str, Any]] = ()
    deferrals: int = 0

    def deferred(self) -> Task:
        """The same task, put off once more."""
        return replace(self, deferrals=self.deferrals + 1)

    def to_json(self) -> str:
        """The body of its SQS message."""
        return _to_json(self)

    @classmethod
    def from_json(cls, body: str) -> Task:
        """The task of one message in an SQS message's body; InvalidRequest says why it is none."""
        task = parse(body)
        if not isinstance(task, cls):
            raise InvalidRequest("the task is about a page, not about a message")
        return task


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTask:
    """Store one page of a provider's list, as part of a sync, and queue the next one.

    `page` counts from 0; `cursor` is the provider's own, None for the first page.
    """

    provider: str
    account: str
    sync_id: str
    page: int
    received_at: str
    cursor: str | None = None
    since: str | None = None
    until: str | None = None
    deferrals: int = 0

    def deferred(self) -> PageTask:
        """The same task, put off once more."""
        return replace(self, deferrals=self.deferrals + 1)

    def next(self, cursor: str, received_at: str) -> PageTask:
        """The task of the page after this one."""
        return replace(self, page=self.page + 1, cursor=cursor, received_at=received_at, deferrals=0)

    def to_json(self) -> str:
        """The body of its SQS message."""
        return _to_json(self)


AnyTask = Task | PageTask


def parse(body: str) -> AnyTask:
    """The task in an SQS message's body; InvalidRequest says why it is none."""
    try:
        values = jsontext.loads(body)
    except ValueError as error:
        raise InvalidRequest("the task is not JSON") from error
    if not isinstance(values, dict):
        raise InvalidRequest("the task is not a JSON object")
    if values.pop("v", None) != VERSION:
        raise InvalidRequest(f"the task is not of version {VERSION}")
    kind, texts = (PageTask, ("sync_id",)) if "sync_id" in values else (Task, ("message_id", "via"))
    unknown = sorted(set(values) - set(kind.__dataclass_fields__))
    missing = [key for key in ("provider", "account", *texts, "received_at") if not _is_text(values.get(key))]
    if unknown or missing:
        raise InvalidRequest(f"the task has unknown keys {unknown} or lacks {missing}")
    if not all(isinstance(values.get(key, 0), int) for key in ("deferrals", "page")):
        raise InvalidRequest("the task's deferrals or page is no whole number")
    if not isinstance(values.get("observations", []), list):
        raise InvalidRequest("the task's observations are no list")
    if kind is PageTask:
        values.setdefault("page", 0)
    else:
        check_message_id(values["message_id"])
    return kind(**values)


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """What lies in a dead-letter queue. `reason` is a code of contract section 5, or why SQS gave up."""

    body: str
    reason: str
    receipt: str = field(repr=False)


class TaskQueue:
    """One provider's queue. `client` is an SQS client; `dead_letter_url` is needed to bury and to redrive."""

    def __init__(
        self,
        client: Any,
        url: str,
        dead_letter_url: str = "",
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._url = url
        self._dead_letter_url = dead_letter_url
        self._sleep = sleep

    def send(self, task: AnyTask, delay_seconds: float = 0) -> None:
        """Puts a task on the queue; it is durable when this returns. Fair between accounts (message group id)."""
        aws.call(
            WHAT,
            self._client.send_message,
            QueueUrl=self._url,
            MessageBody=task.to_json(),
            DelaySeconds=min(MAX_DELAY_SECONDS, max(0, round(delay_seconds))),
            MessageGroupId=task.account,
        )

    def send_all(self, tasks: Iterable[AnyTask]) -> int:
        """Puts all tasks on the queue; StorageUnavailable when not every one got there. Returns how many."""
        pending = list(tasks)
        total = len(pending)
        for start in range(0, total, BATCH):
            self._send_batch(pending[start : start + BATCH])
        return total

    def _send_batch(self, tasks: list[AnyTask]) -> None:
        for attempt in range(SEND_ATTEMPTS):
            if attempt:
                self._sleep(0.1 * 2**attempt)
            answer = aws.call(WHAT, self._client.send_message_batch, QueueUrl=self._url, Entries=_entries(tasks))
            refused = {int(entry["Id"]) for entry in answer.get("Failed", ())}
            tasks = [task for index, task in enumerate(tasks) if index in refused]
            if not tasks:
                return
        raise StorageUnavailable(f"{WHAT} did not take {len(tasks)} of the tasks", retry_after=2)

    def bury(self, body: str, account: str, reason: str) -> None:
        """Puts a task, readable or not, on the dead-letter queue with the reason on the message."""
        aws.call(
            WHAT,
            self._client.send_message,
            QueueUrl=self._dead_letter_url,
            MessageBody=body,
            MessageAttributes={"reason": {"DataType": "String", "StringValue": reason[:MAX_REASON] or "unknown"}},
            MessageGroupId=account,
        )

    def dead_letters(self, limit: int) -> list[DeadLetter]:
        """Up to `limit` (at most 10) dead letters, hidden from others until they are removed or time out."""
        answer = aws.call(
            WHAT,
            self._client.receive_message,
            QueueUrl=self._dead_letter_url,
            MaxNumberOfMessages=min(BATCH, limit),
            MessageAttributeNames=["reason"],
            VisibilityTimeout=60,
            WaitTimeSeconds=1,
        )
        return [
            DeadLetter(
                body=message["Body"],
                reason=message.get("MessageAttributes", {}).get("reason", {}).get("StringValue", "too_many_receives"),
                receipt=message["ReceiptHandle"],
            )
            for message in answer.get("Messages", ())
        ]

    def release(self, letter: DeadLetter) -> None:
        """Makes a dead letter visible again at once."""
        aws.call(
            WHAT,
            self._client.change_message_visibility,
            QueueUrl=self._dead_letter_url,
            ReceiptHandle=letter.receipt,
            VisibilityTimeout=0,
        )

    def remove(self, letter: DeadLetter) -> None:
        """Takes a dead letter off the dead-letter queue."""
        aws.call(WHAT, self._client.delete_message, QueueUrl=self._dead_letter_url, ReceiptHandle=letter.receipt)


def check_message_id(message_id: str) -> str:
    """The id, or InvalidRequest when no stored message could have it. Providers' ids are opaque: no format check."""
    if not message_id:
        raise InvalidRequest("message_id: must not be empty")
    try:
        size = len(message_id.encode())
    except UnicodeEncodeError:
        raise InvalidRequest("message_id: is not valid text") from None
    if size > MAX_ID_BYTES:
        raise InvalidRequest(f"message_id: must have at most {MAX_ID_BYTES} bytes of UTF-8")
    return message_id


def _to_json(task: AnyTask) -> str:
    values = {key: value for key, value in asdict(task).items() if value not in (None, (), [])}
    return jsontext.dumps({"v": VERSION, **values})


def _entries(tasks: list[AnyTask]) -> list[dict[str, Any]]:
    return [
        {"Id": str(index), "MessageBody": task.to_json(), "MessageGroupId": task.account}
        for index, task in enumerate(tasks)
    ]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)
