"""Receivers of events on this machine, and endpoints that lead to them."""

from __future__ import annotations

import base64
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final

from message_detail.domain.events_out.endpoint import Endpoint, build

SECRET: Final = "whsec_" + base64.b64encode(b"the key of the tests, 1.").decode()
NEXT_SECRET: Final = "whsec_" + base64.b64encode(b"the key of the tests, 2.").decode()
LOOPBACK: Final = ["127.0.0.0/8"]

Serve = Callable[[socket.socket], None]


def endpoint(url: str = "https://hooks.example.com/in?x=1", name: str = "crm", **settings: Any) -> Endpoint:
    return build(name, {"url": url, "secrets": [SECRET], **settings})


@dataclass
class Taken:
    """A request as a receiver got it: its first line, its headers by their lower-case names, its body."""

    line: str
    headers: dict[str, str]
    body: bytes
    names: list[str]


@dataclass
class Receiver:
    """A server that keeps each request, and answers with what `serve` does to the connection."""

    url: str
    taken: list[Taken] = field(default_factory=list)
    connections: int = 0


@contextmanager
def receiving(serve: Serve, context: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    listening = socket.create_server(("127.0.0.1", 0))
    scheme = "https" if context is not None else "http"
    receiver = Receiver(f"{scheme}://127.0.0.1:{listening.getsockname()[1]}/in")

    def accept() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            receiver.connections += 1
            threading.Thread(target=_talk, args=(connection, receiver, serve, context), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield receiver
    finally:
        with suppress(OSError):  # which closing alone leaves waiting in accept()
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()


def _talk(connection: socket.socket, receiver: Receiver, serve: Serve, context: ssl.SSLContext | None) -> None:
    with suppress(OSError):
        talking = context.wrap_socket(connection, server_side=True) if context is not None else connection
        with talking:
            receiver.taken.append(_read(talking))
            serve(talking)


def _read(connection: socket.socket) -> Taken:
    text = b""
    while b"\r\n\r\n" not in text:
        piece = connection.recv(65_536)
        if not piece:
            raise OSError("nothing more")
        text += piece
    head, _, body = text.partition(b"\r\n\r\n")
    line, *rows = head.decode().split("\r\n")
    pairs = [tuple(row.split(": ", 1)) for row in rows]
    headers = {name.lower(): value for name, value in pairs}
    while len(body) < int(headers.get("content-length", 0)):
        body += connection.recv(65_536)
    return Taken(line, headers, body, [name.lower() for name, _ in pairs])


def says(status: str = "204 No Content", body: bytes = b"", *headers: str) -> Serve:
    """An answer."""
    head = "\r\n".join((f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "", ""))

    def serve(connection: socket.socket) -> None:
        connection.sendall(head.encode() + body)

    return serve
