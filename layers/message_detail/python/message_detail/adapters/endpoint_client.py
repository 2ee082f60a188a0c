"""Sends an event to an endpoint: one POST, signed anew, to a checked address; no redirect is followed.

A connection serves one event only: a kept one would be another endpoint's, where two are behind one address.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

import httpx
from standardwebhooks import Webhook

from message_detail.adapters.http_exchange import is_certificate_error, no_cookies
from message_detail.adapters.pinned_address import NotDialled, Pinned, Resolve, pin, resolve
from message_detail.adapters.transport import DEADLINE, PIECE_BYTES, Transport
from message_detail.domain.errors import ProviderBadAnswer
from message_detail.domain.events_out.attempt import NO_ANSWER, NO_CONNECTION, NO_HTTP, UNTRUSTED, Attempt
from message_detail.domain.events_out.endpoint import FULL, Endpoint
from message_detail.domain.events_out.retry_plan import retry_after
from message_detail.domain.redaction.redact import redact
from message_detail.domain.times import from_epoch
from message_detail.domain.withholding.masks import mask_in_text
from message_detail.version import __version__

CONNECT_SECONDS: Final = 5.0
MAX_READ: Final = 16 * 1024
"""Bytes of an answer that are read."""
MOST_BYTES: Final = MAX_READ + PIECE_BYTES
"""That may come, since they come in pieces."""
MAX_KEPT: Final = 1_024
"""Characters of it that are kept."""
CONTENT_TYPE: Final = "application/cloudevents+json; charset=utf-8"
"""https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#32-structured-content-mode"""
HEADERS: Final = {
    "content-type": CONTENT_TYPE,
    "user-agent": f"message-detail/{__version__}",
    "accept": "*/*",
    "accept-encoding": "identity",
}
_UNREADABLE: Final = re.compile(r"[^\x20-\x7e\xa0-\ud7ff\ue000-\ufffd]+")


class EndpointClient:
    """Calls endpoints. Thread-safe. `transport` replaces the network in tests, `find` its names."""

    def __init__(
        self,
        transport: httpx.BaseTransport | None = None,
        find: Resolve = resolve,
        now: Callable[[], float] = time.time,
    ) -> None:
        context = httpx.create_ssl_context(trust_env=False)
        way = transport or Transport(context, MOST_BYTES, keeps_connections=False)
        self._client = httpx.Client(transport=way, trust_env=False, follow_redirects=False, cookies=no_cookies())
        self._find = find
        self._now = now

    def send(self, endpoint: Endpoint, event_id: str, body: bytes) -> Attempt:
        """One attempt, which lasts no longer than the endpoint may take. It never raises for what the receiver does."""
        at, began = self._now(), time.monotonic()
        ended = self._ended(endpoint, event_id, body, at, began + endpoint.timeout_seconds)
        return replace(ended, milliseconds=round((time.monotonic() - began) * 1000))

    def _ended(self, endpoint: Endpoint, event_id: str, body: bytes, at: float, until: float) -> Attempt:
        failed = Attempt(at=from_epoch(at), milliseconds=0)
        try:
            pinned = pin(endpoint, until, self._find)
            request = self._request(endpoint, pinned, signed(endpoint, event_id, body, at), body, until)
            response = self._client.send(request, stream=True)
        except NotDialled as error:
            return replace(failed, error=str(error))
        except (ProviderBadAnswer, httpx.InvalidURL):
            return replace(failed, error=NO_HTTP)
        except httpx.HTTPError as error:
            return replace(failed, error=_why(error))
        try:
            return replace(failed, status_code=response.status_code, **self._failure(endpoint, response))
        finally:
            response.close()

    def _request(
        self, endpoint: Endpoint, pinned: Pinned, signature: dict[str, str], body: bytes, until: float
    ) -> httpx.Request:
        seconds = max(0.001, until - time.monotonic())
        own = {name.lower(): value for name, value in endpoint.headers.items()}
        return self._client.build_request(
            "POST",
            pinned.url,
            headers={**HEADERS, **own, **signature, "host": pinned.authority, "connection": "close"},
            content=body,
            timeout=httpx.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS)),
            extensions={DEADLINE: until, "sni_hostname": pinned.host},
        )

    def _failure(self, endpoint: Endpoint, response: httpx.Response) -> dict[str, Any]:
        """What of an answer is no success; of one that is, its status is enough."""
        text = _beginning(response)
        if response.is_success:
            return {}
        # Where it was sent addresses and texts, an answer may repeat them.
        answer = _without_secrets(text) if endpoint.include != FULL else None
        wait = retry_after(response.headers.get("retry-after"), self._now())
        return {"error": f"answered {response.status_code}", "retry_after": wait, "answer": answer or None}


def signed(endpoint: Endpoint, event_id: str, body: bytes, at: float) -> dict[str, str]:
    """The headers by which a receiver knows the event for ours: a signature of each secret, so that one can be
    exchanged while receivers still know the other."""
    moment, text = datetime.fromtimestamp(int(at), UTC), body.decode()
    signatures = [Webhook(secret).sign(event_id, moment, text) for secret in endpoint.secrets]
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(int(at)),
        "webhook-signature": " ".join(signatures),
    }


def _beginning(response: httpx.Response) -> str:
    """What can be read of an answer's beginning, within the time that is left."""
    content = bytearray()
    try:
        for piece in response.iter_bytes():
            content += piece
            if len(content) >= MAX_READ:
                break
    except (httpx.HTTPError, ProviderBadAnswer):  # its status is known, and says all that matters
        pass
    return bytes(content[:MAX_READ]).decode(errors="replace")


def _without_secrets(text: str) -> str:
    plain = _UNREADABLE.sub(" ", text).strip()
    return mask_in_text(str(redact(plain)))[:MAX_KEPT]


def _why(error: httpx.HTTPError) -> str:
    if isinstance(error, httpx.TimeoutException):
        return NO_ANSWER
    if is_certificate_error(error):
        return UNTRUSTED
    return NO_HTTP if isinstance(error, httpx.ProtocolError) and "disconnected" not in str(error) else NO_CONNECTION
