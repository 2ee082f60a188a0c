"""The Python client: what it sends, what it answers, and how often it asks again."""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

import message_detail_client
from message_detail.entrypoints.openapi.document import document
from message_detail_client import ApiError, Client, NotTheApi, Patience, TextPage, Unreachable
from message_detail_client.routes import Routes

API = "https://api.example.com"
OPERATIONS = [
    (method, path, operation)
    for path, methods in document()["paths"].items()
    for method, operation in methods.items()
    if operation["security"]
]


class Server:
    """Answers in turn, the last one for ever; keeps what was asked, and how long was waited."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self._answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.slept: list[float] = []

    def client(self, **patience: Any) -> Client:
        patience = {"sleep": self.slept.append, **patience}
        return Client(
            f"{API}/v1/", "the-key", patience=Patience(**patience), transport=httpx.MockTransport(self._answer)
        )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


def problem(status: int, code: str = "rate_limited", **more: Any) -> httpx.Response:
    return httpx.Response(status, json={"code": code, "detail": "cooling down", **more})


def snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=[one[2]["operationId"] for one in OPERATIONS])
def test_each_route_is_a_method_that_sends_what_the_document_says(method: str, path: str, operation: Any) -> None:
    server = Server(httpx.Response(200, json={"some": "answer"}))
    routine: Callable[..., Any] = getattr(server.client(), snake(operation["operationId"]))
    parameters = inspect.signature(routine).parameters
    given: dict[str, Any] = {name: f"{name}/ü" for name in parameters}
    assert routine(**given) in ({"some": "answer"}, TextPage('{"some":"answer"}', None))
    [request] = server.requests
    assert (request.method, request.headers["authorization"]) == (method.upper(), "Bearer the-key")
    where = re.sub(r"{(\w+)}", r"\1%2F%C3%BC", path)
    assert request.url.raw_path.decode().partition("?")[0] == where
    in_query = {one["name"] for one in operation["parameters"] if one["in"] == "query"}
    sent = dict(request.url.params) if method == "get" else json.loads(request.content)
    assert {name: f"{name.rstrip('_')}/ü" for name in sent} == {
        name: value.replace("_/", "/") for name, value in sent.items()
    }
    assert set(sent) == (in_query if method == "get" else _body_keys(operation))


def _body_keys(operation: Any) -> set[str]:
    if "requestBody" not in operation:
        return set()
    name = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    return set(document()["components"]["schemas"][name]["properties"])


def test_every_method_is_a_route() -> None:
    methods = {name for name in vars(Routes) if not name.startswith("_")}
    assert methods == {snake(operation["operationId"]) for _, _, operation in OPERATIONS}


def test_what_is_none_is_left_out() -> None:
    server = Server(httpx.Response(200, json={}))
    server.client().list_messages(provider="samva", limit=5)
    server.client().refresh_messages("samva", message_ids=["1"])
    assert server.requests[0].url.query == b"provider=samva&limit=5"
    assert json.loads(server.requests[1].content) == {"message_ids": ["1"]}


def test_pages_are_walked_to_the_last() -> None:
    server = Server(
        httpx.Response(200, json={"items": [{"id": "1"}], "next_cursor": "c"}),
        httpx.Response(200, json={"items": [{"id": "2"}], "next_cursor": None}),
    )
    client = server.client()
    assert [found["id"] for found in client.pages(client.list_messages, status="failed")] == ["1", "2"]
    assert [dict(one.url.params) for one in server.requests] == [
        {"status": "failed"}, {"status": "failed", "cursor": "c"},
    ]  # fmt: skip


def test_what_asks_to_be_repeated_is_repeated_after_that_time() -> None:
    server = Server(problem(503, retry_after=7), problem(429, **{}), httpx.Response(200, json={"items": []}))
    with pytest.raises(ApiError) as failed:
        server.client().list_drift()
    assert (failed.value.status, failed.value.retry_after) == (429, None)
    assert server.slept == [7.0]
    header = httpx.Response(503, headers={"retry-after": "2"})
    server = Server(header, header, httpx.Response(200, json={"items": []}))
    assert server.client().list_drift() == {"items": []}
    assert server.slept == [2.0, 2.0]


@pytest.mark.parametrize(
    ("patience", "waits", "calls"),
    [({"retries": 2}, [5.0, 5.0], 3), ({"retries": 9, "seconds": 12.0}, [5.0, 5.0], 3), ({"retries": 0}, [], 1),
     ({"seconds": 4.9}, [], 1)],
)  # fmt: skip
def test_repeating_is_bounded_in_number_and_time(patience: dict[str, Any], waits: list[float], calls: int) -> None:
    server = Server(problem(503, retry_after=5))
    with pytest.raises(ApiError, match="rate_limited: cooling down") as failed:
        server.client(**patience).who_am_i()
    assert failed.value.retry_after == 5
    assert (server.slept, len(server.requests)) == (waits, calls)


@pytest.mark.parametrize("told", ["soon", "-1", "nan", "inf", "1e400", None])
def test_a_wait_that_cannot_be_read_is_none(told: str | None) -> None:
    server = Server(httpx.Response(503, headers={} if told is None else {"retry-after": told}))
    with pytest.raises(ApiError) as failed:
        server.client().who_am_i()
    assert failed.value.retry_after is None
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("answer", "code", "text"),
    [
        (problem(404, "message_not_found"), "message_not_found", "message_not_found: cooling down"),
        (httpx.Response(403, json={"message": "Forbidden"}), None, "HTTP 403: Forbidden"),
        (httpx.Response(502, text="<html>"), None, "HTTP 502: without a reason"),
        (httpx.Response(400, json={"code": 1, "detail": []}), None, "HTTP 400: without a reason"),
    ],
)
def test_a_no_is_an_error_with_the_apis_word_for_it(answer: httpx.Response, code: str | None, text: str) -> None:
    with pytest.raises(ApiError) as failed:
        Server(answer).client().get_message("samva", "1")
    assert (failed.value.status, failed.value.code, str(failed.value)) == (answer.status_code, code, text)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.ConnectError("secret"), Unreachable),
        (httpx.ReadTimeout("secret"), Unreachable),
        (httpx.Response(200, text="<html>"), NotTheApi),
        (httpx.Response(200, json=[]), NotTheApi),
        (httpx.Response(200, text="[" * 100_000), NotTheApi),
    ],
)
def test_what_is_no_answer_of_the_api_is_said(answer: httpx.Response | Exception, error: type[Exception]) -> None:
    server = Server(answer)
    with pytest.raises(error) as failed:
        server.client().who_am_i()
    assert API in str(failed.value)
    assert "secret" not in str(failed.value)
    assert len(server.requests) == 1


def test_it_is_closed_after_a_with() -> None:
    with Server(httpx.Response(200, json={})).client() as client:
        client.who_am_i()
    with pytest.raises(RuntimeError):
        client.who_am_i()


def test_it_imports_nothing_of_the_command_or_the_layer() -> None:
    folder = inspect.getfile(message_detail_client).rpartition("/")[0]
    assert set(_imported(folder)) <= {"message_detail_client", "httpx", "__future__", *sys.stdlib_module_names}


def _imported(folder: str) -> Iterator[str]:
    for file in Path(folder).glob("*.py"):
        for line in file.read_text(encoding="utf-8").splitlines():
            if found := re.match(r"(?:from|import) (\w+)", line):
                yield found[1]
