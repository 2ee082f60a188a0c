"""The API's address on this machine: passes requests on to the emulator's HTTP API as they came.

It does what API Gateway's front does and the emulator doesn't: X-Forwarded-* headers, the size limit of a
body, no error text of a function in an answer. And what the gateway itself refuses becomes problem+json.
"""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Iterable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import unquote

from local.access_lines import OWN, AccessLines
from message_detail.domain.errors import (
    Forbidden,
    InternalError,
    InvalidRequest,
    MessageDetailError,
    MethodNotAllowed,
    NoSuchRoute,
    Unauthorized,
)
from message_detail.entrypoints.http_headers import ON_EVERY_ANSWER

#: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
MAX_BODY_BYTES: Final = 10 * 1024 * 1024
UPSTREAM_SECONDS: Final = 35.0
METHODS: Final = ("GET", "POST")
"""All that any route of the API has."""
#: Of one connection, not of what it carries (RFC 9110, 7.6.1). By a Host the emulator would guess a service.
_HOP_BY_HOP: Final = frozenset(
    {
        "connection",
        "content-length",
        "expect",
        "host",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
#: What makes the emulator take a request for one to another AWS service; no client of ours sends them.
_AWS_PREFIX: Final = "x-amz-"
_FOR_BROWSERS: Final = ("access-control-", "vary")
_GATEWAY_KEYS: Final = frozenset(
    {"message", "Message", "errorMessage", "errorType", "stackTrace", "requestId", "__type"}
)


class Gateway:
    """Listens on 127.0.0.1 at once (OSError when the port is taken) and answers once `serve` is called."""

    def __init__(self, port: int = 0) -> None:
        self._server = _Server(port)
        self.lines = self._server.lines
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """The address, without a trailing slash."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def serve(self, upstream_port: int, api_id: str) -> None:
        """Pass requests on to the HTTP API `api_id` of the emulator at `upstream_port`."""
        self._server.upstream_port = upstream_port
        self._server.prefix = f"/_aws/execute-api/{api_id}/$default"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening; calls under way are given up."""
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._thread = None
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 128
    upstream_port = 0
    prefix = ""

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.lines = AccessLines()


class _BadBody(ValueError):
    """The body is too large or is not framed as its headers say."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    timeout = 75  # seconds that a connection may idle
    # Headers and body in one packet, at once: else each answer waits 40 ms for the client's delayed ACK.
    wbufsize = -1
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self._upstream: http.client.HTTPConnection | None = None

    def finish(self) -> None:
        if self._upstream is not None:
            self._upstream.close()
        super().finish()

    def parse_request(self) -> bool:
        self._began = time.monotonic()
        return super().parse_request()

    def version_string(self) -> str:
        return "message-detail"

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the access lines say it, without what queries hold."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """What the base class refuses (malformed requests, unknown methods)."""
        self.close_connection = True
        # A method of no route is the caller's mistake; the base class would call it ours.
        status = HTTPStatus.METHOD_NOT_ALLOWED if code == HTTPStatus.NOT_IMPLEMENTED else code
        self._send_problem(_problem(int(status), message))

    def _forward(self) -> None:
        try:
            body = self._body()
        except _BadBody as error:
            self.close_connection = True
            return self._send_problem(_problem(error.status, str(error)))
        try:
            status, headers, content = self._call(body)
        except (OSError, http.client.HTTPException):
            return self._send_problem(InternalError("the local gateway got no answer"))
        if self.command == "OPTIONS" and status == 403:  # the emulator hands it to no function
            return self._send_methods()
        encoded = any(name.lower() == "content-encoding" for name, _ in headers)
        if made_by_gateway(status, content, encoded) or (self.command == "HEAD" and status in {401, 403}):
            return self._send_problem(_problem(status, None), headers)
        return self._send(status, headers, content)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_TRACE = _forward

    def _body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self._chunks()
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal():
            raise _BadBody(400, "Content-Length: must be a number")
        if int(length) > MAX_BODY_BYTES:
            raise _BadBody(413, "the body is larger than 10 MB")
        return self.rfile.read(int(length))

    def _chunks(self) -> bytes:
        """A body in chunks (RFC 9112, 7.1), its trailers dropped."""
        parts: list[bytes] = []
        size = -1
        while size:
            try:
                size = int(self.rfile.readline(1024).split(b";")[0], 16)
            except ValueError:
                raise _BadBody(400, "the body's chunks can't be read") from None
            if size < 0 or sum(map(len, parts)) + size > MAX_BODY_BYTES:
                raise _BadBody(413, "the body is larger than 10 MB")
            parts.append(self.rfile.read(size))
            if size:
                self.rfile.readline(3)
        while self.rfile.readline(65536).strip():
            continue
        return b"".join(parts)

    def _call(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        """The emulator's answer. An idle connection that it has closed meanwhile is opened again, once."""
        reused = self._upstream is not None
        try:
            return self._exchange(body)
        except (http.client.RemoteDisconnected, ConnectionError):
            if self._upstream is not None:
                self._upstream.close()
            self._upstream = None
            if not reused:
                raise
            return self._exchange(body)

    def _exchange(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        if self._upstream is None:
            self._upstream = http.client.HTTPConnection(
                "127.0.0.1", self.server.upstream_port, timeout=UPSTREAM_SECONDS
            )
        connection = self._upstream
        connection.putrequest(
            self.command, self.server.prefix + self._target(), skip_host=True, skip_accept_encoding=True
        )
        connection.putheader("Host", f"127.0.0.1:{self.server.server_address[1]}")  # as on AWS, where it was sent to
        for name, value in self.headers.items():
            if name.lower() not in _HOP_BY_HOP and not name.lower().startswith(_AWS_PREFIX):
                connection.putheader(name, value.encode("latin-1", "replace"))
        connection.putheader("X-Forwarded-For", str(self.client_address[0]))
        connection.putheader("X-Forwarded-Port", str(self.server.server_address[1]))
        connection.putheader("X-Forwarded-Proto", "http")
        if body or self.command not in {"GET", "HEAD", "OPTIONS"}:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)
        response = connection.getresponse()
        content = response.read()
        return response.status, response.getheaders(), content

    def _target(self) -> str:
        """The path and query exactly as they were sent, without a proxy-style scheme and host."""
        if self.path.startswith("/"):
            return self.path
        _, _, rest = self.path.partition("://")
        return "/" + rest.partition("/")[2]

    def _send_methods(self) -> None:
        """What the route for OPTIONS answers on AWS, where no page of another origin may call, or not this one's."""
        from message_detail.entrypoints.public import methods_of  # brings the schemas of all routes

        try:
            answer = methods_of(unquote(self._target().partition("?")[0]))
        except MessageDetailError as error:
            return self._send_problem(error)
        return self._send(answer["statusCode"], list(answer["headers"].items()), b"")

    def _send_problem(self, error: MessageDetailError, made: Iterable[tuple[str, str]] = ()) -> None:
        """`made`: the headers of the answer that this one stands for, of which browsers need some."""
        body = json.dumps(error.problem()).encode()
        kept = {name: value for name, value in made if name.lower().startswith(_FOR_BROWSERS)}
        headers = {"Content-Type": "application/problem+json", "Cache-Control": "no-store", **ON_EVERY_ANSWER, **kept}
        if isinstance(error, Unauthorized):
            headers["WWW-Authenticate"] = "Bearer"
        if isinstance(error, MethodNotAllowed):
            headers["Allow"] = ", ".join(error.allowed)
        self._send(error.status, list(headers.items()), body)

    def _send(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in _HOP_BY_HOP:
                self.send_header(name, value)
        if status >= 200 and status not in {204, 304}:
            self.send_header("Content-Length", str(len(content)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD" and status not in {204, 304}:
            self.wfile.write(content)
        self._tell(status, content)

    def _tell(self, status: int, content: bytes) -> None:
        """The line of this request, unless this program has made it itself."""
        if self.command and self.headers.get("User-Agent") != OWN:
            self.server.lines.write(self.command, self.path, status, content, time.monotonic() - self._began)


def made_by_gateway(status: int, content: bytes, encoded: bool = False) -> bool:
    """Whether an answer is the gateway's own (or the trace of a function that failed), not one of a handler.

    Handlers answer errors as problem+json with a `code`; the gateway's are `{"message": …}`, a failed
    function's `{"errorMessage": …, "errorType": …, …}`. Only handlers encode what they answer.
    """
    if status < 400 or encoded:
        return False
    try:
        body = json.loads(content)
    except ValueError:
        return status >= 500 and not content.lstrip().startswith(b"{")
    return isinstance(body, dict) and bool(body) and set(body) <= _GATEWAY_KEYS


class Refused(InvalidRequest):
    """A request that the front refused by itself, at the status that HTTP has for it (414, 431, 501 …)."""

    def __init__(self, detail: str, status: int) -> None:
        super().__init__(detail)
        self._status = status

    @property
    def status(self) -> int:
        """As the front gave it."""
        return self._status


def _problem(status: int, detail: str | None) -> MessageDetailError:
    """The API's error for a status that the gateway gave."""
    if status == 401:
        return Unauthorized("the Authorization header is missing: send 'Bearer <api key>'")
    if status == 403:
        return Forbidden("not allowed")
    if status == 404:
        return NoSuchRoute()
    if status == 405:
        return MethodNotAllowed("no route has this method", METHODS)
    if status >= 500 and status != 501:
        return InternalError("something went wrong here")
    return Refused(detail or http.client.responses.get(status, "refused").lower(), status)
