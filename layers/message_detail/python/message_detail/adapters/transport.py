"""The network below httpx: one deadline for a whole exchange, and limits on what an answer may be.

httpx knows time limits for a single read only: an answer that comes byte by byte, its headers too, would last for as
long as the server likes. Here each read gets what is left until the deadline that the request carries (see `DEADLINE`).
Compressed answers are inflated piece by piece, so that a small one can't fill the memory.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import httpcore
import httpx

from message_detail.domain.errors import AnswerTooLarge, ProviderBadAnswer

DEADLINE: Final = "deadline"
"""The extension of a request that says until when (of `time.monotonic`) its exchange has to be over."""
MAX_HEADERS: Final = 200
"""Headers of an answer. All of them together have at most 100 KB; httpcore sees to that."""
PIECE_BYTES: Final = 64 * 1024
MAX_ADDRESSES: Final = 4
"""Addresses of one host that are tried one after the other."""
_GZIP: Final = zlib.MAX_WBITS | 16
_ENCODINGS: Final = {"gzip": _GZIP, "x-gzip": _GZIP, "deflate": zlib.MAX_WBITS}
"""What is asked for, and what zlib has to be told for it."""
_NOT_COMPRESSED: Final = frozenset({"", "identity", "none", "utf-8", "utf8", "7bit", "8bit", "binary"})
"""Names of charsets and of e-mail's encodings stand there by mistake."""
MAX_MEMBERS: Final = 1000
"""Members of one gzip answer: behind each, zlib copies what is left of a piece."""
_GZIP_BEGINS: Final = b"\x1f"


class Transport(httpx.BaseTransport):
    """httpx's own way to the network but for the limits. Thread-safe. `max_bytes`: of an answer, compressed or not."""

    def __init__(self, context: ssl.SSLContext, max_bytes: int, *, keeps_connections: bool = True) -> None:
        self._left = _Left()
        self._max_bytes = max_bytes
        self._pool = httpcore.ConnectionPool(
            ssl_context=context,
            max_connections=50,
            max_keepalive_connections=20 if keeps_connections else 0,
            keepalive_expiry=5.0,
            network_backend=_Backend(self._left),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, whose body is still to be read, by the same thread. Raises httpx's errors."""
        self._left.until = request.extensions.get(DEADLINE)
        with _errors_of_httpx():
            answer = self._pool.handle_request(_build_request(request))
        try:
            headers = _checked(answer.headers)
            encoding = _encoding(headers)
        except ProviderBadAnswer:
            answer.close()
            raise
        return httpx.Response(
            status_code=answer.status,
            headers=[(name, value) for name, value in headers if name.lower() != b"content-encoding"],
            stream=_Body(answer, encoding, self._max_bytes),
            extensions=answer.extensions,
        )

    def close(self) -> None:
        """Ends all connections."""
        self._pool.close()


class _Left(threading.local):
    """Until when the exchange of this thread has to be over; each read and write asks anew."""

    until: float | None = None

    def within(self, timeout: float | None) -> float | None:
        """The smaller one of a time limit and of what is left. Raises httpcore.ReadTimeout when nothing is."""
        if self.until is None:
            return timeout
        left = self.until - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the exchange has taken too long")
        return left if timeout is None else min(timeout, left)


class _Backend(httpcore.SyncBackend):
    def __init__(self, left: _Left) -> None:
        self._left = left

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        refused: httpcore.NetworkError | httpcore.TimeoutException | None = None
        for address in _addresses(host, port):
            try:
                limit = self._left.within(timeout)
                return _Stream(super().connect_tcp(address, port, limit, local_address, socket_options), self._left)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                refused = error
        raise refused or httpcore.ConnectError("the host has no address")


def _addresses(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(str(error)) from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))[:MAX_ADDRESSES]


class _Stream(httpcore.NetworkStream):
    """A connection whose every step has only what is left of its exchange's time."""

    def __init__(self, stream: httpcore.NetworkStream, left: _Left) -> None:
        self._stream = stream
        self._left = left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._left.within(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._left.within(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        inner = self._stream.start_tls(ssl_context, server_hostname, self._left.within(timeout))
        return _Stream(inner, self._left)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Body(httpx.SyncByteStream):
    """An answer's body, inflated where it was compressed."""

    def __init__(self, answer: httpcore.Response, window: int | None, max_bytes: int) -> None:
        self._answer = answer
        self._window = window
        self._max_bytes = max_bytes

    def __iter__(self) -> Iterator[bytes]:
        with _errors_of_httpx():
            pieces = self._within_limit()
            yield from pieces if self._window is None else _inflated(pieces, self._window)

    def _within_limit(self) -> Iterator[bytes]:
        """The body as it was sent: a compressed one may be endless and yet inflate to nothing."""
        size = 0
        for piece in self._answer.iter_stream():
            size += len(piece)
            if size > self._max_bytes:
                raise AnswerTooLarge(f"the answer is larger than {self._max_bytes} bytes")
            yield piece

    def close(self) -> None:
        self._answer.close()


def _inflated(pieces: Iterable[bytes], window: int) -> Iterator[bytes]:
    """Raises httpx.DecodingError where a stream is none. What follows the end, and is no member of gzip, is left."""
    inflater = zlib.decompressobj(window)
    members = 1
    for piece in pieces:
        rest = piece
        while rest:
            if inflater.eof:
                if window != _GZIP or not rest.startswith(_GZIP_BEGINS):
                    return
                members += 1
                inflater = _next_member(members)
            try:
                inflated = inflater.decompress(rest, PIECE_BYTES)
            except zlib.error as error:
                if window != zlib.MAX_WBITS:
                    raise httpx.DecodingError("the answer can't be decompressed") from error
                window = -zlib.MAX_WBITS  # some send "deflate" without the header that belongs to it
                inflater = zlib.decompressobj(window)
                continue
            rest = inflater.unconsumed_tail or inflater.unused_data
            yield inflated


def _next_member(number: int) -> zlib._Decompress:
    if number > MAX_MEMBERS:
        raise ProviderBadAnswer(f"the answer is compressed in more than {MAX_MEMBERS} parts")
    return zlib.decompressobj(_GZIP)


def _build_request(request: httpx.Request) -> httpcore.Request:
    return httpcore.Request(
        method=request.method,
        url=httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        ),
        headers=request.headers.raw,
        content=request.stream,
        extensions=request.extensions,
    )


def _checked(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    if len(headers) > MAX_HEADERS:
        raise ProviderBadAnswer(f"the answer has more than {MAX_HEADERS} headers")
    return headers


def _encoding(headers: list[tuple[bytes, bytes]]) -> int | None:
    """What zlib has to be told about how the answer is compressed; None for one that is not."""
    told = b",".join(value for name, value in headers if name.lower() == b"content-encoding").decode("latin-1").lower()
    names = [name for part in told.split(",") if (name := part.strip()) not in _NOT_COMPRESSED]
    if not names:
        return None
    if len(names) > 1 or names[0] not in _ENCODINGS:
        raise ProviderBadAnswer("the answer is compressed in a way that was not asked for")
    return _ENCODINGS[names[0]]


@contextmanager
def _errors_of_httpx() -> Iterator[None]:
    """httpcore's errors as httpx's, which have the same names."""
    try:
        yield
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError) as error:
        raise getattr(httpx, type(error).__name__)(str(error)) from error
    except httpcore.UnsupportedProtocol as error:
        raise httpx.UnsupportedProtocol(str(error)) from error
