"""A machine whose clock is not set to UTC."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest


@pytest.fixture
def in_tokyo() -> Iterator[None]:
    """The process's own time zone is nine hours ahead, as on a developer's machine; Lambda's is UTC."""
    with pytest.MonkeyPatch.context() as world:
        world.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        yield
    time.tzset()
