"""CareCloud's REST interface (v1.0): messages, their detail, and logging in.

Vendor pages: carecloud.readme.io ("Get a message", "Authentication").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from local.simulators import relay
from local.simulators.base import Simulator
from local.simulators.desk import DEFAULT, SECOND, STATIC
from local.simulators.messages.carecloud import CHANNELS, MESSAGES, filler
from local.simulators.store import Held
from local.simulators.tokens import Tokens
from local.simulators.turn import Call, Delivery, Turn, page_of, whole
from local.simulators.wire import Answer, Request, json_answer

STATIC_TOKEN = "sim-carecloud-static-token"  # noqa: S105 - the simulator's own, worth nothing elsewhere
TITLES = {
    400: ("Neplatný parametr", "Bad input parameter"),
    401: ("Neplatné přihlášení", "Invalid credentials or token"),
    403: ("Přístup zamítnut", "Forbidden"),
    404: ("Nenalezeno", "The resource was not found"),
    405: ("Metoda není povolena", "Method not allowed"),
    500: ("Chyba serveru", "Internal server error"),
}


class CareCloud(Simulator):
    """CareCloud.

    Options: `token_seconds` of a login, `login_status` (200 or 201), `max_age` of `Cache-Control`.
    """

    provider = "carecloud"
    base_path = "/v1.0"
    id_field = "message_id"
    updated_field = "last_change"
    fixtures = MESSAGES
    envelope = "data"
    calls_beside_list = 2
    histories = ((0, 5, 1, -1), (0, 1), (0, 1, 4, 0), (5, 0, 2))
    default_options: ClassVar[Mapping[str, Any]] = {
        "token_seconds": 7 * 3600,
        "login_status": 200,
        "max_age": None,
    }
    extra_kinds = frozenset({"login_refused"})
    #: A status not in the list, a new field and a number where a string belongs.
    drifted: ClassVar[Mapping[str, Any]] = {
        "status": 77,
        "delivery_channel_hint": {"carrier": "simulated"},
        "title": 12345,
    }
    credentials: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        DEFAULT: {
            "login": "webservice.default",
            "password": "simulated-password-default",
            "external_application_id": "8f00000000000000000000a1",
            "time_zone": "Europe/Prague",
            "webhook_secrets": ["carecloud-webhook-secret-default", "carecloud-webhook-secret-before"],
        },
        SECOND: {
            "login": "webservice.second",
            "password": "simulated-password-second",
            "external_application_id": "8f00000000000000000000a2",
            "time_zone": "Europe/London",
            "webhook_secrets": ["carecloud-webhook-secret-second"],
        },
        STATIC: {
            "token": STATIC_TOKEN,
            "time_zone": "Europe/Prague",
            "webhook_secrets": ["carecloud-webhook-secret-static"],
        },
    }

    def reset_tokens(self) -> None:
        """Forget every login."""
        self.access = Tokens("carecloud", self.clock)
        self.access.fixed(STATIC, STATIC_TOKEN)

    def identify(self, request: Request, path: list[str]) -> Call | None:
        """Routes: the login, `messages`, `messages/{id}`, `…/detail`, `communication-channels`."""
        wrong = "" if request.method == "GET" else "not_allowed"
        match path:
            case ["users", "actions", "login"]:
                return Call("login", action="" if request.method == "POST" else "not_allowed")
            case ["messages"]:
                return Call("list", action=wrong)
            case ["messages", message_id]:
                return Call("message", message_id, wrong)
            case ["messages", message_id, "detail"]:
                return Call("parts", message_id, wrong)
            case ["communication-channels"]:
                return Call("other", action=wrong or "channels")
        return None

    def authenticate(self, turn: Turn) -> str | Answer:
        """405 for the wrong method, else by a login's token or the static one."""
        if turn.call.action == "not_allowed":
            return self._not_allowed(turn)
        return super().authenticate(turn)

    def _not_allowed(self, turn: Turn) -> Answer:
        return self._error(405, "method_not_allowed_exception", {"http_method": turn.request.method})

    def finish(self, answer: Answer, turn: Turn) -> Answer:
        """`Cache-Control` if the option asks for it; titles in Czech, unless English is preferred."""
        english = not turn.request.headers.get("accept-language", "cs").lower().startswith("cs")
        if english and answer.status in TITLES:
            czech, plain = TITLES[answer.status]
            body = answer.body.replace(czech.encode(), plain.encode())
            answer = Answer(answer.status, body, answer.headers)
        if self.options["max_age"] is not None and answer.status == 200:
            answer = answer.with_headers({"cache-control": f"max-age={self.options['max_age']}"})
        return super().finish(answer, turn)

    def login(self, turn: Turn) -> Answer:
        """A token for an account whose three values are right; wrong ones are a 400."""
        if turn.call.action == "not_allowed":
            return self._not_allowed(turn)
        given = turn.request.fields()
        names = {
            "login": "login",
            "password": "password",
            "user_external_application_id": "external_application_id",
        }
        for account, held in self.credentials.items():
            if "login" in held and all(given.get(sent) == held[key] for sent, key in names.items()):
                if turn.has("login_refused"):
                    break
                return self._logged_in(account)
        return self.problem("login_refused", turn)

    def _logged_in(self, account: str) -> Answer:
        seconds = float(self.options["token_seconds"])
        zone = ZoneInfo(str(self.credentials[account]["time_zone"]))
        until = datetime.fromtimestamp(self.clock(), zone) + timedelta(seconds=seconds)
        user = {
            "user_id": "8f00000000000000000000b1",
            "login": self.credentials[account]["login"],
            "first_name": "Web",
            "last_name": "Service",
            "email": f"{account}@example.com",
            "phone": "+447700900199",
        }
        data = {
            "bearer_token": self.access.issue(account, seconds),
            "valid_to": until.strftime("%Y-%m-%d %H:%M:%S"),
            "user": user,
        }
        return json_answer(int(self.options["login_status"]), {"data": data})

    def later(self, text: str) -> str:
        """A local time, with a blank between date and time."""
        return (datetime.fromisoformat(text) + timedelta(minutes=1)).strftime("%Y-%m-%d %H:%M:%S")

    def parts(self, turn: Turn) -> Answer:
        """The bodies of a message: `messages/{id}/detail`."""
        held = self.store.find(turn.account, turn.call.message_id)
        if held is None:
            return self.missing(turn)
        empty: dict[str, Any] = {"plain_text_body": "", "html_body": "", "attachments": []}
        empty["last_change"] = held.message.get("last_change")
        return json_answer(200, {"data": held.parts.get("detail") or empty})

    def other(self, turn: Turn) -> Answer:
        """The channels with their string ids."""
        if turn.call.action != "channels":
            return self.problem("not_found", turn)
        return json_answer(200, {"data": {"communication_channels": CHANNELS, "total_items": len(CHANNELS)}})

    def listing(self, turn: Turn) -> Answer:
        """`messages?count&offset&sort_field&sort_direction` with the documented filters, ANDed."""
        query = turn.request.query
        count, offset = whole(query.get("count"), 100, 1), whole(query.get("offset"), 0, 0)
        for name, value in (("count", count), ("offset", offset)):
            if value is None:
                return self._invalid(name, "invalid_value_format", query[name])
        found = [held.message for held in self.store.all(turn.account) if _wanted(held.message, query)]
        field = query.get("sort_field")
        if field:
            backwards = query.get("sort_direction", "ASC").upper() == "DESC"
            found.sort(key=lambda message: str(message.get(field) or ""), reverse=backwards)
        page = page_of(found, offset or 0, count or 100)
        return json_answer(200, {"data": {"messages": page, "total_items": len(found)}})

    def missing(self, turn: Turn) -> Answer:
        """404, or the 400 with the reason `deleted` for a message that once was there."""
        if (turn.account, turn.call.message_id) in self.store.deleted:
            return self._invalid("message_id", "deleted", turn.call.message_id)
        return self.problem("not_found", turn)

    def problem(self, kind: str, turn: Turn) -> Answer:
        """CareCloud's error object; 429 and 503 have no body."""
        match kind:
            case "rate_limited":
                return Answer(429)
            case "unavailable":
                return Answer(turn.status or 503)
            case "unauthorized" | "expired_token":
                return self._error(401, "unauthorized_exception", {})
            case "login_refused":
                return self._error(400, "user_login_exception", {})
            case "scope" | "forbidden":
                data = {"invalid_resource_name": "messages", "interface": "Enterprise"}
                return self._error(403, "interface_not_allowed_exception", data)
            case "not_found":
                data = {"resource_name": "messages", "resource_id": turn.call.message_id}
                return self._error(404, "resource_not_found_exception", data)
            case "bad_request":
                return self._invalid("message_id", "invalid_value_format", turn.call.message_id)
            case "unprocessable":
                return self._invalid("message_id", "not_found", turn.call.message_id)
        return self._error(504 if kind == "gateway_timeout" else 500, "internal_server_exception", {})

    def _invalid(self, name: str, reason: str, value: str) -> Answer:
        entry = {"name": name, "reason": reason, "value": value, "message": f"{name}: {reason}"}
        return self._error(400, "invalid_params_exception", {"invalid_params": [entry]})

    def _error(self, status: int, name: str, data: Mapping[str, Any]) -> Answer:
        title = TITLES.get(status, TITLES[500])[0]
        error = {"type": name, "exception": name, "title": title, "detail": title, "error_data": dict(data)}
        return json_answer(status, {"error": error})

    def filler(self, number: int) -> Held:
        """An SMS, one per minute."""
        return filler(number)

    def tell(self, message_id: str, words: Sequence[Any], number: int) -> tuple[dict[str, str], bytes]:
        """What a relay posts about the message."""
        return relay.telling(self, message_id, words, number)

    def deliver(self, delivery: Delivery) -> tuple[dict[str, str], bytes]:
        """The JSON an admin enters in a scenario; `event` `many` names the ids as a list.

        Styles: `bearer` (default), `basic`, `token` (no header: the secret goes into `?token=`).
        """
        return relay.webhook(delivery, self.credentials[delivery.account]["webhook_secrets"][0])


def _wanted(message: Mapping[str, Any], query: Mapping[str, str]) -> bool:
    for name in ("customer_id", "contact", "communication_channel_id"):
        if query.get(name) and str(message.get(name) or "") != query[name]:
            return False
    sent = str(message.get("send_time") or "")
    low, high = (query.get(name, "").replace("T", " ") for name in ("send_time_from", "send_time_to"))
    return not (low and sent < low) and not (high and (not sent or sent > high))


SIMULATOR = CareCloud
