"""HighLevel's conversations API: messages, e-mails, the export, and OAuth with rotating refresh tokens.

Vendor pages: marketplace.gohighlevel.com/docs, "Get message by message id".
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from local.simulators import highlevel_events, relay
from local.simulators.base import Simulator
from local.simulators.broken import changed
from local.simulators.desk import DEFAULT, SECOND, STATIC
from local.simulators.highlevel_export import cursor_for, is_date, offset_of, wanted
from local.simulators.messages.highlevel import LOCATION, MESSAGES, SECOND_LOCATION, filler
from local.simulators.oauth import TokenEndpoint
from local.simulators.store import Held
from local.simulators.turn import Call, Delivery, Turn, page_of, whole
from local.simulators.wire import Answer, Request, json_answer

VERSIONS = ("v3", "2023-02-21", "2021-07-28", "2021-04-15", "legacy")
STATIC_TOKEN = "sim-highlevel-private-integration-token"  # noqa: S105 - the simulator's own
WINDOW_SECONDS, WINDOW_CALLS, DAILY_CALLS = 10.0, 100, 200_000
CHANNELS = ("Call", "SMS", "Email", "WhatsApp", "Instagram", "Facebook")
TEXTS = {
    "unauthorized": (401, "Invalid token: access token is invalid", "Unauthorized"),
    "expired_token": (401, "Invalid token: access token is expired", "Unauthorized"),
    "scope": (401, "The token is not authorized for this scope.", "Unauthorized"),
    "location": (401, "The token does not have access to this location", "Unauthorized"),
    "auth_class": (401, "This AuthClass is not yet supported", "Unauthorized"),
    "forbidden": (403, "Forbidden resource", "Forbidden"),
    "not_found": (404, "Message not found", "Not Found"),
    "bad_request": (400, "Bad Request", None),
    "rate_limited": (429, "Too Many Requests", "Too Many Requests"),
    "unavailable": (503, "Service Unavailable", "Service Unavailable"),
    "server_error": (500, "Internal server error", "Internal Server Error"),
    "gateway_timeout": (504, "Gateway Timeout", "Gateway Timeout"),
}


class HighLevel(Simulator):
    """HighLevel. Options: `enveloped` (`{"message":{…}}`, else bare), `email_envelope` (a name around an
    e-mail; bare by default, as documented), `camel_case_tokens`.

    The account `default` and `second` use OAuth, `static` a Private Integration Token of the location of
    `default`. `account()` always names the refresh token that is good now.
    """

    provider = "highlevel"
    updated_field = "dateUpdated"
    fixtures = MESSAGES
    envelope = "message"
    rate_limit = (100, 10)
    page_limit = 500
    asked_besides = frozenset({"parts"})  # the id may be an e-mail's
    histories = (
        ("pending", "sent", "delivered", "read"),
        ("sent", "failed", "delivered"),
        ("scheduled", "sent", "undelivered"),
        ("delivered", "sent", "read", "delivered"),
    )
    default_options: ClassVar[Mapping[str, Any]] = {
        "enveloped": True,
        "email_envelope": None,
        "camel_case_tokens": False,
    }
    extra_kinds = frozenset({"location", "auth_class", "login_refused"})
    #: A word not in the list, a new field and an object where a text belongs.
    drifted: ClassVar[Mapping[str, Any]] = {
        "status": "teleported",
        "deliveryHint": {"carrier": "simulated"},
        "source": {"kind": 1},
    }
    credentials: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        DEFAULT: {"client_id": "sim-highlevel-client", "client_secret": "simulated-client-secret-default"},
        SECOND: {"client_id": "sim-highlevel-client-2", "client_secret": "simulated-client-secret-second"},
        STATIC: {"token": STATIC_TOKEN},
    }
    locations: ClassVar[Mapping[str, str]] = {DEFAULT: LOCATION, SECOND: SECOND_LOCATION, STATIC: LOCATION}

    def __init__(self, origin: str = "http://127.0.0.1:8000", clock: Callable[[], float] = time.time) -> None:
        self.key = highlevel_events.KEY
        self.events = 0
        super().__init__(origin, clock)

    def account(self, name: str = DEFAULT) -> dict[str, Any]:
        """The account's settings, with the public key of the webhooks (base64 SPKI; PEM for `second`)."""
        with self.lock:
            settings = {**super().account(name), "version": "2021-07-28", "location_id": self.locations[name]}
            if name in self.oauth.current:
                settings["refresh_token"] = self.oauth.current[name]
            settings["webhook_public_keys"] = [highlevel_events.public_key(self.key, pem=name == SECOND)]
            return settings

    def reset_tokens(self) -> None:
        """New refresh tokens; every access token is forgotten."""
        clients = {
            account: (held["client_id"], held["client_secret"], self.locations[account])
            for account, held in self.credentials.items()
            if "client_id" in held
        }
        self.oauth = TokenEndpoint(clients, self.clock)
        self.access, self.refresh = self.oauth.access, self.oauth.refresh
        self.access.fixed(STATIC, STATIC_TOKEN)
        self.recent: deque[float] = deque(maxlen=WINDOW_CALLS)
        self.today = 0

    def identify(self, request: Request, path: list[str]) -> Call | None:
        """Routes: the token call, `…/messages/{id}`, `…/messages/email/{id}`, `…/messages/export`."""
        if path == ["oauth", "token"] and request.method == "POST":
            return Call("login")
        if request.method != "GET" or tuple(path[:2]) != ("conversations", "messages"):
            return None
        match list(path[2:]):
            case ["export"]:
                return Call("list")
            case ["email", email_id] if email_id:
                return Call("parts", email_id)
            case [message_id] if message_id:
                return Call("message", message_id)
        return None

    def authenticate(self, turn: Turn) -> str | Answer:
        """A supported `Version` and a good token; the 401 tells an old token from a wrong one."""
        version = turn.request.headers.get("version")
        if version is None:
            return _refusal(401, "version header was not found.", "Unauthorized")
        if version not in VERSIONS:
            return _refusal(400, f"version {version} is not supported", None)
        account = self.access.find_account(turn.request.bearer())
        known = self.find_account(turn.request) is not None
        return account or self.problem("expired_token" if known else "unauthorized", turn)

    def finish(self, answer: Answer, turn: Turn) -> Answer:
        """The `X-RateLimit-*` headers; the budget is counted, but only a fault refuses."""
        now = self.clock()
        self.recent.append(now)
        self.today += 1
        limited = turn.has("rate_limited")
        used = sum(1 for at in self.recent if now - at < WINDOW_SECONDS)
        daily = limited and turn.fault is not None and turn.fault.daily
        return (
            super()
            .finish(answer, turn)
            .with_headers(
                {
                    "x-ratelimit-max": str(WINDOW_CALLS),
                    "x-ratelimit-remaining": str(0 if limited else max(WINDOW_CALLS - used, 0)),
                    "x-ratelimit-interval-milliseconds": str(int(WINDOW_SECONDS * 1000)),
                    "x-ratelimit-limit-daily": str(DAILY_CALLS),
                    "x-ratelimit-daily-remaining": str(0 if daily else max(DAILY_CALLS - self.today, 0)),
                }
            )
        )

    def login(self, turn: Turn) -> Answer:
        """`POST /oauth/token`, form or JSON."""
        camel = bool(self.options["camel_case_tokens"])
        return self.oauth.answer(turn.request.fields(), camel=camel, refused=turn.has("login_refused"))

    def wrap(self, turn: Turn) -> Any:
        """`{"message": …}` or bare; under `v3` with `from`, `to` and `error`."""
        message = turn.payload
        if turn.request.headers.get("version") == "v3":
            message = {**message, **turn.parts.get("v3", {})}
        return {"message": message} if self.options["enveloped"] else message

    def parts(self, turn: Turn) -> Answer:
        """One e-mail of a message."""
        for held in self.store.all(turn.account):
            email = held.parts.get("emails", {}).get(turn.call.message_id)
            if email is not None:
                body = changed(email, "id", turn.fault, self.drifted)
                name = self.options["email_envelope"]
                return json_answer(200, {name: body} if name else body)
        return self.problem("not_found", turn)

    def listing(self, turn: Turn) -> Answer:
        """`conversations/messages/export`: everything but e-mail, unless `channel` says otherwise."""
        query = turn.request.query
        faults = self._faulty(query)
        if faults:
            return self._unprocessable(faults)
        if query.get("locationId", self.locations[turn.account]) != self.locations[turn.account]:
            return self.problem("location", turn)
        limit = whole(query.get("limit"), 100, 10, 500) or 100
        field = "dateUpdated" if query.get("sortBy") == "updatedAt" else "dateAdded"
        found = [held.message for held in self.store.all(turn.account) if wanted(held.message, query)]
        found.sort(
            key=lambda message: str(message.get(field) or message["dateAdded"]),
            reverse=query.get("sortOrder", "desc") == "desc",
        )
        start = offset_of(query.get("cursor")) or 0
        after = start + limit
        body = {"messages": page_of(found, start, limit), "total": len(found)}
        return json_answer(200, {**body, "nextCursor": cursor_for(after) if after < len(found) else None})

    def _faulty(self, query: Mapping[str, str]) -> list[str]:
        checks = {
            "limit must be between 10 and 500": whole(query.get("limit"), 100, 10, 500) is not None,
            "channel must be one of the allowed values": query.get("channel", "SMS") in CHANNELS,
            "sortBy must be createdAt or updatedAt": query.get("sortBy", "createdAt") in ("createdAt", "updatedAt"),
            "sortOrder must be asc or desc": query.get("sortOrder", "desc") in ("asc", "desc"),
            "startDate and endDate must be dates": is_date(query.get("startDate")) and is_date(query.get("endDate")),
            "cursor is not valid": offset_of(query.get("cursor")) is not None,
        }
        return [text for text, right in checks.items() if not right]

    def problem(self, kind: str, turn: Turn) -> Answer:
        """`{statusCode, message, error}`; a 422 has its messages in an array."""
        if kind == "unprocessable":
            return self._unprocessable(["id must be a valid message id"])
        status, message, error = TEXTS.get(kind, TEXTS["server_error"])
        return _refusal(turn.status or status, message, error)

    def _unprocessable(self, messages: list[str]) -> Answer:
        body = {"statusCode": 422, "message": messages, "error": "Unprocessable Entity"}
        return json_answer(422, body)

    def filler(self, number: int) -> Held:
        """A delivered SMS, one per minute."""
        return filler(number)

    def deliver(self, delivery: Delivery) -> tuple[dict[str, str], bytes]:
        """`InboundMessage` or `OutboundMessage` (by default what the message is), signed with Ed25519.

        Other events (`ConversationUnreadUpdate`, `LCEmailStats`, `INSTALL`, …) carry no message id. For an
        e-mail the payload names `threadId` (the message) and `emailMessageId`. Styles: `ed25519` (default),
        `unsigned` (the header's value is `N/A`). `event_id` is the `webhookId`; a secret is not used.
        """
        self.events += 1
        event_id = delivery.event_id or highlevel_events.webhook_id(self.events)
        payload = highlevel_events.payload(delivery, self.locations[delivery.account], event_id)
        body = relay.encode({**payload, **delivery.changes})
        return highlevel_events.headers(self.key, delivery.style, body), body


def _refusal(status: int, message: str, error: str | None) -> Answer:
    body: dict[str, Any] = {"statusCode": status, "message": message}
    return json_answer(status, {**body, "error": error} if error else body)


SIMULATOR = HighLevel
