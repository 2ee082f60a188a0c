"""A receiver of events for the running system: it keeps what is verified, and answers as a test says."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from typing import Any, Final

from standardwebhooks import Webhook, WebhookVerificationError

from local.endpoints import EndpointSettings
from tests.http_servers import Handler, serving

SECRET: Final = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NAME: Final = "receiver"
ACCOUNT: Final = "events"
"""Of each provider the account whose changes go out: no other test's do."""


@dataclass
class Arrived:
    """An event, and when it came (seconds since 1970)."""

    at: float
    event: dict[str, Any]


@dataclass
class EventReceiver:
    """What came. `status` is what is answered. A delivery whose signature is wrong fails the verification, and the
    test by `unverified`."""

    url: str = ""
    status: int = 204
    unverified: int = 0
    arrived: list[Arrived] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def endpoint(self, accounts: list[str]) -> EndpointSettings:
        """The endpoint that leads here."""
        return EndpointSettings(NAME, {"url": self.url, "secrets": [SECRET], "accounts": accounts})

    def take(self, body: bytes, headers: dict[str, str]) -> int:
        """Verifies and keeps a delivery."""
        with self._lock:
            try:
                event = Webhook(SECRET).verify(body, headers)
            except (WebhookVerificationError, ValueError):  # not ours, or no text, base64 or JSON
                self.unverified += 1
                return 401
            self.arrived.append(Arrived(time.time(), event))
            return self.status

    def of(self, subject: str) -> list[dict[str, Any]]:
        """The events of a subject, in the order in which they came."""
        with self._lock:
            return [one.event for one in self.arrived if one.event["subject"] == subject]

    def kept(self, subject: str) -> dict[str, Any] | None:
        """What a receiver that keeps the greatest revision has of a subject."""
        return max(self.of(subject), key=lambda event: str(event["revision"]), default=None)


@contextmanager
def receiving() -> Iterator[EventReceiver]:
    """A receiver on loopback while the block runs."""
    receiver = EventReceiver()

    class Taking(Handler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.answer(receiver.take(body, headers), {}, b"")

    with ThreadingHTTPServer(("127.0.0.1", 0), Taking) as server, serving(server):
        receiver.url = f"http://127.0.0.1:{server.server_port}/events"
        yield receiver
