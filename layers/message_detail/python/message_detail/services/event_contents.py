"""What an endpoint gets of an event: the event, with the whole message where it wants that, or nothing any more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from message_detail.adapters.aws.message_store import Store
from message_detail.domain.answer_size import fit
from message_detail.domain.errors import MessageNotFound
from message_detail.domain.events_out.endpoint import FULL, LATEST, Endpoint
from message_detail.domain.events_out.event import Event, body
from message_detail.domain.message import Freshness
from message_detail.domain.message_view import MessageView


class EventContents:
    """Makes the bodies of events. `api_url` is where their schema is to be had."""

    def __init__(self, store: Store, api_url: str) -> None:
        self._store = store
        self._api_url = api_url

    def is_outdated(self, endpoint: Endpoint, event: Event) -> bool:
        """Whether the endpoint wants the latest event of each message only, and there is a later one. StorageError."""
        if endpoint.mode != LATEST or event.revision is None:
            return False
        latest = self._store.last_change(event.subject)
        return latest is not None and latest > event.revision

    def body(self, endpoint: Endpoint, event: Event) -> bytes:
        """The event as it is sent. StorageError."""
        data = self._message(event) if endpoint.include == FULL and event.type.is_of_message else None
        return body(event.document(self._api_url, data))

    def _message(self, event: Event) -> Mapping[str, Any] | None:
        """The message as it is now, and what the event says besides; None where it is no more."""
        try:
            state = self._store.read(event.subject).state
        except MessageNotFound:
            return None
        if state.message is None:
            return None
        own = {key: event.data.get(key) for key in ("previous_status", "mapping", "changed")}
        return {**fit(MessageView.of(state, Freshness.STORED).document), **own}
