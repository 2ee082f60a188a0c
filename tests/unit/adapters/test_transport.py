"""The way to the network, against a server on this machine that does what no good one does."""

from __future__ import annotations

import gzip
import json
import resource
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpcore
import pytest

from message_detail.adapters.access_tokens import Tokens
from message_detail.adapters.http_exchange import MAX_ANSWER_BYTES
from message_detail.adapters.provider_client import ProviderClient
from message_detail.adapters.transport import _Left, _Stream
from message_detail.domain.errors import ProviderBadAnswer, ProviderRefused, ProviderTimeout, ProviderUnavailable
from message_detail.providers.base.account import Account, build
from message_detail.providers.base.provider import Document
from message_detail.providers.portsip.provider import PROVIDER
from tests.unit.certificates import authority, self_signed

Serve = Callable[[socket.socket], None]
ID = "m1"
ANSWER = json.dumps({"id": ID, "text": "x" * 100}).encode()


@contextmanager
def server(serve: Serve, *, asks: bool = True) -> Iterator[Account]:
    """An account whose provider does this with each connection, where it `asks` once it has read the request."""
    listening = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=_talk, args=(connection, serve, asks), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/api"
        yield build("portsip", "default", {"base_url": address, "token": "t", "timeout_seconds": 20}, PROVIDER.schema)
    finally:
        listening.close()


def _talk(connection: socket.socket, serve: Serve, asks: bool) -> None:
    with connection, suppress(OSError):  # the caller has had enough
        if asks:
            _until_asked(connection)
        serve(connection)


def _until_asked(connection: socket.socket) -> None:
    while b"\r\n\r\n" not in connection.recv(65536):
        pass


def fetch(account: Account, seconds: float) -> Document:
    return ProviderClient(Tokens(None)).session(PROVIDER, account, seconds).fetch(ID)  # type: ignore[arg-type]


def answer(body: bytes, *headers: str) -> Serve:
    head = "\r\n".join(["HTTP/1.1 200 OK", f"Content-Length: {len(body)}", "Connection: close", *headers])

    def serve(connection: socket.socket) -> None:
        connection.sendall(head.encode("latin-1") + b"\r\n\r\n" + body)

    return serve


def dripping(text: bytes, then: bytes = b"") -> Serve:
    def serve(connection: socket.socket) -> None:
        connection.sendall(text)
        while True:
            connection.sendall(then)
            time.sleep(0.02)

    return serve


def test_an_answer_is_read() -> None:
    with server(answer(ANSWER, "Content-Type: application/json")) as account:
        assert fetch(account, 5)["id"] == ID


DRIPS = {
    "nothing": dripping(b""),
    "the status line": dripping(b"HTTP/1.1 20", b"0"),
    "a header's name": dripping(b"HTTP/1.1 200 OK\r\n", b"a"),
    "a header's value": dripping(b"HTTP/1.1 200 OK\r\nX: ", b"a"),
    "headers": dripping(b"HTTP/1.1 200 OK\r\n", b"a: b\r\n"),
    "informational answers": dripping(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    "the body": dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b" "),
    "chunks": dripping(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "the size of a chunk": dripping(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"0"),
    "compressed nothing": dripping(
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"")[:10], b"\0\0\0\xff\xff"
    ),
}


@pytest.mark.parametrize("how", list(DRIPS))
def test_an_answer_in_drips_ends_at_the_deadline(how: str) -> None:
    with server(DRIPS[how]) as account:
        with pytest.raises((ProviderTimeout, ProviderUnavailable)):
            fetch(account, 0.4)
        if how != "the size of a chunk":  # which is refused before, as too long
            with pytest.raises(ProviderTimeout):
                fetch(account, 0.4)


