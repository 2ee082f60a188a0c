"""The calls that `make run` makes by itself: one message of each provider, and one through a queue."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import quote

import httpx

from local.access_lines import OWN

QUEUE_SECONDS: Final = 30.0
_POLL_SECONDS: Final = 0.1


@dataclass(frozen=True, slots=True)
class Sample:
    """What came out of one call: the message, or the problem. way: how it was asked for."""

    provider: str
    message_id: str
    way: str
    message: Mapping[str, Any] | None = None
    problem: str = ""


class Caller:
    """Calls the API as a user would, with a key that has every scope."""

    def __init__(self, url: str, key: str) -> None:
        headers = {"Authorization": f"Bearer {key}", "User-Agent": OWN}
        self._http = httpx.Client(base_url=url, headers=headers, timeout=40, trust_env=False)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def session(self) -> str:
        """A token for the console that may look and act, as POST /v1/session makes it."""
        answer = self._http.post("/v1/session", json={"scopes": ["metadata", "read", "write"]})
        return str(answer.json()["token"]) if answer.status_code == 201 else ""

    def lookup(self, provider: str, message_id: str) -> Sample:
        """GET /v1/messages/{provider}/{message_id}."""
        answer = self._http.get(path_of(provider, message_id))
        return _sample(answer, provider, message_id, "lookup")

    def through_queue(self, provider: str, message_id: str, waiting: Callable[[], int]) -> Sample:
        """POST …/refresh, wait until no task is `waiting` any more, and read what the worker has stored."""
        answer = self._http.post(f"/v1/messages/{provider}/refresh", json={"message_ids": [message_id]})
        if answer.status_code != 202:
            return _sample(answer, provider, message_id, "queue")
        deadline = time.monotonic() + QUEUE_SECONDS
        while waiting() and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
        answer = self._http.get(path_of(provider, message_id), params={"max_age": 86_400})
        sample = _sample(answer, provider, message_id, "queue")
        if sample.message is not None and sample.message["provenance"]["via"] != "refresh":
            return replace(sample, problem=f"the worker did not store it within {QUEUE_SECONDS:.0f} s")
        return sample


def path_of(provider: str, message_id: str) -> str:
    """The path of a message, its id percent-encoded."""
    return f"/v1/messages/{provider}/{quote(message_id, safe='')}"


def _sample(answer: httpx.Response, provider: str, message_id: str, way: str) -> Sample:
    try:
        body = answer.json()
    except ValueError:
        return Sample(provider, message_id, way, problem=f"{answer.status_code}, not JSON")
    if answer.status_code == 200:
        return Sample(provider, message_id, way, body)
    return Sample(provider, message_id, way, problem=f"{answer.status_code} {body.get('code')}: {body.get('detail')}")
