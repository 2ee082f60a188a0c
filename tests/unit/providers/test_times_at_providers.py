"""Times come in every form at every provider, whatever its page says: report 26 of HighLevel, for the others."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.providers import test_cellcast
from tests.unit.providers.cases import CASES

MAY = "2026-05-27T12:34:56.000Z"
CREATED = {name: (case.created, case.message) for name, case in CASES.items() if case.created is not None}


@pytest.mark.parametrize("provider", CREATED)
@pytest.mark.parametrize(
    "native",
    [
        "2026-05-27T12:34:56Z",
        "2026-05-27 12:34:56",
        "2026-05-27 12:34:56 UTC",
        "Wed, 27 May 2026 12:34:56 +0000",
        "2026-05-27T14:34:56+02:00",
        1779885296,
        "1779885296",
        1779885296000,
        {"_seconds": 1779885296, "_nanoseconds": 0},
        {"$date": "2026-05-27T12:34:56Z"},
    ],
    ids=repr,
)
def test_a_time_is_read_in_every_form_and_without_an_offset_is_utc(provider: str, native: Any) -> None:
    field, message = CREATED[provider]
    found = message(**{field: native})
    assert found.timestamps.created == MAY
    assert field not in {drift.path for drift in found.provenance.drift}
    assert isinstance(native, str) or found.extensions[field] == native


@pytest.mark.parametrize("provider", CREATED)
@pytest.mark.parametrize("native", ["soon", "0000-00-00 00:00:00", 0, True, [], {"_seconds": "x"}], ids=repr)
def test_what_is_no_time_is_drift_and_kept(provider: str, native: Any) -> None:
    field, message = CREATED[provider]
    found = message(**{field: native})
    assert found.timestamps.created is None
    assert [drift.problem for drift in found.provenance.drift if drift.path == field] == ["unreadable_time"]
    assert found.extensions[field] == native


def test_a_reply_of_cellcast_has_its_time_in_any_form() -> None:
    found = test_cellcast.message(
        customerResponse="yes",
        customerResponseAt=1779885296000,
        replyMessage={"text": "no", "receivedAt": "2026-05-27 12:34:56"},
    )
    assert [(reply.text, reply.at) for reply in found.replies] == [("yes", MAY), ("no", MAY)]