def test_each_step_has_what_is_left_of_the_exchange(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted by a clock that only the test moves: reads of a stream that answers each just before its limit."""
    now, limits = 100.0, []
    monkeypatch.setattr(time, "monotonic", lambda: now)

    class Slow(httpcore.NetworkStream):
        def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
            nonlocal now
            limits.append(timeout)
            now += 2.0
            return b"a"

    left = _Left()
    left.until = 107.0
    stream = _Stream(Slow(), left)
    with pytest.raises(httpcore.ReadTimeout):
        list(iter(lambda: stream.read(1, timeout=6.0), b""))
    assert limits == [6.0, 5.0, 3.0, 1.0]


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("GZIP", gzip.compress),
        ("x-gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda data: zlib.compress(data)[2:-4]),
        ("gzip", lambda data: gzip.compress(data[:9]) + gzip.compress(b"") + gzip.compress(data[9:])),
        ("gzip", lambda data: gzip.compress(data) + bytes(512)),
        ("gzip, identity", gzip.compress),
        ("identity", bytes),
        ("identity, identity", bytes),
        ("UTF-8", bytes),
        ("", bytes),
    ],
    ids=[
        "gzip",
        "capitals",
        "x-gzip",
        "deflate",
        "deflate without header",
        "members",
        "padded",
        "gzip and identity",
        "identity",
        "identity twice",
        "charset",
        "empty",
    ],
)
def test_a_compressed_answer_is_read(encoding: str, pack: Callable[[bytes], bytes]) -> None:
    with server(answer(pack(ANSWER), f"Content-Encoding: {encoding}")) as account:
        assert fetch(account, 5)["id"] == ID


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "gzip\r\nContent-Encoding: deflate", "nonsense"])
def test_an_answer_that_is_compressed_otherwise_is_refused(encoding: str) -> None:
    with (
        server(answer(gzip.compress(ANSWER), f"Content-Encoding: {encoding}")) as account,
        pytest.raises(ProviderBadAnswer, match="not asked for"),
    ):
        fetch(account, 5)


@pytest.mark.parametrize(
    "body", [b"nope", gzip.compress(ANSWER, mtime=0)[:-20], gzip.compress(ANSWER, mtime=0)[:4], b""]
)
def test_a_compressed_answer_that_is_damaged_is_none(body: bytes) -> None:
    with server(answer(body, "Content-Encoding: gzip")) as account, pytest.raises(ProviderBadAnswer):
        fetch(account, 5)


def test_an_answer_of_endless_members_is_refused() -> None:
    members = gzip.compress(b"") * 5_000 + gzip.compress(ANSWER)
    with (
        server(answer(members, "Content-Encoding: gzip")) as account,
        pytest.raises(ProviderBadAnswer, match="more than 1000 parts"),
    ):
        fetch(account, 5)


def test_a_small_answer_that_inflates_to_a_huge_one_never_fills_the_memory() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    bomb = b"".join(packer.compress(bytes(1024 * 1024)) for _ in range(80)) + packer.flush()
    with server(answer(bomb, "Content-Encoding: gzip")) as account:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with pytest.raises(ProviderBadAnswer, match="larger"):
            fetch(account, 20)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 6 * MAX_ANSWER_BYTES / 1024, "kilobytes; the answer has 80 MB"


def test_a_compressed_answer_that_inflates_to_nothing_has_an_end() -> None:
    def serve(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"")[:10])
        while True:
            connection.sendall(b"\0\0\0\xff\xff" * 10_000)

    with server(serve) as account, pytest.raises(ProviderBadAnswer, match="larger"):
        fetch(account, 20)


@pytest.mark.parametrize("headers", [[f"X-{number}: a" for number in range(500)], ["X: a"] * 5000])
def test_an_answer_with_headers_without_end_is_refused(headers: list[str]) -> None:
    with server(answer(ANSWER, *headers)) as account, pytest.raises(ProviderBadAnswer, match="headers"):
        fetch(account, 5)


def test_an_answer_with_a_huge_header_is_refused() -> None:
    with server(answer(ANSWER, "X: " + "a" * 1_000_000)) as account, pytest.raises(ProviderUnavailable):
        fetch(account, 5)


def test_a_host_without_an_address_is_unavailable() -> None:
    account = build("portsip", "default", {"base_url": "https://nowhere.invalid/api", "token": "t"}, PROVIDER.schema)
    with pytest.raises(ProviderUnavailable):
        fetch(account, 5)


# --- TLS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed(tmp_path_factory.mktemp("tls") / "server.pem")


def encrypted(certificate: Path, serve: Serve) -> Serve:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def talk(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as inner:
            _until_asked(inner)
            serve(inner)

    return talk


def trusting(account: Account, **settings: str) -> Account:
    base_url = account.base_url.replace("http://", "https://")
    return build("portsip", "default", {"base_url": base_url, "token": "t", **settings}, PROVIDER.schema)


def test_an_encrypted_answer_is_read_and_its_deadline_holds(certificate: Path) -> None:
    with server(encrypted(certificate, answer(ANSWER)), asks=False) as account:
        assert fetch(trusting(account, ca_certificate=authority(certificate)), 5)["id"] == ID
        with pytest.raises(ProviderRefused, match="certificate"):
            fetch(trusting(account), 5)
    with server(encrypted(certificate, DRIPS["headers"]), asks=False) as account, pytest.raises(ProviderTimeout):
        fetch(trusting(account, ca_certificate=authority(certificate)), 1)
