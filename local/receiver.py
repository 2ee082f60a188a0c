"""A receiver of events on this machine, which prints what comes: `make run ENDPOINT=1`.

It does what any receiver should: it verifies the signature before it reads a word, and tells what is new from what it
has had, by the greatest revision of each subject.
"""

from __future__ import annotations

import base64
import secrets
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from local.endpoints import EndpointSettings

NAME: Final = "terminal"
MOST_BYTES: Final = 8_000_000


class Receiver:
    """Listens on a free port of loopback until it is closed. told: gets a line for each delivery."""

    def __init__(self, told: Callable[[str], None]) -> None:
        self._secret = f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"
        self._webhook = Webhook(self._secret)
        self._told = told
        self._latest: dict[str, str] = {}
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, name="receiver", daemon=True)

    @property
    def endpoint(self) -> EndpointSettings:
        """The endpoint by which events come here."""
        url = f"http://127.0.0.1:{self._server.server_port}/events"
        return EndpointSettings(NAME, {"url": url, "secrets": [self._secret]})

    def start(self) -> None:
        """Listen from now on."""
        self._thread.start()

    def close(self) -> None:
        """Listen no more."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def take(self, body: bytes, headers: dict[str, str]) -> int:
        """The status to answer a delivery with."""
        try:
            event = self._webhook.verify(body, headers)
        except WebhookVerificationError:
            self._told("refused: a delivery without a valid signature")
            return 401
        self._told(self._line(event))
        return 204

    def _line(self, event: dict[str, Any]) -> str:
        subject, revision = str(event["subject"]), str(event.get("revision", ""))
        with self._lock:
            is_new = not revision or revision > self._latest.get(subject, "")
            if is_new:
                self._latest[subject] = revision
        data = event["data"]
        what = " ".join(str(data[key]) for key in ("previous_status", "status", "state") if data.get(key))
        kind = str(event["type"]).removeprefix("message_detail.")
        return f"{'' if is_new else 'old: '}{kind} {subject} {what} {revision.lstrip('0')}".rstrip()


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = min(int(self.headers.get("content-length") or 0), MOST_BYTES)
            body = self.rfile.read(size)
            self.send_response(receiver.take(body, {name.lower(): value for name, value in self.headers.items()}))
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # the base class's name
            """Nothing: what came is told once."""

    return Handler


def printed(line: str) -> None:
    """A line on the terminal."""
    print(f"event    {line}", flush=True)
