"""Scenes for what sends changes out, and for the routes of endpoints: each uses some right and says what came of it."""

from __future__ import annotations

import itertools
import time
from typing import Any, Final

from message_detail.adapters.aws.attributes import Item
from message_detail.adapters.aws.endpoint_states import EndpointStates
from message_detail.adapters.aws.waiting_deliveries import Waiting, WaitingDeliveries
from message_detail.domain.events_out.delivery import AnyDelivery, DeliveryTask, WaitingTask
from message_detail.domain.events_out.event import Event, EventType, account_event
from message_detail.domain.times import from_epoch
from tests.event_receiver import ACCOUNT, NAME, SECRET
from tests.integration.least_privilege.scenes_http import renew
from tests.integration.least_privilege.stage import ACCOUNT as STORED_IN
from tests.integration.least_privilege.stage import Stage, said
from tests.unit.stream import stream_record

WHOLE: Final = "whole"
"""An endpoint that wants whole messages; no event finds it by itself."""
PATH: Final = f"/v1/endpoints/{NAME}"
_CONTAINER_ENDED: Final = ("FileNotFoundError", "RuntimeError")
_NUMBERS: Final = itertools.count(1)


# -- the stream -------------------------------------------------------------------------------------------


def change(stage: Stage) -> str:
    """A circuit that opens, of an account whose changes go out."""
    account = f"{stage.provider}:{ACCOUNT}"
    key: Item = {"pk": {"S": f"circuit#{stage.provider}"}, "sk": {"S": account}}
    record = stream_record(key, {**key, "state": {"S": "CLOSED"}}, {**key, "state": {"S": "OPEN"}}, _new_id())
    answer, _ = stage.invoke("Changes", {"Records": [record]})
    return "queued" if answer == {"batchItemFailures": []} else str(answer.get("errorMessage", answer))


def change_for_new_container(stage: Stage) -> str:
    """The same in a container that knows no endpoint yet."""
    renew(stage, "Changes")
    return change(stage)


# -- the deliverer ----------------------------------------------------------------------------------------


def deliver(stage: Stage) -> str:
    """An event that the receiver takes."""
    return _delivered(stage, DeliveryTask(endpoint=NAME, event=_event(stage)))


def deliver_from_new_container(stage: Stage) -> str:
    """The same by a container that knows neither the endpoint nor how it fares."""
    renew(stage, "Deliver")
    return deliver(stage)


def deliver_in_vain(stage: Stage) -> str:
    """An event that the receiver can't take now."""
    stage.system.receiver.status = 503
    try:
        return deliver_from_new_container(stage)
    finally:
        stage.system.receiver.status = 204
        _calm(stage)


def deliver_waiting(stage: Stage) -> str:
    """An event that waited."""
    waiting = _waiting(stage)
    return _delivered(stage, WaitingTask(endpoint=NAME, event_id=waiting.event.id))


def deliver_held_back(stage: Stage) -> str:
    """An event for a receiver that has failed again and again, just now."""
    _open_circuit(stage, 0)
    try:
        return deliver_from_new_container(stage)
    finally:
        _calm(stage)


def deliver_on_probation(stage: Stage) -> str:
    """An event for a receiver that was held back for so long that one call may try."""
    _open_circuit(stage)
    try:
        return deliver_from_new_container(stage)
    finally:
        _calm(stage)


def deliver_recovered(stage: Stage) -> str:
    """How the circuit stands after such a call."""
    _open_circuit(stage)
    deliver_from_new_container(stage)
    database, key = stage.stack.client("dynamodb"), _circuit_key()
    item = database.get_item(TableName=stage.stack.table_name, Key=key)["Item"]
    _calm(stage)
    return str(item["state"]["S"])


def deliver_whole(stage: Stage) -> str:
    """An event to an endpoint that wants the whole message, which has a long text."""
    settings = {"url": stage.system.receiver.url, "secrets": [SECRET], "include": "full"}
    stage.stack.put_secret(f"endpoint/{WHOLE}", settings)
    subject = f"{stage.provider}:{STORED_IN}:{stage.stored_long_message()}"
    event = Event(
        id=_new_id(),
        type=EventType.STORED,
        subject=subject,
        time=_now(),
        data={},
        provider=stage.provider,
        account=STORED_IN,
        revision=1,
    )
    return _delivered(stage, DeliveryTask(endpoint=WHOLE, event=event, replayed=True))


