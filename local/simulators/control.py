"""The control interface of every simulator: JSON under `/<provider>/_control/…`, for loopback clients."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from local.simulators.faults import BadFault, Fault
from local.simulators.store import NotHeld
from local.simulators.wire import Answer, BadJson, Request, json_answer

if TYPE_CHECKING:
    from local.simulators.base import Simulator

LOOPBACK = ("127.", "::1", "::ffff:127.")
FILL_LIMIT = 5000
#: What a message may have besides its payload: see `store.Held`.
PARTS = ("detail", "emails", "v3", "list", "omit")


class BadControl(ValueError):
    """A control call that can't be done; the text says why."""


def handle(simulator: Simulator, request: Request) -> Answer:
    """Answer one control call."""
    if not request.client.startswith(LOOPBACK):
        return json_answer(403, {"error": "the control interface serves loopback clients only"})
    action = HANDLERS.get((request.method, "/".join(request.segments[1:])))
    if action is None:
        known = [f"{method} {name}" for method, name in HANDLERS]
        return json_answer(404, {"error": "no such control call", "known": known})
    try:
        given = {**request.query, **request.json()}
        with simulator.lock:
            return json_answer(200, action(simulator, given))
    except NotHeld as error:
        return json_answer(404, {"error": f"no message {error.args[0]}"})
    except (BadControl, BadFault, BadJson) as error:
        return json_answer(400, {"error": str(error)})


def _account(simulator: Simulator, given: dict[str, Any]) -> str:
    name = str(given.get("account") or "default")
    if name not in simulator.credentials:
        raise BadControl(f"no account {name!r}; there are {', '.join(simulator.account_names())}")
    return simulator.owner(name)


def _set_fault(simulator: Simulator, given: dict[str, Any]) -> Any:
    try:
        fault = Fault.of(given, simulator.kinds)
    except (TypeError, ValueError) as error:
        raise BadFault(str(error)) from error
    simulator.faults.add(fault)
    return _shown_faults(simulator)


def _shown_faults(simulator: Simulator) -> Any:
    return {"faults": [fault.shown() for fault in simulator.faults.held], "kinds": sorted(simulator.kinds)}


def _clear_faults(simulator: Simulator, given: dict[str, Any]) -> Any:
    simulator.faults.clear(given.get("kind"))
    return _shown_faults(simulator)


def _put_message(simulator: Simulator, given: dict[str, Any]) -> Any:
    message = given.get("message")
    if not isinstance(message, dict) or not message.get(simulator.id_field):
        raise BadControl(f"message must be an object with a {simulator.id_field}")
    parts = {key: given[key] for key in PARTS if key in given}
    return {"message_id": simulator.put(message, _account(simulator, given), **parts)}


def _delete_message(simulator: Simulator, given: dict[str, Any]) -> Any:
    simulator.drop(str(given.get("message_id", "")), _account(simulator, given))
    return {"deleted": given["message_id"]}


def _messages(simulator: Simulator, given: dict[str, Any]) -> Any:
    held = simulator.store.accounts.get(_account(simulator, given), {})
    return {"items": [{"message_id": key, "shows": value.shows} for key, value in held.items()]}


def _script(simulator: Simulator, given: dict[str, Any]) -> Any:
    account, message_id = _account(simulator, given), str(given.get("message_id", ""))
    steps, advance = given.get("steps"), given.get("advance", "get")
    if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
        raise BadControl("steps must be a list of objects")
    if advance not in ("get", "manual"):
        raise BadControl("advance must be 'get' or 'manual'")
    simulator.script(message_id, steps, account=account, by_get=advance == "get")
    return {"message_id": message_id, "steps_left": len(steps)}


def _advance(simulator: Simulator, given: dict[str, Any]) -> Any:
    account, message_id = _account(simulator, given), str(given.get("message_id", ""))
    moved = simulator.advance(message_id, account)
    held = simulator.store.get(account, message_id)
    return {"moved": moved, "steps_left": len(held.steps), "message": held.message}


def _requests(simulator: Simulator, given: dict[str, Any]) -> Any:
    wanted = simulator.requests(given.get("call"), given.get("message_id"))
    return {"items": wanted, "count": len(wanted)}


def _clear_requests(simulator: Simulator) -> Any:
    simulator.log.clear()
    return {"count": 0}


def _reset(simulator: Simulator, given: dict[str, Any]) -> Any:
    simulator.reset(tokens=bool(given.get("tokens")))
    return {"messages": len(simulator.message_ids())}


def _options(simulator: Simulator, given: dict[str, Any]) -> Any:
    unknown = sorted(set(given) - set(simulator.default_options))
    if unknown:
        raise BadControl(f"unknown options: {', '.join(unknown)}; known: {', '.join(simulator.default_options)}")
    simulator.options.update(given)
    return simulator.options


def _fill(simulator: Simulator, given: dict[str, Any]) -> Any:
    count = given.get("count")
    if isinstance(count, bool) or not isinstance(count, int) or not 0 < count <= FILL_LIMIT:
        raise BadControl(f"count must be a whole number from 1 to {FILL_LIMIT}")
    account = _account(simulator, given)
    return {"message_ids": [simulator.store.put(account, simulator.filler(n)) for n in range(1, count + 1)]}


def _accounts(simulator: Simulator) -> Any:
    return {name: simulator.account(name) for name in simulator.account_names()}


def _expire(simulator: Simulator, given: dict[str, Any]) -> Any:
    simulator.expire(_account(simulator, given), refresh=bool(given.get("refresh")))
    return {"expired": True}


def _webhook(simulator: Simulator, given: dict[str, Any]) -> Any:
    keys = ("event", "account", "style", "event_id", "at", "secret", "changes")
    chosen = {key: given[key] for key in keys if given.get(key) is not None}
    if chosen.get("account", "default") not in simulator.credentials:
        raise BadControl(f"no account {chosen['account']!r}")
    try:
        headers, body = simulator.webhook(str(given.get("message_id", "")), **chosen)
    except ValueError as error:
        raise BadControl(str(error)) from error
    return {"headers": headers, "body": body.decode()}


HANDLERS: dict[tuple[str, str], Callable[[Simulator, dict[str, Any]], Any]] = {
    ("POST", "fault"): _set_fault,
    ("GET", "fault"): lambda simulator, _: _shown_faults(simulator),
    ("DELETE", "fault"): _clear_faults,
    ("POST", "message"): _put_message,
    ("DELETE", "message"): _delete_message,
    ("GET", "messages"): _messages,
    ("POST", "script"): _script,
    ("POST", "advance"): _advance,
    ("GET", "requests"): _requests,
    ("DELETE", "requests"): lambda simulator, _: _clear_requests(simulator),
    ("POST", "reset"): _reset,
    ("POST", "options"): _options,
    ("POST", "fill"): _fill,
    ("GET", "accounts"): lambda simulator, _: _accounts(simulator),
    ("POST", "expire"): _expire,
    ("POST", "webhook"): _webhook,
}
