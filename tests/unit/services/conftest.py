"""What the tests of the use cases share."""

from __future__ import annotations

from collections import Counter

import pytest

from message_detail import observability


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """What is counted in the metrics."""
    found = Counter[str]()
    monkeypatch.setattr(observability, "count", lambda name, value=1: found.update({name: value}))
    return found
