"""Cellcast's report API v2: one sent message, and the list of them.

Vendor pages: developer.cellcast.com, "Get Message Detail", "Get List Sent Messages".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from local.simulators import relay
from local.simulators.base import Simulator
from local.simulators.desk import DEFAULT, SECOND
from local.simulators.messages.cellcast import MESSAGES, filler
from local.simulators.store import Held
from local.simulators.tokens import Tokens
from local.simulators.turn import Call, Delivery, Turn, page_of, whole
from local.simulators.wire import Answer, Request, json_answer

RESERVED = "quick-api-credit-usage"
HEXADECIMAL = re.compile(r"[0-9a-fA-F]+")


class Cellcast(Simulator):
    """Cellcast. Options: `cast_error_status`, the HTTP code of a `CastError` (unrecorded by anyone; 500)."""

    provider = "cellcast"
    id_field = "_id"
    updated_field = "updatedAt"
    fixtures = MESSAGES
    envelope = "data"
    rate_limit = (15, 1)  # of the legacy API
    histories = (
        ("queued", "sent", "delivered"),
        ("pending", "sent", "dead"),
        ("sent", "delivered", "sent"),
        ("blocked",),
    )
    default_options: ClassVar[Mapping[str, Any]] = {"cast_error_status": 500}
    #: `status_false`: not found in a 200; `over_limit`: the legacy API's 429 body; `maintenance`: its flag.
    extra_kinds = frozenset({"status_false", "cast_error", "over_limit", "maintenance"})
    #: A word not in the list, a new field and a text where a number belongs.
    drifted: ClassVar[Mapping[str, Any]] = {
        "status": "teleported",
        "carrierHint": {"name": "simulated"},
        "creditAmount": "one",
    }
    credentials: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        DEFAULT: {
            "token": "sim-cellcast-token-default",
            "default_region": "AU",
            "webhook_secrets": ["cellcast-webhook-secret-default", "cellcast-webhook-secret-before"],
        },
        SECOND: {
            "token": "sim-cellcast-token-second",
            "default_region": "AU",
            "webhook_secrets": ["cellcast-webhook-secret-second"],
        },
    }

    def reset_tokens(self) -> None:
        """Know the two keys."""
        self.access = Tokens("cellcast", self.clock)
        for account, held in self.credentials.items():
            self.access.fixed(account, held["token"])

    def identify(self, request: Request, path: list[str]) -> Call | None:
        """Routes: `api/v2/report/message`, `…/message/{id}` and the other endpoint on that prefix."""
        if request.method != "GET" or tuple(path[:4]) != ("api", "v2", "report", "message"):
            return None
        match list(path[4:]):
            case []:
                return Call("list")
            case [message_id] if message_id == RESERVED:
                return Call("other", action="credits")
            case [message_id]:
                return Call("message", message_id)
        return None

    def wrap(self, turn: Turn) -> Any:
        """The app envelope."""
        body = _envelope(True, "Success", turn.payload)
        for key in turn.parts.get("omit", ()):
            body.pop(key, None)
        return body

    def other(self, turn: Turn) -> Answer:
        """The credit report that shares the messages' prefix."""
        if turn.call.action != "credits":
            return self.problem("not_found", turn)
        return json_answer(200, _envelope(True, "Success", {"totalCredit": 0, "items": []}))

    def listing(self, turn: Turn) -> Answer:
        """`api/v2/report/message?page&limit&campType&fromDate&toDate&status&customString&requestFrom`."""
        query = turn.request.query
        page, limit = whole(query.get("page"), 1, 1), whole(query.get("limit"), 10, 1, 100)
        if query.get("campType") not in ("sms", "mms") or page is None or limit is None:
            text = "campType must be sms or mms" if page and limit else "page or limit is not valid"
            return json_answer(400, _envelope(False, text, {"message": text}))
        found = [held for held in self.store.all(turn.account) if _wanted(held, query)]
        found.sort(key=lambda held: str(held.message.get("createdAt") or ""), reverse=True)
        items = [{**held.message, **held.parts.get("list", {})} for held in page_of(found, (page - 1) * limit, limit)]
        return json_answer(200, _envelope(True, "Success", _page(items, len(found), page, limit)))

    def missing(self, turn: Turn) -> Answer:
        """400 without an id, a `CastError` for one that is not hexadecimal, else 404."""
        if not turn.call.message_id:
            return self.problem("bad_request", turn)
        kind = "not_found" if HEXADECIMAL.fullmatch(turn.call.message_id) else "cast_error"
        return self.problem(kind, turn)

    def problem(self, kind: str, turn: Turn) -> Answer:
        """Cellcast's three shapes of errors."""
        match kind:
            case "unauthorized" | "expired_token":
                return _refusal(401, "Token expired" if kind == "expired_token" else "Please authenticate")
            case "scope" | "forbidden":
                return _refusal(403, "Forbidden")
            case "rate_limited":
                return _refusal(429, "Too many requests")
            case "over_limit":
                body = {"meta": {"code": 429, "status": "OVER_LIMIT"}, "msg": "OVER_LIMIT", "data": {}}
                return json_answer(429, body)
            case "not_found" | "status_false":
                body = _envelope(False, "Message not found", {"message": "Message not found"})
                return json_answer(404 if kind == "not_found" else 200, body)
            case "bad_request":
                return json_answer(
                    400, _envelope(False, "Message ID is required", {"message": "Message ID is required"})
                )
            case "cast_error" | "unprocessable":
                return self._cast_error(turn.call.message_id)
            case "maintenance":
                return json_answer(200, {**_envelope(True, "Under maintenance", {}), "maintainence": 1})
        status = {"unavailable": 503, "gateway_timeout": 504}.get(kind, 500)
        return json_answer(turn.status or status, _envelope(False, "internal server error", {}))

    def _cast_error(self, value: str) -> Answer:
        body = _envelope(False, "internal server error", {"message": "internal server error"})
        body["error"] = {
            "name": "CastError",
            "message": f'Cast to ObjectId failed for value "{value}" at path "_id"',
            "stringValue": f'"{value}"',
            "kind": "ObjectId",
            "value": value,
            "path": "_id",
        }
        return json_answer(int(self.options["cast_error_status"]), body)

    def filler(self, number: int) -> Held:
        """A delivered SMS, one per minute."""
        return filler(number)

    def tell(self, message_id: str, words: Sequence[Any], number: int) -> tuple[dict[str, str], bytes]:
        """Its states one by one, and a reply."""
        if number >= 3:
            return self.webhook(message_id, "receive")
        return self.webhook(message_id, changes={"status": ("queued", "sent", f"{words[-1]} ")[number]})

    def deliver(self, delivery: Delivery) -> tuple[dict[str, str], bytes]:
        """The status of a sent message (`send`, the default) or a reply (`receive`), with `+61…` numbers.

        Styles: `basic` (default; user `webhook`), `bearer`, `token` (no header: the secret is for `?token=`).
        The vendor sends no event id and no time.
        """
        message = delivery.held.message if delivery.held else {}
        ours, theirs = _plus(message.get("sender")), _plus(message.get("receiver"))
        payload: dict[str, Any] = {"_id": delivery.message_id, "type": delivery.event or "send"}
        if payload["type"] == "send":
            payload |= {"status": message.get("status", "delivered"), "sender": ours, "receiver": theirs}
        elif payload["type"] == "receive":
            text = message.get("customerResponse") or "Yes please"
            payload |= {"status": "delivered", "message": text, "sender": theirs, "receiver": ours}
        else:
            raise ValueError("event must be 'send' or 'receive'")
        secret = delivery.secret or self.credentials[delivery.account]["webhook_secrets"][0]
        headers = relay.authorization(delivery.style or "basic", secret)
        return {"content-type": "application/json", **headers}, relay.encode({**payload, **delivery.changes})