def queue_waiting(stage: Stage) -> str:
    """The minute's run, with an event that is due; by a container that knows no endpoint's name yet."""
    renew(stage, "Deliver")
    _waiting(stage)
    answer, _ = _invoked(stage, {"deliveries": "due"})
    return "queued" if answer.get("queued") else str(answer.get("errorMessage", answer))


def _invoked(stage: Stage, event: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Calls the deliverer, which its queue calls as well: of a container that is ended meanwhile the emulator has lost
    the files, and takes another one the next time."""
    for _ in range(5):
        answer, logged = stage.invoke("Deliver", event)
        if answer.get("errorType") not in _CONTAINER_ENDED:
            break
        time.sleep(0.3)
    return answer, logged


def _delivered(stage: Stage, task: AnyDelivery) -> str:
    """Hands a task to the deliverer. What it logged of the task."""
    record = {"messageId": "1", "receiptHandle": "1", "body": task.to_json(), "attributes": {}}
    answer, logged = _invoked(stage, {"Records": [{**record, "eventSource": "aws:sqs"}]})
    if answer.get("batchItemFailures"):
        return "left on the queue"
    lines = {str(line["message"]) for line in logged if "message" in line}
    for line in ("text lost", "delivery not noted", "event not delivered", "event held", "event delivered"):
        if line in lines:
            return line
    return f"{sorted(lines)} {answer}"


# -- the routes -------------------------------------------------------------------------------------------


def list_endpoints(stage: Stage) -> str:
    """All endpoints, asked of a container that knows none yet."""
    renew(stage, "Endpoints")
    answer = stage.system.get("/v1/endpoints")
    names = [item["name"] for item in answer.json().get("items", ())]
    return "told" if NAME in names else said(answer)


def list_deliveries(stage: Stage) -> str:
    """What was sent."""
    return said(stage.system.get(f"{PATH}/deliveries"))


def list_waiting(stage: Stage) -> str:
    """What waits."""
    _waiting(stage)
    return said(stage.system.get(f"{PATH}/deliveries", params={"status": "waiting"}))


def pause(stage: Stage) -> str:
    """No more events for the receiver, for a moment."""
    try:
        return said(stage.post(f"{PATH}/pause", {}))
    finally:
        _calm(stage)


def resume(stage: Stage) -> str:
    """A paused endpoint, for which an event waits that is due."""
    EndpointStates(stage.stack.table).pause(NAME, "a scene")
    _waiting(stage)
    try:
        return said(stage.post(f"{PATH}/resume", {}))
    finally:
        _calm(stage)


def try_endpoint(stage: Stage) -> str:
    """An event by which the receiver is tried."""
    return said(stage.post(f"{PATH}/test", {}))


def replay(stage: Stage) -> str:
    """An event that waits, sent at once."""
    return said(stage.post(f"{PATH}/replay", {"event_id": _waiting(stage).event.id}))


# -- props ------------------------------------------------------------------------------------------------


def _new_id() -> str:
    return f"evt_scene{time.time_ns()}{next(_NUMBERS)}"


def _now() -> str:
    return from_epoch(time.time())


def _event(stage: Stage) -> Event:
    return account_event(_new_id(), _now(), stage.provider, ACCOUNT, {"state": "ok", "previous_state": "open"})


def _waiting(stage: Stage) -> Waiting:
    """An event that waits for the receiver, and is due."""
    past = "2026-01-01T00:00:00.000Z"
    waiting = Waiting(endpoint=NAME, event=_event(stage), attempts=1, since=_now(), next_at=past)
    WaitingDeliveries(stage.stack.table).put(waiting, past)
    return waiting


def _circuit_key() -> Item:
    return {"pk": {"S": "circuit#endpoint"}, "sk": {"S": f"endpoint:{NAME}"}}


def _open_circuit(stage: Stage, seconds_ago: int = 3_600) -> None:
    opened_at = str(int(time.time()) - seconds_ago)
    opened = {"state": {"S": "OPEN"}, "failure_count": {"N": "10"}, "opened_at": {"N": opened_at}}
    item = {**_circuit_key(), **opened}
    stage.stack.client("dynamodb").put_item(TableName=stage.stack.table_name, Item=item)


def _calm(stage: Stage) -> None:
    """The receiver is sent events, and has no past."""
    table = stage.stack.table
    table.delete(_circuit_key())
    table.delete({"pk": {"S": f"endpoint#{NAME}"}, "sk": {"S": "endpoint"}})
