"""What holds for every provider whose webhook the user's own relay posts."""

from __future__ import annotations

from typing import Any, Final

import pytest

from message_detail.errors import InvalidRequest
from message_detail.relay import MAX_IDS
from message_detail.webhook import HINT_WINDOW_SECONDS, Event
from tests.unit.webhooks.schemes import Scheme, read

BAD: Final[dict[str, Any]] = {
    "nothing": {},
    "another name": {"id": "m1"},
    "null": {"message_id": None},
    "empty id": {"message_id": ""},
    "number": {"message_id": 17},
    "object": {"message_id": {"id": "m1"}},
    "list under the name of one": {"message_id": ["m1"]},
    "one under the name of many": {"message_ids": "m1"},
    "no ids": {"message_ids": []},
    "empty id among ids": {"message_ids": ["m1", ""]},
    "number among ids": {"message_ids": ["m1", 17]},
    "null among ids": {"message_ids": ["m1", None]},
    "both": {"message_id": "m1", "message_ids": ["m2"]},
    "too many": {"message_ids": [str(number) for number in range(MAX_IDS + 1)]},
}


def check_good(scheme: Scheme) -> None:
    """The two payloads, and no more than the ids taken of them."""
    assert read(scheme, {"message_id": "m1"}) == Event(message_ids=("m1",))
    assert read(scheme, {"message_ids": ["m2", "m1"]}) == Event(message_ids=("m2", "m1"))
    assert read(scheme, {"message_id": "m1", "message_ids": None, "status": "read"}) == Event(message_ids=("m1",))
    most = [str(number) for number in range(MAX_IDS)]
    assert read(scheme, {"message_ids": most}).message_ids == tuple(most)


def check_bad(scheme: Scheme, body: Any) -> None:
    """Refused as unreadable, saying what is wanted, without a value of it."""
    with pytest.raises(InvalidRequest, match="message_id") as caught:
        read(scheme, body)
    assert caught.value.status == 400
    assert "m1" not in caught.value.detail


def check_declaration(scheme: Scheme) -> None:
    """The same body may soon mean a newer state, so it is a duplicate for a short while only."""
    assert scheme.webhook.provider == scheme.provider
    assert scheme.webhook.window_seconds == HINT_WINDOW_SECONDS
    assert scheme.webhook.busy_status == 503