def _envelope(success: bool, text: str, data: Any) -> dict[str, Any]:
    return {
        "app_type": "web",
        "app_version": "1.0",
        "maintainence": 0,
        "new_version": 0,
        "force_update": 0,
        "invalid_token": 0,
        "refresh_token": "",
        "show_message": 0,
        "is_enc": False,
        "status": success,
        "message": text,
        "message_type": "toast",
        "data": data,
        "error": {},
    }


def _refusal(status: int, text: str) -> Answer:
    stack = f"APIError: {text}\n    at /srv/app/middlewares/auth.js:21:9"
    return json_answer(status, {"code": status, "message": text, "stack": stack})


def _wanted(held: Held, query: Mapping[str, str]) -> bool:
    message = held.message
    day = str(message.get("createdAt") or message.get("updatedAt") or "")[:10]
    if (query["campType"] == "mms") != bool(message.get("media")):
        return False
    if query.get("fromDate", "") > day or query.get("toDate", "9999") < day:
        return False
    origin = held.parts.get("list", {}).get("request_from")
    pairs = (("status", message.get("status")), ("customString", message.get("customString")))
    return all(query.get(name) in (None, "", value) for name, value in (*pairs, ("requestFrom", origin)))


def _page(items: list[Any], total: int, page: int, limit: int) -> dict[str, Any]:
    pages = -(-total // limit)
    before, after = page > 1, page < pages
    return {
        "items": items,
        "total": total,
        "limit": limit,
        "current": page,
        "totalPages": pages,
        "hasPrevPage": before,
        "hasNextPage": after,
        "prevPage": page - 1 if before else None,
        "nextPage": page + 1 if after else None,
    }


def _plus(number: Any) -> str:
    digits = str(number or "491570157")
    if not digits.isdecimal():
        return digits
    return f"+{digits}" if digits.startswith("61") else f"+61{digits}"


SIMULATOR = Cellcast
