"""The tool about what goes out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final
from urllib.parse import quote

from pydantic import Field

from message_detail_cli.assistant.answers import Time, answer, instant_of
from message_detail_cli.assistant.reader import Reader

_ATTEMPT: Final = ("event_id", "type", "subject", "status", "attempt", "at", "status_code", "next_at")


class DeliveryTools:
    """What can be asked about the endpoints that changes go out to."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def list_deliveries(
        self,
        endpoint: Annotated[str | None, Field(description="Its name; without one the endpoints are listed.")] = None,
        status: Annotated[str | None, Field(description="delivered, failed or waiting.")] = None,
        since: Time = None,
    ) -> str:
        """Endpoints that changes of messages are sent to, and how they fare; or the attempts at sending to one."""
        if endpoint is None:
            return answer(endpoints=list(map(_standing, self._reader.get("/v1/endpoints")["items"])))
        place = f"/v1/endpoints/{quote(endpoint, safe='')}/deliveries"
        page = self._reader.get(place, {"status": status, "since": instant_of(since)})
        return answer(attempts=list(map(_attempt, page["items"])), there_are_more=bool(page.get("next_cursor")))


def _standing(endpoint: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: endpoint.get(name) for name in ("name", "host", "state", "reason", "last_success", "waiting")}
    return {**told, "untrusted": {"last_error": endpoint.get("last_error")}}


def _attempt(attempt: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: attempt.get(name) for name in _ATTEMPT}
    return {**told, "untrusted": {name: attempt.get(name) for name in ("error", "answer") if attempt.get(name)}}
