"""Reads the API as somebody who may do no more than that: with a session token of the key's, of one scope."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import Any, Final, Literal

from message_detail_cli.api import Api, ApiRefused
from message_detail_cli.errors import CliError

UNAUTHORIZED: Final = 401
FORBIDDEN: Final = 403


class Reader:
    """Calls with a session token, which is opened when it is needed first, and anew when it has run out.

    Without `content` its scope is `metadata`: then the API itself withholds texts and masks persons, in everything that
    it answers.
    """

    def __init__(self, key: Api, *, content: bool) -> None:
        self._key = key
        self._scope: Literal["read", "metadata"] = "read" if content else "metadata"
        self._session: Api | None = None
        self._lock = Lock()

    def get(self, place: str, query: Mapping[str, Any] | None = None) -> Any:
        """The JSON object that a GET answers; ApiRefused, or CliError where no session can be had."""
        session = self._opened()
        try:
            return session.get(place, query)
        except ApiRefused as error:
            if error.status != UNAUTHORIZED:
                raise
        return self._opened(instead_of=session).get(place, query)

    def _opened(self, instead_of: Api | None = None) -> Api:
        with self._lock:
            if self._session is None or self._session is instead_of:
                self._session = self._key.as_caller(self._token())
            return self._session

    def _token(self) -> str:
        """A token of the one scope. A key that is such a token itself is as good."""
        try:
            return self._key.open_session(scopes=[self._scope])["token"]
        except ApiRefused as error:
            if error.status != FORBIDDEN:
                raise
            if self._key.who_am_i()["scopes"] == [self._scope]:
                return self._key.key
            raise CliError(f"{error}; this server opens a session with the scope {self._scope}") from None
