"""A proxy between functions and the emulator that refuses, breaks off or loses answers, as AWS in bad hours does."""

from __future__ import annotations

import http.client
import random
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from typing import Any, Final

from local.stack import LocalStack
from tests.http_servers import Handler, serving
from tests.integration.driving import environment

#: A refusal that both services know, as their JSON protocol tells it.
THROTTLED: Final = b'{"__type": "com.amazonaws#ThrottlingException", "message": "Rate exceeded"}'
_HOP_BY_HOP: Final = frozenset({"connection", "content-length", "transfer-encoding", "keep-alive"})


class Proxy(ThreadingHTTPServer):
    """Passes requests on to the emulator, but for the share that each kind of failure has in `odds`.

    Kinds: `refuse` (throttled, nothing is done), `fail` (500, nothing is done), `drop` (nothing is done, the
    connection ends), `lose` (it is done, and the connection ends without an answer). `met` counts them.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self, upstream_port: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream_port = upstream_port
        self.odds: Mapping[str, float] = {}
        self.met: Counter[str] = Counter()
        self._draw = random.Random(11)
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def rule(self) -> str:
        """What becomes of the next request: a kind of failure, or `pass`."""
        with self._lock:
            (kind,) = self._draw.choices(
                [*self.odds, "pass"], [*self.odds.values(), max(0.0, 1 - sum(self.odds.values()))]
            )
            self.met[kind] += 1
            return kind

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: clients that are broken off on purpose are no news."""


class _Handler(Handler):
    server: Proxy
    timeout = 30

    def do_POST(self) -> None:
        """One call of an AWS API."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        rule = self.server.rule()
        if rule == "refuse":
            self.answer(400, {"Content-Type": "application/x-amz-json-1.0"}, THROTTLED)
        elif rule == "fail":
            self.answer(500, {}, b"")
        elif rule == "drop":
            self.close_connection = True
        else:
            status, headers, content = self._pass_on(body)
            if rule == "lose":
                self.close_connection = True
            else:
                self.answer(status, headers, content)

    def _pass_on(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.upstream_port, timeout=20)
        try:
            headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP_BY_HOP}
            connection.request("POST", self.path, body, headers)
            response = connection.getresponse()
            kept = {name: value for name, value in response.getheaders() if name.lower() not in _HOP_BY_HOP}
            return response.status, kept, response.read()
        finally:
            connection.close()


@contextmanager
def between(stack: LocalStack, functions: list[str], *services: str) -> Iterator[Proxy]:
    """A proxy that the functions' calls of the services (`dynamodb`, `sqs`) go through for a while."""
    proxy = Proxy(stack.emulator.port)
    through = {f"AWS_ENDPOINT_URL_{service.upper()}": proxy.url for service in services}
    with serving(proxy), environment(stack, functions, **through):
        yield proxy
