"""An attempt: what goes out, and what becomes of whatever a receiver does. Against receivers on this machine."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Final

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from message_detail.adapters.endpoint_client import CONNECT_SECONDS, MAX_KEPT, MOST_BYTES, EndpointClient
from message_detail.adapters.transport import Transport
from message_detail.domain.events_out.attempt import NO_ANSWER, NO_CONNECTION, NO_HTTP, UNTRUSTED, Attempt
from tests.unit.adapters.receiver import LOOPBACK, NEXT_SECRET, SECRET, Receiver, Serve, endpoint, receiving, says
from tests.unit.certificates import authority, self_signed
from tests.unit.conftest import Clock

BODY: Final = b'{"type":"message_detail.endpoint.test","data":{}}'


def send(receiver: Receiver, client: EndpointClient | None = None, body: bytes = BODY, **settings: Any) -> Attempt:
    made = endpoint(receiver.url, **{"allow_networks": LOOPBACK, "timeout_seconds": 2, **settings})
    return (client or EndpointClient()).send(made, "evt_1", body)


def sent_to(serve: Serve, **settings: Any) -> Attempt:
    with receiving(serve) as receiver:
        return send(receiver, **settings)


# --- what goes out


def test_a_receiver_verifies_it_with_each_valid_secret() -> None:
    with receiving(says()) as receiver:
        assert send(receiver, secrets=[NEXT_SECRET, SECRET]).delivered
    (taken,) = receiver.taken
    assert taken.line == "POST /in HTTP/1.1"
    for secret in (SECRET, NEXT_SECRET):
        assert Webhook(secret).verify(taken.body, taken.headers) == {"type": "message_detail.endpoint.test", "data": {}}
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(taken.body + b" ", taken.headers)


def test_each_attempt_is_signed_anew() -> None:
    clock = Clock(time.time() - 100)
    with receiving(says()) as receiver:
        for _ in range(2):
            send(receiver, EndpointClient(now=clock))
            clock.now += 60
    first, second = receiver.taken
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) == 60
    assert first.headers["webhook-signature"] != second.headers["webhook-signature"]
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == "evt_1"


def test_the_body_is_one_of_cloudevents_in_structured_mode() -> None:
    with receiving(says()) as receiver:
        send(receiver)
    assert receiver.taken[0].headers["content-type"] == "application/cloudevents+json; charset=utf-8"


def test_own_headers_are_sent_once_and_never_in_the_place_of_ours() -> None:
    with receiving(says()) as receiver:
        send(receiver, headers={"Authorization": "Bearer x", "Content-Type": "application/json"})
    (taken,) = receiver.taken
    assert taken.headers["authorization"] == "Bearer x"
    assert taken.headers["content-type"] == "application/json"
    assert len(taken.names) == len(set(taken.names))


def test_nothing_of_the_environment_is_in_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert sent_to(says()).delivered


# --- what comes back


@pytest.mark.parametrize("status", ["200 OK", "201 Created", "202 Accepted", "204 No Content", "299 Odd"])
def test_2xx_is_a_success_whatever_its_body_says(status: str) -> None:
    attempt = sent_to(says(status, b"<html>\xff error: not json"))
    assert attempt.delivered
    assert (attempt.status_code, attempt.answer) == (int(status[:3]), None)


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
def test_a_redirect_is_not_followed(status: str) -> None:
    with receiving(says()) as other:
        location = f"Location: {other.url}"
        attempt = sent_to(says(status, b"", location))
        metadata = sent_to(says(status, b"", "Location: http://169.254.169.254/latest/meta-data/"))
    assert (attempt.error, metadata.error) == (f"answered {status[:3]}", f"answered {status[:3]}")
    assert other.connections == 0


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 410, 415, 429, 500, 503])
def test_all_else_has_failed_and_its_status_is_told(status: int) -> None:
    attempt = sent_to(says(f"{status} No", b'{"error":"no such hook"}'))
    assert (attempt.status_code, attempt.error, attempt.gone) == (status, f"answered {status}", status == 410)
    assert attempt.answer == '{"error":"no such hook"}'


def test_an_answer_without_end_is_left() -> None:
    def flood(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 500 No\r\n\r\n")
        for _ in range(16_384):
            connection.sendall(b"x" * 65_536)

    attempt = sent_to(flood, timeout_seconds=10)
    assert attempt.error == "answered 500"
    assert attempt.answer is not None
    assert len(attempt.answer) == MAX_KEPT
    assert attempt.milliseconds < 5_000


def drips(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    for _ in range(1_000):
        connection.sendall(b"X-A: b\r\n")
        time.sleep(0.05)


def body_drips(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    for _ in range(1_000):
        connection.sendall(b"x")
        time.sleep(0.05)


def hangs(_connection: socket.socket) -> None:
    time.sleep(4)


@pytest.mark.parametrize("serve", [drips, hangs])
def test_a_receiver_that_drips_or_hangs_has_its_time_and_no_more(serve: Serve) -> None:
    attempt = sent_to(serve, timeout_seconds=0.4)
    assert (attempt.error, attempt.status_code) == (NO_ANSWER, None)
    assert attempt.milliseconds < 2_000


def test_a_success_whose_body_drips_is_one_when_the_time_is_over() -> None:
    attempt = sent_to(body_drips, timeout_seconds=0.4)
    assert attempt.delivered
    assert attempt.milliseconds < 2_000


def resets(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")


@pytest.mark.parametrize(
    ("serve", "error"),
    [
        (resets, NO_CONNECTION),
        (lambda _: None, NO_CONNECTION),
        (lambda connection: connection.sendall(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"), NO_HTTP),
        (lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 300 + b"\r\n"), NO_HTTP),
    ],
    ids=["reset", "closed", "another protocol", "headers without end"],
)
def test_what_is_no_answer_has_failed(serve: Serve, error: str) -> None:
    attempt = sent_to(serve)
    assert (attempt.error, attempt.status_code, attempt.is_outage) == (error, None, True)


def test_nobody_who_listens_is_no_connection() -> None:
    with receiving(says()) as receiver:
        pass
    assert send(receiver).error == NO_CONNECTION


def in_two_minutes() -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=120), usegmt=True)


@pytest.mark.parametrize(
    ("header", "low", "high"),
    [(lambda: "17", 17, 17), (in_two_minutes, 117, 120), (lambda: "soon", None, None)],
    ids=["seconds", "date", "neither"],
)
def test_how_long_a_receiver_asks_to_be_left_alone(
    header: Callable[[], str], low: float | None, high: float | None
) -> None:
    wait = sent_to(says("429 Too Many Requests", b"", f"Retry-After: {header()}")).retry_after
    assert wait == low if low is None or high is None or wait is None else low <= wait <= high


# --- what is kept of an answer


def test_secrets_and_addresses_of_an_answer_are_not_kept() -> None:
    attempt = sent_to(says("400 Bad", b'{"api_key":"sk_live_51H8x9f2eZvKYlo2C","to":"+61491570157","\x00":1}'))
    assert attempt.answer is not None
    assert "51H8x9f2" not in attempt.answer
    assert "491570157" not in attempt.answer


def test_of_a_receiver_of_whole_messages_no_answer_is_kept() -> None:
    """It may repeat what it was sent."""
    assert sent_to(says("400 Bad", b"see you at noon"), include="full").answer is None


# --- TLS


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("tls")
    return {
        "hooks.example.com": self_signed(folder / "own.pem", ["hooks.example.com"]),
        "other.example.com": self_signed(folder / "other.pem", ["other.example.com"]),
    }


def of(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def send_encrypted(
    certificates: dict[str, Path], of_whom: str, *, trusted: bool
) -> tuple[Attempt, Receiver, list[Any]]:
    """To hooks.example.com, which leads to a receiver here that shows somebody's certificate."""
    asked: list[Any] = []
    context = of(certificates[of_whom])
    context.sni_callback = lambda _socket, name, _context: asked.append(name)
    trust = (
        ssl.create_default_context(cadata=authority(certificates[of_whom])) if trusted else ssl.create_default_context()
    )
    with receiving(says(), context) as receiver:
        port = receiver.url.rsplit(":", 1)[1]
        client = EndpointClient(Transport(trust, MOST_BYTES, keeps_connections=False), find=lambda *_: ["127.0.0.1"])
        made = endpoint(f"https://hooks.example.com:{port}", allow_networks=LOOPBACK, timeout_seconds=2)
        return client.send(made, "evt_1", BODY), receiver, asked


