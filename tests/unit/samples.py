"""Messages, observations and provider answers that the tests of the core share."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any

import httpx

from message_detail.domain.message import Channel, Direction, Message, Observation, Provenance, Via
from message_detail.domain.message_ids import message_id
from message_detail.domain.normalized import NormalizedMessage
from message_detail.domain.status import Status, is_final, outcome_for
from message_detail.domain.tasks import Task, parse
from message_detail.domain.timeline import MessageState, merge, state_from_answer
from message_detail.domain.times import add_seconds
from message_detail.providers.base.account import Account, build
from message_detail.providers.cellcast.provider import PROVIDER

NATIVE_ID = "6a1c0de5f0aa11bb22cc33dd"
ID = message_id("cellcast", "default", NATIVE_ID)
NOW = 1_780_315_200.0  # 2026-06-01T12:00:00Z
T0 = "2026-06-01T12:00:00.000Z"
ODD_CHARACTERS = (
    "\x00", "\t", "\n", "\r", "\x1f", "\x7f", "\x85", "\x9f", "\u2028", "\u2029", "\ud800", "\udfff", "\ufdd0",
    "\ufdef", "\ufffd", "\ufffe", "\uffff", "\U0001fffe", "\U0010ffff",
)  # fmt: skip
"""One character of each sort that no id has."""


def stand_in(double: object) -> Any:
    """What a test gives in the place of a client or an adapter, of which it has the few calls that are made."""
    return double


def odd_id(value: object) -> str:
    """The id of a test of an odd value: short, and without backslashes, by which pytest finds no test."""
    return ascii(value)[:24].replace("\\", "")


def merge_all(states: Iterable[MessageState]) -> MessageState:
    """What any of the states knows."""
    return reduce(merge, states, MessageState())


def message_task(body: str) -> Task:
    """The task of one message in the body of an SQS message."""
    task = parse(body)
    assert isinstance(task, Task)
    return task


def account(**changes: Any) -> Account:
    return build("cellcast", "default", {"token": "key-of-the-tests", **changes}, PROVIDER.schema)


def observation(status: Status, observed_at: str = T0, **changes: Any) -> Observation:
    return Observation.model_validate(
        {"status": status, "observed_at": observed_at, "via": Via.LOOKUP, "status_native": status.value, **changes}
    )


def message(status: Status = Status.SENT, channel: Channel = Channel.SMS, **changes: Any) -> Message:
    fields = {
        "id": ID,
        "provider": "cellcast",
        "account": "default",
        "provider_message_id": NATIVE_ID,
        "channel": channel,
        "direction": Direction.UNKNOWN,
        "status": status,
        "status_native": status.value,
        "final": is_final(status),
        "outcome": outcome_for(status),
        "provenance": Provenance(fetched_at=T0),
        **changes,
    }
    return Message.model_validate(fields)


def record(status: Status, channel: Channel = Channel.SMS, at: str = T0, updated: str | None = None) -> MessageState:
    """The record of one answer that says this status and nothing else."""
    answer = message(status, channel, provenance=Provenance(fetched_at=at, source_updated_at=updated))
    return state_from_answer(NormalizedMessage(answer, (observation(status, at),)))


def heard(answer: Message, at: str = T0, via: Via = Via.WEBHOOK) -> MessageState:
    """The record of an answer that was fetched at this time and for this reason."""
    answer = answer.model_copy(update={"provenance": Provenance(fetched_at=at, via=via)})
    return state_from_answer(NormalizedMessage(answer, (observation(answer.status, at, via=via),)))


def after(seconds: float) -> str:
    """The time so many seconds after T0."""
    return add_seconds(T0, seconds)


_ANSWER: dict[str, Any] = {
    "app_type": "web",
    "status": True,
    "message": "Success",
    "data": {
        "_id": NATIVE_ID,
        "status": "sent",
        "message": "Your parcel is on its way",
        "sender": "61400000001",
        "receiver": "491570156",
        "createdAt": "2026-06-01T09:00:00.000Z",
        "updatedAt": "2026-06-01T09:00:05.000Z",
        "send_time": "2026-06-01T09:00:04.000Z",
    },
    "error": {},
}


def answer(**changes: Any) -> dict[str, Any]:
    """Cellcast's answer about the sample message, with some of its `data` changed."""
    body = copy.deepcopy(_ANSWER)
    body["data"].update(changes)
    return body


class Vendor:
    """A provider as an httpx transport: answers in turn, the last one for ever, and counts the calls."""

    def __init__(self, *answers: httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]) -> None:
        self._answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.transport = httpx.MockTransport(self._handle)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx.Response):
            return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)
        return answer(request)

    def then(self, *answers: httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]) -> None:
        """From now on these answers."""
        self._answers = list(answers)


def says(code: int = 200, headers: dict[str, str] | None = None, **changes: Any) -> httpx.Response:
    """An HTTP answer with the sample message."""
    return httpx.Response(code, headers=headers, json=answer(**changes))
