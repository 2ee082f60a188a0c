"""The parameters of a search: each that can't be read is named."""

from __future__ import annotations

import pytest

from message_detail.adapters.aws.search import Query
from message_detail.domain.errors import InvalidRequest
from message_detail.services.search_query import parse
from tests.unit.samples import T0


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"address": "a", "provider": "cellcast"}, "at most one .* address and provider"),
        ({"adress": "a"}, "adress"),
        ({"address": " "}, "^address"),
        ({"address": ",;\n,"}, "^address: names nobody"),
        ({"conversation": ""}, "^conversation"),
        ({"reference": "r" * 2_001}, "^reference"),
        ({"reference": "r", "account": "default"}, "^account"),
        ({"account": "default"}, "^account: goes with provider only"),
        ({"reference": "r", "status": "sent"}, "^status: goes with provider, or with none .*; there is reference"),
        ({"discrepancy": "true", "outcome": "failure"}, "^outcome: goes with provider, or .*; there is discrepancy"),
        ({"status": "sent", "outcome": "pending"}, "^outcome: does not go with status"),
        ({"status": "sent,"}, "^status: must be one of unknown, .*, or several"),
        ({"status": "sent, failed"}, "^status: must be one of"),
        ({"status": "uncertain"}, "^status: must be one of"),
        ({"outcome": "failed"}, "^outcome: must be one of pending, success, failure, uncertain"),
        ({"outcome": "failure,success"}, "^outcome: must be one of"),
        ({"view": "full"}, "^view: must be summary"),
        ({"provider": "nobody"}, "^provider"),
        ({"provider": "cellcast", "account": "a b"}, "^account"),
        ({"provider": "cellcast", "status": "Sent"}, "^status"),
        ({"discrepancy": "false"}, "^discrepancy"),
        ({"provider": "cellcast", "since": "2026-06-01"}, "^since"),
        ({"provider": "cellcast", "since": "2026-06-01T12:00:00"}, "^since"),
        ({"provider": "cellcast", "since": "2026-13-01T12:00:00Z"}, "^since"),
        ({"provider": "cellcast", "since": "20260601T120000Z"}, "^since"),
        ({"provider": "cellcast", "until": "0001-01-01T00:00:00+14:00"}, "^until"),
        ({"provider": "cellcast", "until": "9999-12-31T23:59:59.999999Z"}, "^until"),
        ({"provider": "cellcast", "since": T0, "until": T0}, "^until"),
        ({"provider": "cellcast", "limit": "0"}, "^limit"),
        ({"provider": "cellcast", "limit": "101"}, "^limit"),
        ({"provider": "cellcast", "limit": "²"}, "^limit"),
        ({"provider": "cellcast", "cursor": ""}, "^cursor"),
    ],
)
def test_a_bad_parameter_is_named(parameters: dict[str, str], named: str) -> None:
    with pytest.raises(InvalidRequest, match=named):
        parse(parameters)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-06-01T12:00:00Z", T0),
        ("2026-06-01t12:00:00z", T0),
        ("2026-06-01T22:00:00+10:00", T0),
        ("2026-06-01T22:00:00 10:00", T0),  # a plus that was not percent-encoded
        ("2026-06-01T11:59:59.9991Z", T0),
        ("2026-06-01T12:00:00.000Z", T0),
    ],
)
def test_times_are_rounded_up_to_milliseconds(text: str, instant: str) -> None:
    query = parse({"provider": "cellcast", "since": text})
    assert query == Query((("provider#cellcast",),), since=instant, limit=25)
