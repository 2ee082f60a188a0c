"""PortSIP PBX's REST API: external messages, both ways to sign in, and the refresh of tokens.

Vendor pages: PortSIP PBX REST API, "External Message", "Auth".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from local.simulators import relay
from local.simulators.base import Simulator
from local.simulators.desk import DEFAULT, SECOND, STATIC
from local.simulators.messages.portsip import MESSAGES, filler
from local.simulators.store import Held
from local.simulators.tokens import Tokens
from local.simulators.turn import Call, Delivery, Turn, page_of, whole
from local.simulators.wire import Answer, Request, json_answer

STATIC_TOKEN = "sim-portsip-static-token"  # noqa: S105 - the simulator's own, worth nothing elsewhere
#: The public client id that the vendor prints for everyone.
CLIENT_ID = "9d806019-75b2-4b3d-bb8b-f5a3a412cc0a"
REFRESH_SECONDS = 30 * 86400.0
TERM = re.compile(r"(created_at|direction|delivery|msg_type) (eq|ne|gt|ge|lt|le) '([^']*)'")
#: Signing in takes these routes; none of them looks at the Authorization header.
SIGN_IN = ("auth/sign_in", "auth/refresh_token", "login/oauth/token", "login/oauth/revoke")


class PortSip(Simulator):
    """PortSIP PBX.

    Options: `expires_in` of access tokens; `rotate` (a refresh gives a new refresh token and ends the old);
    `sign_in` (false: a PBX older than v22.2.11, which has only `login/oauth/token`); `messages_route` (false:
    older than v22.1.7, without external messages); `two_factor`; `honours_filter` (false: `filter` and
    `orderby` are ignored).
    """

    provider = "portsip"
    base_path = "/api"
    refresh: Tokens
    fixtures = MESSAGES
    status_field = "delivery"
    rate_limit = (5_000, 60)
    page_limit = 100
    asked_besides = frozenset({"list"})  # which tells a PBX without messages
    histories = (("SENT", "DELIVERED"), ("SENT", "ERR", "DELIVERED"), ("ERR",), ("DELIVERED", "SENT"))
    default_options: ClassVar[Mapping[str, Any]] = {
        "expires_in": 1800,
        "rotate": True,
        "sign_in": True,
        "messages_route": True,
        "two_factor": False,
        "honours_filter": True,
    }
    extra_kinds = frozenset({"login_refused", "two_factor"})
    #: A delivery word not in the list, a new field and a number where a string belongs.
    drifted: ClassVar[Mapping[str, Any]] = {
        "delivery": "TELEPORTED",
        "media_hint": {"kind": "simulated"},
        "brand": 42,
    }
    credentials: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        DEFAULT: {
            "username": "service.default",
            "password": "simulated-password-default",
            "domain": "default.pbx.example.com",
            "webhook_secrets": ["portsip-webhook-secret-default", "portsip-webhook-secret-before"],
        },
        SECOND: {
            "username": "service.second",
            "password": "simulated-password-second",
            "domain": "second.pbx.example.com",
            "webhook_secrets": ["portsip-webhook-secret-second"],
        },
        STATIC: {"token": STATIC_TOKEN, "webhook_secrets": ["portsip-webhook-secret-static"]},
    }

    def reset_tokens(self) -> None:
        """Forget every session."""
        self.access = Tokens("portsip-access", self.clock)
        self.access.fixed(STATIC, STATIC_TOKEN)
        self.refresh = Tokens("portsip-refresh", self.clock)

    def identify(self, request: Request, path: list[str]) -> Call | None:
        """Routes: the sign-in routes, `external_messages`, `external_messages/{id}`."""
        joined = "/".join(path)
        if joined in SIGN_IN:
            return Call("login", action=joined) if request.method == "POST" else None
        if request.method != "GET" or not self.options["messages_route"]:
            return None
        match path:
            case ["external_messages"]:
                return Call("list")
            case ["external_messages", message_id] if message_id:
                return Call("message", message_id)
        return None

    def login(self, turn: Turn) -> Answer:
        """Sign in with a password, or refresh."""
        given, action = turn.request.fields(), turn.call.action
        if action == "auth/sign_in" and not self.options["sign_in"]:
            return Answer(404)
        if action == "login/oauth/revoke":
            self.access.kill(given.get("token"))
            self.refresh.kill(given.get("token"))
            return json_answer(200, {})
        if action == "login/oauth/token" and given.get("client_id") != CLIENT_ID:
            return _error(400, "UNKNOWN", "unknown client")
        if action == "auth/refresh_token" or given.get("grant_type") == "refresh_token":
            return self._refreshed(str(given.get("refresh_token") or ""), turn)
        return self._signed_in(given, turn)

    def _signed_in(self, given: Mapping[str, Any], turn: Turn) -> Answer:
        for account, held in self.credentials.items():
            names = ("username", "password", "domain")
            if "username" in held and all(given.get(name) == held[name] for name in names):
                if turn.has("login_refused"):
                    break
                if self.options["two_factor"] or turn.has("two_factor"):
                    return self.problem("two_factor", turn)
                return self._session(account, self.refresh.issue(account, REFRESH_SECONDS))
        return self.problem("login_refused", turn)

    def _refreshed(self, token: str, turn: Turn) -> Answer:
        account = self.refresh.find_account(token)
        if account is None or turn.has("login_refused"):
            return _error(400, "UNKNOWN", "the refresh token is invalid or expired")
        if not self.options["rotate"]:
            return self._session(account, token)
        self.refresh.kill(token)
        return self._session(account, self.refresh.issue(account, REFRESH_SECONDS))

    def _session(self, account: str, refresh_token: str) -> Answer:
        seconds = int(self.options["expires_in"])
        return json_answer(
            200,
            {
                "token_type": "Bearer",
                "access_token": self.access.issue(account, float(seconds)),
                "refresh_token": refresh_token,
                "expires_in": seconds,
            },
        )

    def listing(self, turn: Turn) -> Answer:
        """`external_messages?top&skip&filter&orderby` → `{count, items}`."""
        query = turn.request.query
        top, skip = whole(query.get("top"), 100, 1, 100), whole(query.get("skip"), 0, 0)
        if top is None or skip is None:
            return _error(400, "VALIDATE_FAILED", "top must be 1 to 100 and skip at least 0")
        found = [held.message for held in self.store.all(turn.account)]
        if self.options["honours_filter"]:
            found = [message for message in found if _fits(message, query.get("filter", ""))]
            field, _, direction = query.get("orderby", "").partition(" ")
            if field:
                found.sort(key=lambda message: str(message.get(field) or ""), reverse=direction == "desc")
        return json_answer(200, {"count": len(found), "items": page_of(found, skip, top)})

    def problem(self, kind: str, turn: Turn) -> Answer:
        """The errors list; a wrong login is a 400."""
        match kind:
            case "rate_limited":
                return _error(429, "UNKNOWN", "throttled")
            case "unavailable":
                return _error(turn.status or 503, "UNKNOWN", "service unavailable")
            case "unauthorized" | "expired_token":
                return _error(401, "UNAUTHORIZED", "unauthorized")
            case "login_refused":
                return _error(400, "UNAUTHORIZED", "wrong user name or password")
            case "two_factor":
                return json_answer(200, {"two_factor_enabled": True, "token": "sim-portsip-two-factor"})
            case "scope" | "forbidden":
                return _error(403, "FORBIDDEN", "no permission for analytics")
            case "not_found":
                return _error(404, "NOT_FOUND", "no such external message")
            case "bad_request" | "unprocessable":
                return _error(400, "VALIDATE_FAILED", "the id is not valid")
        return _error(504 if kind == "gateway_timeout" else 500, "UNKNOWN", "internal error")

    def filler(self, number: int) -> Held:
        """A delivered SMS, one per minute."""
        return filler(number)

    def tell(self, message_id: str, words: Sequence[Any], number: int) -> tuple[dict[str, str], bytes]:
        """What a relay posts about the message."""
        return relay.telling(self, message_id, words, number)

    def deliver(self, delivery: Delivery) -> tuple[dict[str, str], bytes]:
        """What a user's relay posts; `event` `many` names the ids as a list.

        Styles: `bearer` (default), `basic`, `token` (no header: the secret goes into `?token=`).
        """
        return relay.webhook(delivery, self.credentials[delivery.account]["webhook_secrets"][0])


def _error(status: int, code: str, message: str) -> Answer:
    return json_answer(status, {"errors": [{"code": code, "message": message, "detail": message}]})


def _fits(message: Mapping[str, Any], expression: str) -> bool:
    return all(
        _holds(str(message.get(field) or ""), operator, value) for field, operator, value in TERM.findall(expression)
    )


def _holds(actual: str, operator: str, wanted: str) -> bool:
    left, right = _comparable(actual), _comparable(wanted)
    return {
        "eq": left == right,
        "ne": left != right,
        "gt": left > right,
        "ge": left >= right,
        "lt": left < right,
        "le": left <= right,
    }[operator]


def _comparable(text: str) -> str:
    try:
        return datetime.fromisoformat(text).isoformat(timespec="microseconds")
    except ValueError:
        return text


SIMULATOR = PortSip
