"""Calls of the API: what they send, what comes of it, and when they are made again."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import quote

import httpx

SECONDS: Final = 40.0
"""More than API Gateway takes: it gives up after 30 s."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a call is made again that the API asks to repeat (`Retry-After`), and how many seconds are waited in
    all: an answer that asks for more is an error at once."""

    retries: int = 3
    seconds: float = 60.0
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class TextPage:
    """A page that is no JSON object, and the path with a query that leads to the next one; None at the end."""

    text: str
    next: str | None


class Unreachable(Exception):
    """No answer came, or none of the API's. The text says which."""


class NotTheApi(Unreachable):
    """Something answered, and it was not the API."""


class ApiError(Exception):
    """The API said no: `status` is the HTTP status, `code` the API's word (None: not the API answered, but something
    before it), `detail` a sentence, `retry_after` the seconds after which the same call may succeed, `problem` all of
    the answer."""

    def __init__(self, status: int, problem: Mapping[str, Any], retry_after: float | None) -> None:
        told = {name: value for name, value in problem.items() if isinstance(value, str)}
        self.status = status
        self.code = told.get("code")
        self.detail = told.get("detail") or told.get("title") or told.get("message")
        self.retry_after = retry_after
        self.problem = dict(problem)
        super().__init__(f"{self.code or f'HTTP {status}'}: {self.detail or 'without a reason'}")


class Connection:
    """The API at an address (without `/v1`), with a key."""

    def __init__(
        self,
        url: str,
        key: str,
        *,
        patience: Patience | None = None,
        transport: httpx.BaseTransport | None = None,
        user_agent: str = "message-detail-client",
        trust_env: bool = True,
    ) -> None:
        self._url = url.rstrip("/").removesuffix("/v1")
        self._patience = patience or Patience()
        self._http = httpx.Client(
            headers={"Authorization": f"Bearer {key}", "User-Agent": user_agent, "Accept": "application/json"},
            timeout=SECONDS,
            transport=transport,
            trust_env=trust_env,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes what is open to the API."""
        self._http.close()

    def get(self, place: str, query: Mapping[str, Any] | None = None) -> Any:
        """The JSON object that a GET answers; parameters that are None are left out."""
        return self.call("GET", place, params=_given(query or {}))

    def post(self, place: str, body: Mapping[str, Any] | None = None) -> Any:
        """The JSON object that a POST answers; keys whose value is None are left out."""
        return self.call("POST", place, json=_given(body or {}))

    def text(self, place: str, query: Mapping[str, Any] | None = None) -> TextPage:
        """The text that a GET answers, and where the next page is (its header `Link`), a path with a query."""
        answer = self.answered("GET", place, **({"params": _given(query)} if query else {}))
        return TextPage(answer.text, answer.links.get("next", {}).get("url"))

    def call(self, method: str, place: str, **sent: Any) -> Any:
        """The JSON object that a call answers; ApiError or Unreachable. What is sent is httpx's `params` or `json`."""
        body = _json(self.answered(method, place, **sent))
        if not isinstance(body, dict):
            raise NotTheApi(f"{self._url} did not answer with a JSON object: is it the API's address?")
        return body

    def answered(self, method: str, place: str, **sent: Any) -> httpx.Response:
        """The answer to a call that went well; ApiError or Unreachable."""
        waited = 0.0
        for left in range(self._patience.retries, -1, -1):
            answer = self._answered(method, place, **sent)
            if answer.is_success:
                return answer
            body = _json(answer)
            problem = body if isinstance(body, dict) else {}
            wait = _retry_after(answer, problem)
            if wait is None or not left or waited + wait > self._patience.seconds:
                break
            self._patience.sleep(wait)
            waited += wait
        raise ApiError(answer.status_code, problem, wait)

    def _answered(self, method: str, place: str, **sent: Any) -> httpx.Response:
        try:
            return self._http.request(method, self._url + place, **sent)
        except httpx.TimeoutException:
            raise NotTheApi(f"{self._url} did not answer within {SECONDS:.0f} s") from None
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            raise Unreachable(f"no connection to {self._url} ({type(error).__name__})") from None


def path(part: str) -> str:
    """A part of a path, percent-encoded whole."""
    return quote(part, safe="")


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _json(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except (ValueError, RecursionError):
        return None


def _retry_after(answer: httpx.Response, problem: Mapping[str, Any]) -> float | None:
    """Seconds; None where the answer names none, or none that can be read."""
    told = problem.get("retry_after", answer.headers.get("retry-after"))
    try:
        seconds = float(told)
    except (TypeError, ValueError):
        return None
    return seconds if 0 <= seconds < float("inf") else None
