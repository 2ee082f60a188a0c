"""The console as its function serves it, and behind it an API that answers what a test wants: no emulator, no provider.

Messages are the recorded ones' expected results. What a route answers can be replaced (`answer`), and every request is
written down (`asked`).
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from message_detail.entrypoints.console import console_handler
from tests.http_servers import Handler, serving

ROOT: Final = Path(__file__).resolve().parents[2]
KEY: Final = "key-of-the-test"
TOKEN: Final = "token-of-the-test"
SCOPES: Final = ["metadata", "read", "write"]
Answer = tuple[int, Any]
Route = Callable[["FakeApi", dict[str, str], dict[str, Any]], Answer]


def recorded_messages() -> list[dict[str, Any]]:
    """The expected results that hold a message, each with its observations, one per id."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((ROOT / "tests" / "fixtures").glob("*/*.expected.json")):
        expected = json.loads(path.read_text(encoding="utf-8"))
        message = expected.get("message")
        if isinstance(message, dict):
            found.setdefault(message["id"], {**expected, "message": {"withheld": False, **message}})
    return list(found.values())


def problem(status: int, code: str, title: str, detail: str = "", **more: Any) -> Answer:
    """An error as the API answers it."""
    return status, {
        "type": f"/problems/{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        **more,
    }


ENDPOINT: Final = {
    **{"name": "crm", "host": "crm.example.com", "state": "on", "reason": None, "include": "summary", "mode": "all"},
    **dict.fromkeys(("providers", "accounts", "channels", "outcomes")),
    **{"types": ["message_detail.message.stored"], "waiting": 2, "last_success": "2026-06-01T12:00:00.000Z"},
    **{"last_error": "answered 503", "last_error_at": "2026-06-01T11:00:00.000Z"},
}
UNUSABLE: Final = {
    **dict.fromkeys(ENDPOINT),
    **{"name": "broken", "state": "on", "reason": "'url' is missing", "waiting": 0},
}
ATTEMPT: Final = {
    **{"event_id": "evt_1", "type": "message_detail.message.status_changed", "subject": "alpha:default:one"},
    **{"time": "2026-06-01T12:00:00.000Z", "attempt": 1, "at": "2026-06-01T12:00:01.000Z", "milliseconds": 12},
    **{"status": "failed", "status_code": 503, "error": "answered 503", "answer": None},
    **{"next_at": "2026-06-01T12:05:00.000Z"},
}
TAKEN: Final = {
    **ATTEMPT,
    **{"event_id": "evt_2", "type": "message_detail.account.state_changed", "subject": "account:alpha:default"},
    **{"status": "delivered", "status_code": 204, "error": None, "next_at": None},
}


@dataclass
class FakeApi:
    """What is stored, who may ask, and what is answered otherwise."""

    items: list[dict[str, Any]] = field(default_factory=recorded_messages)
    scopes: list[str] = field(default_factory=lambda: list(SCOPES))
    overrides: list[tuple[re.Pattern[str], Answer]] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    drift: list[dict[str, Any]] = field(default_factory=list)
    endpoints: list[dict[str, Any]] = field(default_factory=lambda: [dict(ENDPOINT), dict(UNUSABLE)])
    open: dict[str, Any] = field(default_factory=dict)
    """What is answered without a key, by path."""
    longest: int = 4
    """Messages on one page at most, whatever is asked for: axe takes its time with each row."""
    prefix: str = ""

    def answer(self, pattern: str, status: int, body: Any) -> None:
        """From now on paths (with their query) that match are answered so; the latest one wins."""
        self.overrides.insert(0, (re.compile(pattern), (status, body)))

    def handle(self, method: str, path: str, query: dict[str, str], headers: dict[str, str], body: Any) -> Answer:
        """The answer to a request below /v1/."""
        if path in self.open:
            return 200, self.open[path]
        token = headers.get("authorization", "").removeprefix("Bearer ")
        if token not in (KEY, TOKEN):
            return problem(
                401, "unauthorized", "Not authenticated", "send a valid API key: Authorization: Bearer <key>"
            )
        address = path + ("?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else "")
        for pattern, answer in self.overrides:
            if pattern.search(address):
                return answer
        for shape, route in ROUTES:
            found = re.fullmatch(shape, f"{method} {path}")
            if found:
                return route(self, {**query, **found.groupdict()}, body)
        return problem(404, "not_found", "No such route")

    def find(self, provider: str, message_id: str) -> dict[str, Any] | None:
        """What is stored of a message."""
        wanted = (provider, unquote(message_id))
        return next(
            (
                item
                for item in self.items
                if (item["message"]["provider"], item["message"]["provider_message_id"]) == wanted
            ),
            None,
        )


def _session(api: FakeApi, given: dict[str, str], body: dict[str, Any]) -> Answer:
    scopes = body.get("scopes") or [scope for scope in api.scopes if scope in ("metadata", "read")]
    return 201, {"token": TOKEN, "scopes": scopes, "expires_at": "2030-01-01T00:00:00.000Z"}


def _me(api: FakeApi, given: dict[str, str], body: dict[str, Any]) -> Answer:
    return 200, {"key_id": "support", "scopes": api.scopes, "expires_at": "2030-01-01T00:00:00.000Z"}


def _of_message(told: Callable[[dict[str, Any]], Any]) -> Route:
    """The route of what is told of a stored message."""

    def route(api: FakeApi, given: dict[str, str], body: dict[str, Any]) -> Answer:
        item = api.find(given["provider"], given["id"])
        if item is not None:
            return 200, told(item)
        detail = "the provider has no such message"
        return problem(404, "message_not_found", "No such message", detail, provider=given["provider"])

    return route


def _message(item: dict[str, Any]) -> Any:
    return item["message"]


JOURNAL: Final = [
    {
        **{"step": step, "at": "2026-06-01T12:00:00.000Z", "last_at": "2026-06-01T12:05:00.000Z"},
        **{"count": count, "via": "webhook", "code": code},
    }
    for step, count, code in (("received", 1, None), ("duplicate", 12, None), ("tried", 1, "provider_unavailable"))
]


def _timeline(api: FakeApi, given: dict[str, str], body: dict[str, Any]) -> Answer:
    item, journal = api.find(given["provider"], given["id"]), JOURNAL if given.get("journal") == "true" else []
    if item is None and not journal:
        return problem(404, "message_not_found", "No such message", "look it up first", provider=given["provider"])
    events = item["observations"] if item is not None else []
    return 200, {"items": [*journal, *({"confirmed_at": None, **event} for event in events)]}


def _explanation(item: dict[str, Any]) -> Any:
    message = item["message"]
    recipient = message["to"][0]["address"] if message["to"] else "its recipient"
    bad, good = message["outcome"] == "failure", message["outcome"] == "success"
    failure = message["failure"] and {**message["failure"], "text": "The number can't be reached."}
    words = "Not delivered" if bad else "Delivered" if good else "On its way"
    soon = {"at": "2026-06-01T12:05:00.000Z", "text": "We look again in five minutes."}
    return {
        "answer": words.lower().replace(" ", "_"),
        "sentence": f"{words} to {recipient}, 4 May 2026 09:15:04 UTC.",
        "because": [
            {"at": event["observed_at"], "via": event["via"], "status": event["status"], "confirmed": True,
             "status_native": event["status_native"], "text": f"The provider's API said {event['status']}."}
            for event in reversed(item["observations"])
        ],
        "failure": failure,
        "try_again": "no" if bad else "unknown",
        "advice": "Ask for another number." if bad else None,
        "next": None if message["final"] else soon,
        "as_of": message["provenance"]["fetched_at"],
        "freshness": message["provenance"]["freshness"],
    }  # fmt: skip


def _raw(item: dict[str, Any]) -> Any:
    return {
        "fetched_at": "2026-06-01T12:00:00.000Z",
        "mapping": "test/1",
        "document": item["message"]["extensions"],
    }


def _list(api: FakeApi, given: dict[str, str], body: dict[str, Any]) -> Answer:
    found = [item["message"] for item in api.items]
    for name in ("provider", "account", "outcome", "status"):
        if given.get(name):
            found = [message for message in found if message[name] in given[name].split(",")]
    if given.get("address"):
        found = [
            one
            for one in found
            if given["address"] in (to["address"] for to in [*one["to"], one["from"] or {"address": None}])
        ]
    start, limit = int(given.get("cursor", "0")), min(int(given.get("limit", "25")), api.longest)
    rest = found[start : start + limit]
    return 200, {"items": rest, "next_cursor": str(start + limit) if start + limit < len(found) else None}


def _search(api: FakeApi, given: dict[str, str], body: dict[str, Any]) -> Answer:
    q = given["q"]
    items = [
        {"match": "message_id", "message": item["message"]}
        for item in api.items
        if q in (item["message"]["id"], item["message"]["provider_message_id"])
    ]
    items += [{"match": "address", "message": one} for one in _list(api, {"address": q, "limit": "10"}, {})[1]["items"]]
    more = f"/v1/messages?address={q}" if len(items) >= api.longest else None
    return 200, {"items": items, "more": {"address": more, "conversation": None, "reference": None}}


def _providers(api: FakeApi, given: dict[str, str], body: dict[str, Any]) -> Answer:
    names = sorted({item["message"]["provider"] for item in api.items}) or ["alpha"]
    nothing = {"cooling_down_until": None, "last_error": None, "last_error_code": None, "last_error_detail": None}
    account = {"account": "default", "state": "ok", "last_success": "2026-06-01T12:00:00.000Z", **nothing}
    return 200, {"items": [
        {"provider": name, "title": name.capitalize(), "state": "ok", "accounts": [account], "list": True,
         "webhook": {"path": f"/v1/webhooks/{name}"}, "dead_letters_last_day": 0, "drift_last_day": 0} for name in names
    ]}  # fmt: skip


def _drift(api: FakeApi, given: dict[str, str], body: dict[str, Any]) -> Answer:
    return 200, {"items": api.drift}


def _endpoints(api: FakeApi, given: dict[str, str], body: dict[str, Any]) -> Answer:
    return 200, {"items": api.endpoints}


def _deliveries(api: FakeApi, given: dict[str, str], body: dict[str, Any]) -> Answer:
    found = [one for one in (ATTEMPT, TAKEN) if given.get("status") in (None, one["status"])]
    return 200, {"items": found, "next_cursor": None if "cursor" in given else "older"}


def _stand(state: str) -> Route:
    def route(api: FakeApi, given: dict[str, str], body: dict[str, Any]) -> Answer:
        api.endpoints[0] |= {"state": state, "reason": "somebody asked for it" if state == "paused" else None}
        return 200, {"name": given["id"], "state": state, "changed": True}

    return route


def _seconds(n: int) -> dict[str, Any]:
    known = {"p50": 4.0, "p90": 9.0, "p95": 31.0, "p99": 65.0} if n else dict.fromkeys(("p50", "p90", "p95", "p99"))
    return {"n": n, **known, "within_10": n, "within_60": n, "within_300": n}


def _row(messages: list[dict[str, Any]], of: dict[str, Any]) -> dict[str, Any]:
    """Made-up figures of some messages; of the first provider by name there is no rate."""
    n, unrated = len(messages), of.get("provider") == "carecloud"
    failed = sum(one["outcome"] == "failure" for one in messages)
    return {
        **dict.fromkeys(("day", "provider", "account", "channel", "direction", "country")), **of,
        "messages": n, "by_status": {}, "decided": n, "delivered": n - failed, "failed": failed, "undecided": 0,
        "uncertain": 0, "delivery_rate": None if unrated else "0.812500",
        "no_rate": "never_reported" if unrated else None,
        "delivery_rate_interval": None if unrated else ["0.569900", "0.934100"],
        "failures": [{"category": "unreachable", "permanence": "temporary", "count": failed}] if failed else [],
        "seconds_to_delivered": _seconds(0 if unrated else n), "seconds_to_know": _seconds(n),
        "learned_by": {"lookup": n, "webhook": 2, "refresh": 0, "sync": 0, "reconcile": 1}, "segments": n,
        "cost": [{"unit": "AUD", "amount": "1.20", "per_delivered": "0.050000"}],
        "discrepancies": 0, "drift": 0, "replied": 0, "opted_out": 0,
    }  # fmt: skip


def _stats(api: FakeApi, given: dict[str, str], body: dict[str, Any]) -> Answer:
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    names = [name for name in given.get("group_by", "").split(",") if name]
    for item in api.items:
        of = {**item["message"], "country": "AU"}
        groups.setdefault(tuple(of[name] for name in names), []).append(item["message"])
    rows = [_row(messages, dict(zip(names, values, strict=True))) for values, messages in sorted(groups.items())]
    counted = "2026-06-01T12:00:00.000Z" if rows else None
    return 200, {
        "as_of": counted,
        "open_days": [given["to"]],
        "counting": False,
        "rows": rows or ([_row([], {})] if not names else []),
    }


def _fixed(status: int, body: Any) -> Route:
    return lambda api, given, sent: (status, body)


SYNC: Final = {
    **{"state": "done", "account": "default", "error": None, "reason": None},
    **{"pages": 2, "seen": 40, "new": 3, "changed": 1, "skipped": 0, "total": 40},
}
DEAD: Final = [
    {
        **{"reason": "provider_refused", "detail": "the provider refuses the token", "task": "message"},
        **{"at": "2026-06-01T12:00:00.000Z", "age": 60, "account": "default", "message_id": "a", "sync_id": None},
    }
] * 2
LISTED_SYNC: Final = {
    **{**SYNC, "state": "failed", "reason": "nothing_new", "sync_id": "one"},
    **{"started_at": "2026-06-01T12:00:00.000Z", "since": None, "until": None},
}
_P: Final = r"(?P<provider>[^/]+)"
_ID: Final = r"(?P<id>[^/]+)"
ROUTES: Final[tuple[tuple[str, Route], ...]] = (
    ("POST session", _session),
    ("GET me", _me),
    ("GET search", _search),
    ("GET messages", _list),
    (f"GET messages/{_P}/{_ID}/timeline", _timeline),
    (f"GET messages/{_P}/{_ID}/explanation", _of_message(_explanation)),
    (f"GET messages/{_P}/{_ID}/raw", _of_message(_raw)),
    (f"GET messages/{_P}/{_ID}", _of_message(_message)),
    ("GET providers", _providers),
    ("GET drift", _drift),
    ("GET stats", _stats),
    (f"POST providers/{_P}/sync", _fixed(202, {"sync_id": "one"})),
    (f"GET providers/{_P}/sync/one", _fixed(200, SYNC)),
    (f"GET providers/{_P}/dead-letters", _fixed(200, {"items": DEAD, "total": 2})),
    (f"GET providers/{_P}/sync", _fixed(200, {"items": [LISTED_SYNC]})),
    (f"POST providers/{_P}/redrive", _fixed(202, {"moved": 2, "reasons": {"provider_refused": 2}})),
    ("GET endpoints", _endpoints),
    (f"GET endpoints/{_ID}/deliveries", _deliveries),
    (f"POST endpoints/{_ID}/pause", _stand("paused")),
    (f"POST endpoints/{_ID}/resume", _stand("on")),
    (
        f"POST endpoints/{_ID}/test",
        _fixed(200, {"event_id": "evt_3", "delivered": True, "milliseconds": 9, "status_code": 204, "error": None}),
    ),
    (f"POST endpoints/{_ID}/replay", _fixed(202, {"events": 3})),
    (f"GET webhooks/{_P}/rejected", _fixed(200, {"items": []})),
)


class _Context:
    aws_request_id = "test"
    function_name = "console"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:console"

    def get_remaining_time_in_millis(self) -> int:
        return 20_000


class _Handler(Handler):
    server: Served

    def do_GET(self) -> None:
        """The page, its files, or the API."""
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        length = int(headers.get("content-length", "0"))
        sent = json.loads(self.rfile.read(length) or b"{}")
        api = self.server.api
        api.asked.append((self.command, self.path))
        path = parts.path.removeprefix(api.prefix)
        if path.startswith("/v1/") and not path.startswith("/v1/docs"):
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            status, body = api.handle(self.command, path.removeprefix("/v1/"), query, headers, sent)
            return self._send(status, {"content-type": "application/json", "etag": '"1"'}, json.dumps(body).encode())
        event = {"rawPath": unquote(parts.path), "rawQueryString": parts.query, "headers": headers,
                 "requestContext": {"http": {"method": self.command}}}  # fmt: skip
        answer = self.server.console(event, _Context())
        content = base64.b64decode(answer["body"]) if answer["isBase64Encoded"] else answer["body"].encode()
        return self._send(answer["statusCode"], answer["headers"], content)

    do_POST = do_GET

    def _send(self, status: int, headers: dict[str, str], content: bytes) -> None:
        self.answer(status, {"date": self.date_time_string(), **headers}, content)


class Served(ThreadingHTTPServer):
    """The server; `api` may be replaced between tests."""

    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.api = FakeApi()
        self.console = console_handler(beside=str(ROOT / "functions/console/app.py"))

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self.server_address[1]}"


@contextmanager
def served(port: int = 0) -> Iterator[Served]:
    """The server, while the block runs."""
    server = Served(port)
    with serving(server):
        yield server
