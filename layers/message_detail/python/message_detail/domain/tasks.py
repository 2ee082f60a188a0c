"""Tasks: what is asked of a provider's worker, as values and as the JSON that lies on its queue. Pure.

Workers of neighbouring releases read each other's tasks, since both run during a deployment and after a rollback: keys
that are not known are passed over, keys that are new have a default. What an older worker would do wrongly with a
task takes another VERSION, and is dead there, with the reason on it, until it is brought back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import Field, asdict, dataclass, replace
from typing import Any, ClassVar, Final, Protocol, TypeVar

from message_detail.domain import json_codec
from message_detail.domain.errors import InvalidRequest
from message_detail.domain.message_ids import check_message_id, message_id
from message_detail.domain.seen_events import EventIdentity, is_digest
from message_detail.domain.statistics.days import is_day, next_day
from message_detail.domain.times import parse_instant, seconds_between

VERSION: Final = 1
_ENCODER: Final = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"))
"""ASCII, since SQS refuses U+FFFE, U+FFFF and most control characters where they stand as themselves."""


class Queueable(Protocol):
    """What lies on a queue: a frozen dataclass that becomes the body of an SQS message.

    Queues are fair between accounts. By `correlation_id` the log tells what it came of.
    """

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def account(self) -> str: ...  # noqa: D102
    @property
    def correlation_id(self) -> str | None: ...  # noqa: D102
    def to_json(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Fetch one message and store it.

    `received_at` is when we were told to (canonical timestamp), `observations` what a verified webhook said of the
    message's status (JSON of `message.Observation`), `deferrals` how often the task was put off. `first_queued_at` is
    since when it has been waiting where that is not `received_at`: it was brought back from the dead letters. `part` is
    the provider's id of that part of the message which is the reason for the task, if there is one. With `thread` the
    message's thread is fetched as well, whose id the message tells. `future_time` is what the webhook told as the time
    of what it observed, where that lies in the future, so that it does not count. By `correlation_id` the log tells
    what the task came of.
    """

    provider: str
    account: str
    message_id: str
    via: str
    received_at: str
    event: str | None = None
    event_window: int | None = None
    observations: Sequence[Mapping[str, Any]] = ()
    deferrals: int = 0
    first_queued_at: str | None = None
    part: str | None = None
    thread: bool = False
    future_time: str | None = None
    correlation_id: str | None = None
    confirms: bool = False

    @property
    def id(self) -> str:
        """The id of the message."""
        return message_id(self.provider, self.account, self.message_id)

    @property
    def identity(self) -> EventIdentity | None:
        """The webhook event that the task is of, None where it is of none, or doesn't say."""
        if self.event is None or self.event_window is None:
            return None
        return EventIdentity(self.event, self.received_at, self.event_window)

    def confirming(self, at: str, *, thread: bool) -> Task:
        """The task that fetches the message at a moment, to confirm what this one's webhook announced; with its thread
        where that is wanted."""
        return Task(
            provider=self.provider,
            account=self.account,
            message_id=self.message_id,
            via=self.via,
            received_at=at,
            thread=thread,
            correlation_id=self.correlation_id,
            confirms=True,
        )

    def deferred(self) -> Task:
        """The same task, put off once more."""
        return replace(self, deferrals=self.deferrals + 1)

    def thread_task(self, thread_id: str | None) -> Task | None:
        """The task of the message's thread, where it is wanted and is another message."""
        if not self.thread or not thread_id or thread_id == self.message_id:
            return None
        return replace(
            self,
            message_id=check_message_id(thread_id, "thread_id"),
            part=self.message_id,
            thread=False,
            observations=(),
            deferrals=0,
            future_time=None,
            confirms=False,
        )

    def to_json(self) -> str:
        """The body of its SQS message."""
        return _to_json(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTask:
    """Store one page of a provider's list, as part of a sync, and queue the next one.

    `page` counts from 0; `cursor` is the provider's own, None for the first page; `trail` is what the pages before
    left to know an endless list by (JSON of `sync_trail.Trail`). `first_queued_at` and `correlation_id` as of a `Task`.
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
    first_queued_at: str | None = None
    trail: Mapping[str, Any] | None = None
    correlation_id: str | None = None

    def deferred(self) -> PageTask:
        """The same task, put off once more."""
        return replace(self, deferrals=self.deferrals + 1)

    def next(self, cursor: str, received_at: str, trail: Mapping[str, Any] | None = None) -> PageTask:
        """The task of the page after this one."""
        return replace(
            self,
            page=self.page + 1,
            cursor=cursor,
            received_at=received_at,
            deferrals=0,
            first_queued_at=None,
            trail=trail,
        )

    def to_json(self) -> str:
        """The body of its SQS message."""
        return _to_json(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalTask:
    """Note that a webhook was refused: one of a sample.

    `refused` is why, as a word of ours, `size` its body's in bytes, `count` how many of its kind it stands for.
    `account` is what its address named, which need not be there; NO_NAME where no account can have that name.
    `first_queued_at` and `correlation_id` as of a `Task`.
    """

    provider: str
    account: str
    refused: str
    received_at: str
    size: int = 0
    count: int = 1
    deferrals: int = 0
    first_queued_at: str | None = None
    correlation_id: str | None = None

    def deferred(self) -> RefusalTask:
        """The same task, put off once more."""
        return replace(self, deferrals=self.deferrals + 1)

    def to_json(self) -> str:
        """The body of its SQS message."""
        return _to_json(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureTask:
    """Go on with an erasure: the table knows the rest of it. `correlation_id` as of a `Task`."""

    erase_id: str
    deferrals: int = 0
    correlation_id: str | None = None

    @property
    def account(self) -> str:
        """Erasures are of no account: its queue is fair between them."""
        return self.erase_id

    def deferred(self) -> ErasureTask:
        """The same task, put off once more."""
        return replace(self, deferrals=self.deferrals + 1)

    def next(self) -> ErasureTask:
        """The task of the slice after this one."""
        return replace(self, deferrals=0)

    def to_json(self) -> str:
        """The body of its SQS message."""
        return _to_json(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecountTask:
    """Count a day of an account's messages anew, and then the days after it, up to `last_day`.

    `checked`: each message is looked up, instead of trusting what the census says of it. Of a day that was left in the
    middle: `started_at` is since when its count holds, `shard` and `after` how far the census has been read, `counted`
    under which id lies what it came to so far. `first_queued_at` and `correlation_id` as of a `Task`.
    """

    provider: str
    account: str
    recount_id: str
    day: str
    last_day: str
    received_at: str
    checked: bool = False
    started_at: str | None = None
    shard: int = 0
    after: str | None = None
    counted: str | None = None
    deferrals: int = 0
    first_queued_at: str | None = None
    correlation_id: str | None = None

    def deferred(self) -> RecountTask:
        """The same task, put off once more."""
        return replace(self, deferrals=self.deferrals + 1)

    def going_on(self, started_at: str, shard: int, after: str | None, counted: str) -> RecountTask:
        """The task of the rest of its day."""
        return replace(self, started_at=started_at, shard=shard, after=after, counted=counted, deferrals=0)

    def next_day(self) -> RecountTask | None:
        """The task of the day after its own; None behind the last one."""
        day = next_day(self.day)
        return self.on(day) if day <= self.last_day else None

    def on(self, day: str) -> RecountTask:
        """The task of another day, from its beginning."""
        return replace(self, day=day, started_at=None, shard=0, after=None, counted=None, deferrals=0)

    def to_json(self) -> str:
        """The body of its SQS message."""
        return _to_json(self)


NO_NAME: Final = "?"
"""Stands for what no account can be called."""

AnyTask = Task | PageTask | RefusalTask | RecountTask
T = TypeVar("T", bound=Task | PageTask | RefusalTask | RecountTask)
Q = TypeVar("Q", bound=Queueable)


def parse(body: str) -> AnyTask:
    """The task in an SQS message's body; InvalidRequest says why it is none. Unknown keys are passed over."""
    values = _object(body)
    kind, texts = _kind(values)
    missing = [key for key in ("provider", "account", *texts, "received_at") if not _is_text(values.get(key))]
    if missing:
        raise InvalidRequest(f"the task lacks {missing}")
    values = {key: value for key, value in values.items() if key in kind.__dataclass_fields__ and value is not None}
    if not isinstance(values.get("correlation_id"), str):
        values.pop("correlation_id", None)  # it is a help for readers of the log, and no reason to lose a task
    if not is_digest(values.get("event", "")):
        values.pop("event", None)  # it spares calls, and is no reason to lose a task
    bad = sorted(key for key, value in values.items() if type(value) is not _TYPES.get(key, str))
    if bad:
        raise InvalidRequest(f"the task has values of another type than expected: {bad}")
    _check_times(values)
    if kind is PageTask:
        values.setdefault("page", 0)
    elif kind is Task:
        check_message_id(values["message_id"])
    elif kind is RefusalTask and not _WORD.fullmatch(values["refused"]):
        raise InvalidRequest("the task's refused is no word of ours")
    return kind(**values)


def parse_erasure(body: str) -> ErasureTask:
    """The task in a message's body on the queue of erasures; InvalidRequest says why it is none."""
    values = _object(body)
    if not _is_text(values.get("erase_id")):
        raise InvalidRequest("the task lacks ['erase_id']")
    deferrals, correlation_id = values.get("deferrals"), values.get("correlation_id")
    return ErasureTask(
        erase_id=values["erase_id"],
        deferrals=deferrals if type(deferrals) is int else 0,
        correlation_id=correlation_id if isinstance(correlation_id, str) else None,
    )


def _kind(values: Mapping[str, Any]) -> tuple[type[AnyTask], tuple[str, ...]]:
    """What sort of task it is, and the texts that it must have."""
    if "sync_id" in values:
        return PageTask, ("sync_id",)
    if "recount_id" in values:
        return RecountTask, ("recount_id", "day", "last_day")
    return (RefusalTask, ("refused",)) if "refused" in values else (Task, ("message_id", "via"))


def _check_times(values: dict[str, Any]) -> None:
    """Makes the times canonical: they are compared as texts."""
    for key in _DAYS & values.keys():
        if not is_day(values[key]):
            raise InvalidRequest(f"the task's {key} is no day")
    for key in _TIMES & values.keys():
        try:
            values[key] = parse_instant(values[key])
        except (ValueError, OverflowError):
            raise InvalidRequest(f"the task's {key} is no time that can be read") from None


_WORD: Final = re.compile("[a-z_]{1,40}")
_TIMES: Final = frozenset(("received_at", "first_queued_at", "since", "until", "started_at"))
_DAYS: Final = frozenset(("day", "last_day"))
_TYPES: Final[Mapping[str, type]] = {
    "checked": bool,
    "confirms": bool,
    "count": int,
    "deferrals": int,
    "event_window": int,
    "page": int,
    "shard": int,
    "size": int,
    "observations": list,
    "trail": dict,
    "thread": bool,
}
"""Of the keys that are no texts."""


def _object(body: str) -> dict[str, Any]:
    try:
        values = json_codec.loads(body)
    except ValueError as error:
        raise InvalidRequest("the task is not JSON") from error
    if not isinstance(values, dict):
        raise InvalidRequest("the task is not a JSON object")
    version = values.pop("v", None)
    if version != VERSION or isinstance(version, bool):
        raise InvalidRequest(
            f"the task is not of version {VERSION}, which this release works on: bring it back with the release that "
            "made it"
        )
    return values


def correlated(task: Q, correlation_id: str | None) -> Q:
    """A task that belongs to a piece of work, unless it belongs to one already."""
    return task if task.correlation_id or correlation_id is None else replace(task, correlation_id=correlation_id)


def revived(task: T, now: str) -> T:
    """A task that is brought back from the dead letters: its waiting begins anew."""
    return replace(task, first_queued_at=now, deferrals=0)


def seconds_waited(task: AnyTask, now: str) -> float:
    """Seconds since the task was first queued; 0 where that time can't be read or is yet to come."""
    try:
        return max(0.0, seconds_between(task.first_queued_at or task.received_at, now))
    except (ValueError, TypeError):  # no time, or one without offset
        return 0.0


def _to_json(task: AnyTask | ErasureTask) -> str:
    values = {key: value for key, value in asdict(task).items() if value not in (None, (), []) and value is not False}
    return _ENCODER.encode({"v": VERSION, **values})


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)