def test_the_certificate_is_that_of_the_name_though_an_address_is_dialled(certificates: dict[str, Path]) -> None:
    attempt, receiver, asked = send_encrypted(certificates, "hooks.example.com", trusted=True)
    assert attempt.delivered
    assert asked == ["hooks.example.com"]
    assert receiver.taken[0].headers["host"].startswith("hooks.example.com:")


@pytest.mark.parametrize(("of_whom", "trusted"), [("other.example.com", True), ("hooks.example.com", False)])
def test_a_wrong_certificate_is_sent_nothing(certificates: dict[str, Path], of_whom: str, trusted: bool) -> None:
    attempt, receiver, _ = send_encrypted(certificates, of_whom, trusted=trusted)
    assert attempt.error == UNTRUSTED
    assert receiver.taken == []


def test_a_connection_is_not_kept_for_another_endpoint_behind_the_same_address() -> None:
    with receiving(says()) as receiver:
        client = EndpointClient()
        for _ in range(3):
            assert send(receiver, client).delivered
        assert receiver.connections == 3


def test_what_one_receiver_sets_is_sent_to_no_other() -> None:
    with receiving(says("200 OK", b"", "Set-Cookie: session=1; Path=/")) as receiver:
        client = EndpointClient()
        for _ in range(2):
            send(receiver, client)
    assert [taken.headers.get("cookie") for taken in receiver.taken] == [None, None]


def test_connecting_has_a_limit_of_its_own() -> None:
    assert CONNECT_SECONDS == 5.0
