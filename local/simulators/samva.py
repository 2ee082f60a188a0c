"""Samva's API (the seed's generation 1, with the newer errors): messages by `X-API-Key`.

Vendor pages: samva.app API reference, "Get Message", "List Messages".
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

from standardwebhooks.webhooks import Webhook

from local.simulators import relay
from local.simulators.base import Simulator
from local.simulators.desk import DEFAULT, SECOND
from local.simulators.messages.samva import MESSAGES, filler
from local.simulators.store import Held
from local.simulators.tokens import Tokens
from local.simulators.turn import Call, Delivery, Turn, page_of, whole
from local.simulators.wire import Answer, Request, json_answer

ID = re.compile(r"msg_\w+|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
TAGS = {
    "unauthorized": (401, "UnauthorizedError", "Invalid API key"),
    "expired_token": (401, "UnauthorizedError", "API key expired"),
    "scope": (403, "ForbiddenError", "API key lacks the permission"),
    "forbidden": (403, "ForbiddenError", "Forbidden"),
    "flag_disabled": (403, "FlagDisabledError", "Feature is disabled"),
    "payment_required": (402, "PaymentRequiredError", "Usage limit reached"),
    "conflict": (409, "ConflictError", "Conflict"),
    "not_found": (404, "ResourceNotFoundError", "Message not found"),
    "bad_request": (400, "BadRequestError", "Bad request"),
    "unprocessable": (422, "ValidationError", "Validation failed"),
    "rate_limited": (429, "RateLimitedError", "Too many requests"),
    "unavailable": (503, "InternalError", "Service unavailable"),
    "server_error": (500, "InternalError", "Internal error"),
    "external_service": (502, "ExternalServiceError", "Carrier unavailable"),
    "gateway_timeout": (504, "GatewayTimeoutError", "Carrier timed out"),
}
CODES = {
    401: "UNAUTHORIZED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    422: "VALIDATION_ERROR",
    429: "RATE_LIMITED",
}
#: Signs generation 2; also the two secrets' order in the account's list.
HMAC_SECRET, STANDARD_SECRET = 0, 1


class Samva(Simulator):
    """Samva. Options: `errors`, `tag` (flat, `_tag`) or `older` (`{"error":{code,message,details}}`)."""

    provider = "samva"
    base_path = "/api/v1"
    updated_field = "updatedAt"
    fixtures = MESSAGES
    histories = (
        ("queued", "processing", "sent", "delivered"),
        ("processing", "sent", "failed"),
        ("sent", "delivered", "read", "sent"),
        ("sent", "bounced"),
    )
    page_limit = 100
    showcase = "5d0c2b7e-0000-4000-8000-0000000000a1"  # the seed's own example is made of placeholders
    default_options: ClassVar[Mapping[str, Any]] = {"errors": "tag"}
    extra_kinds = frozenset({"flag_disabled", "payment_required", "conflict", "external_service"})
    #: A word not in the list, a new field and an object where a boolean belongs.
    drifted: ClassVar[Mapping[str, Any]] = {
        "status": "teleported",
        "deliveryHint": {"carrier": "simulated"},
        "isTest": "perhaps",
    }
    credentials: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        DEFAULT: {
            "api_key": "sim-samva-key-default",
            "webhook_secrets": [
                "samva-webhook-secret-default",
                "whsec_c2ltdWxhdGVkLXNhbXZhLXNlY3JldC0wMQ==",
            ],
        },
        SECOND: {
            "api_key": "sim-samva-key-second",
            "webhook_secrets": [
                "samva-webhook-secret-second",
                "whsec_c2ltdWxhdGVkLXNhbXZhLXNlY3JldC0wMg==",
            ],
        },
    }

    def reset_tokens(self) -> None:
        """Know the two keys; number the answers from one."""
        self.access = Tokens("samva", self.clock)
        self.answers = 0
        for account, held in self.credentials.items():
            self.access.fixed(account, held["api_key"])

    def identify(self, request: Request, path: list[str]) -> Call | None:
        """Routes: `messages`, `messages/{id}`; the page's literal `messages/:id?id=…` works too."""
        if request.method != "GET":
            return None
        match path:
            case ["messages"]:
                return Call("list")
            case ["messages", ":id"]:
                return Call("message", request.query.get("id", ":id"))
            case ["messages", message_id] if message_id:
                return Call("message", message_id)
        return None

    def credential(self, request: Request) -> str | None:
        """`X-API-Key`."""
        return request.headers.get("x-api-key")

    def finish(self, answer: Answer, turn: Turn) -> Answer:
        """`x-request-id`: the one that was sent, else a number."""
        self.answers += 1
        own = f"req_simulated_{self.answers:06d}"
        sent = turn.request.headers.get("x-request-id", own)
        return super().finish(answer, turn).with_headers({"x-request-id": sent})

    def listing(self, turn: Turn) -> Answer:
        """`messages?page&limit` → `{items, pagination}`, newest first."""
        query = turn.request.query
        page, limit = whole(query.get("page"), 1, 1), whole(query.get("limit"), 20, 1, 100)
        if page is None or limit is None:
            return self._tagged("unprocessable", {"fields": {"limit": ["must be from 1 to 100"]}})
        found = [held.message for held in self.store.all(turn.account)]
        found.sort(key=lambda message: str(message.get("createdAt") or ""), reverse=True)
        pagination = {
            "page": page,
            "limit": limit,
            "total": len(found),
            "totalPages": -(-len(found) // limit),
        }
        items = page_of(found, (page - 1) * limit, limit)
        return json_answer(200, {"items": items, "pagination": pagination})

    def missing(self, turn: Turn) -> Answer:
        """404, or 422 for an id that is neither a UUID nor `msg_…`."""
        kind = "not_found" if ID.fullmatch(turn.call.message_id) else "unprocessable"
        return self.problem(kind, turn)

    def problem(self, kind: str, turn: Turn) -> Answer:
        """Samva's tagged errors; a 429 says how long to wait in its body."""
        extra: dict[str, Any] = {}
        if kind == "rate_limited":
            extra = {"retryAfterSeconds": turn.fault.retry_after_seconds if turn.fault else 1}
        elif kind == "not_found":
            extra = {"resource": "message", "id": turn.call.message_id}
        elif kind == "unprocessable":
            extra = {"fields": {"id": ["Invalid uuid"]}}
        elif kind == "payment_required":
            extra = {"currentUsage": 1000, "limit": 1000}
        return self._tagged(kind, extra, turn.status)

    def _tagged(self, kind: str, extra: Mapping[str, Any], status: int | None = None) -> Answer:
        usual, tag, text = TAGS[kind]
        if self.options["errors"] == "older":
            code = CODES.get(usual, "INTERNAL_ERROR")
            return json_answer(status or usual, {"error": {"code": code, "message": text, "details": dict(extra)}})
        return json_answer(status or usual, {"_tag": tag, "message": text, **extra})

    def filler(self, number: int) -> Held:
        """A delivered SMS, one per minute."""
        return filler(number)

    def tell(self, message_id: str, words: Sequence[Any], number: int) -> tuple[dict[str, str], bytes]:
        """Both generations; the first names an event only once, hence those that are no statuses."""
        if number < len(words):
            style = "gen2" if number % 2 else "gen3"
            return self.webhook(message_id, f"message.{words[number]}", style=style)
        return self.webhook(message_id, f"message.note{number}")

    def deliver(self, delivery: Delivery) -> tuple[dict[str, str], bytes]:
        """`message.<status>` (default) or any other event.

        Styles: `gen2` (default; HMAC in hexadecimal with the account's first secret) and `gen3` (Standard
        Webhooks with its `whsec_…` secret; the time of the delivery is signed). `X-Webhook-Id` of `gen2` is
        the endpoint's and never changes; `event_id` is the `webhook-id` of `gen3`.
        """
        message = delivery.held.message if delivery.held else {"channel": "email", "status": "delivered"}
        event = delivery.event or f"message.{message['status']}"
        when = datetime.fromtimestamp(delivery.at, UTC)
        secrets = self.credentials[delivery.account]["webhook_secrets"]
        if delivery.style in (None, "gen2"):
            return _gen2(delivery, event, message, when, delivery.secret or secrets[HMAC_SECRET])
        if delivery.style == "gen3":
            return _gen3(delivery, event, message, when, delivery.secret or secrets[STANDARD_SECRET])
        raise ValueError("style must be 'gen2' or 'gen3'")


def _gen2(
    delivery: Delivery, event: str, message: Mapping[str, Any], when: datetime, secret: str
) -> tuple[dict[str, str], bytes]:
    data = {key: message.get(key) for key in ("channel", "status", "providerMessageId")}
    frame = {"event": event, "messageId": delivery.message_id, "timestamp": _iso(when), "data": data}
    body = relay.encode({**frame, **delivery.changes})
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    headers = {
        "content-type": "application/json",
        "x-webhook-signature": f"sha256={signature}",
        "x-webhook-event": event,
        "x-webhook-id": "5d0c2b7e-0000-4000-8000-0000000000ee",
    }
    return headers, body


def _gen3(
    delivery: Delivery, event: str, message: Mapping[str, Any], when: datetime, secret: str
) -> tuple[dict[str, str], bytes]:
    data = {"messageId": delivery.message_id, "conversationId": message.get("conversationId")}
    frame = {"type": event, "timestamp": _iso(when), "data": data}
    body = relay.encode({**frame, **delivery.changes})
    event_id = delivery.event_id or f"whevt_{hashlib.sha256(body).hexdigest()[:24]}"
    headers = {
        "content-type": "application/json",
        "webhook-id": event_id,
        "webhook-timestamp": str(int(when.timestamp())),
        "webhook-signature": Webhook(secret).sign(event_id, when, body.decode()),
    }
    return headers, body


def _iso(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


SIMULATOR = Samva
