"""HTTP as the simulators see it: one request, one answer, and how both cross the ASGI interface."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, unquote

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

CHUNK_BYTES = 64 * 1024


class BadJson(ValueError):
    """The request's body is not a JSON object."""


@dataclass(frozen=True)
class Request:
    """One call, read in full.

    `segments` are the path's parts after the provider's own, each percent-decoded on its own, so that
    an id holding `%2F` stays one segment. `raw_path` is the path as it was sent.
    """

    method: str
    raw_path: str
    segments: tuple[str, ...]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    client: str

    def json(self) -> dict[str, Any]:
        """The body as a JSON object; an empty body is an empty object.

        :raises BadJson: it is something else.
        """
        if not self.body.strip():
            return {}
        try:
            value = json.loads(self.body)
        except ValueError as error:
            raise BadJson("the body is not JSON") from error
        if not isinstance(value, dict):
            raise BadJson("the body is not a JSON object")
        return value

    def fields(self) -> dict[str, Any]:
        """The body as a form or as JSON, by its content type; unreadable is empty."""
        if "json" in self.headers.get("content-type", ""):
            try:
                return self.json()
            except BadJson:
                return {}
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    def bearer(self) -> str | None:
        """The bearer token that was sent, if any."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" and token.strip() else None


@dataclass(frozen=True)
class Answer:
    """One answer. `chunked` leaves the length out; `cut` breaks the connection half-way through the body."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    chunked: bool = False
    cut: bool = False

    def with_headers(self, headers: Mapping[str, str]) -> Answer:
        """The same answer with more headers."""
        return replace(self, headers={**self.headers, **headers})

    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)


def json_answer(status: int, value: Any, headers: Mapping[str, str] | None = None) -> Answer:
    """An answer with a JSON body."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return Answer(status, body, {"content-type": "application/json; charset=utf-8", **(headers or {})})


def html_answer(status: int, title: str) -> Answer:
    """An answer with a small HTML page, as a proxy or a login screen would send."""
    page = f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
    return Answer(status, page.encode(), {"content-type": "text/html; charset=utf-8"})


async def read_request(scope: Scope, receive: Receive) -> Request:
    """Read the whole request of an ASGI call."""
    body = bytearray()
    while True:
        event = await receive()
        if event["type"] != "http.request":
            break
        body += event.get("body", b"")
        if not event.get("more_body", False):
            break
    raw = scope.get("raw_path") or str(scope["path"]).encode()
    raw_path = raw.split(b"?")[0].decode("latin-1")
    client = scope.get("client")
    return Request(
        method=str(scope["method"]),
        raw_path=raw_path,
        segments=tuple(unquote(part) for part in raw_path.split("/")[2:]),
        query=dict(parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)),
        headers={key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]},
        body=bytes(body),
        client=str(client[0]) if client else "",
    )


async def write_answer(answer: Answer, send: Send, receive: Receive) -> None:
    """Send the answer; a `cut` one stops half-way and drops the connection."""
    headers = [(key.lower().encode(), value.encode("latin-1")) for key, value in answer.headers.items()]
    if not answer.chunked:
        headers.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    if answer.cut:
        half = answer.body[: len(answer.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
        await break_connection(send, receive, reset=False)
        return
    for start in range(0, len(answer.body), CHUNK_BYTES):
        part = answer.body[start : start + CHUNK_BYTES]
        await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def break_connection(send: Send, receive: Receive, *, reset: bool = True) -> None:
    """Drop the TCP connection without (the rest of) an answer.

    ASGI has no word for that, so the transport is taken from the server object that `send` is bound to
    (uvicorn's request cycle). `reset` makes the kernel send RST instead of FIN.

    :raises ConnectionResetError: there is no transport, as under `httpx.ASGITransport`.
    """
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise ConnectionResetError("the simulator dropped the connection")
    if reset:
        tcp = transport.get_extra_info("socket")
        # A linger time of zero turns the close into an RST.
        tcp.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    else:
        transport.close()
    while (await receive())["type"] != "http.disconnect":
        pass
