"""What `make run` fills the simulators with, so that there is something to look at."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime, timedelta

import pytest

from local.demo import EACH, fill, repeated
from local.simulators import SIMULATORS
from local.simulators.desk import DEFAULT
from local.simulators.store import Held


@pytest.mark.parametrize("provider", SIMULATORS)
def test_each_provider_gets_messages_of_its_own_up_to_now(provider: str) -> None:
    simulator = SIMULATORS[provider]()
    before = set(simulator.message_ids())
    moving = fill(simulator, random.Random(1), datetime.now(UTC))
    new = [message_id for message_id in simulator.message_ids() if message_id not in before]
    assert len(new) == EACH
    assert set(moving) <= set(new)
    last = datetime.now(UTC).replace(tzinfo=None)
    texts = [str(simulator.store.get(DEFAULT, message_id).message) for message_id in new]
    times = [max(map(datetime.fromisoformat, re.findall(r"20\d\d-\d\d-\d\d[T ][\d:]{8}", text))) for text in texts]
    assert all(last - timedelta(days=4) < at <= last for at in times)


def test_a_message_is_repeated_with_an_id_of_its_own_and_as_much_time_between_its_steps() -> None:
    pattern = Held({"id": "old", "self": "/m/old", "made": "2026-05-04T09:00:00.5Z", "sent": "2026-05-04 09:01:00"}, "")
    made = repeated(pattern, "id", "new", datetime(2026, 11, 28, 12, 0, tzinfo=UTC))
    assert made.message == {
        "id": "new",
        "self": "/m/new",
        "made": "2026-11-28T11:59:00.5Z",
        "sent": "2026-11-28 12:00:00",
    }
    assert pattern.message["id"] == "old"
