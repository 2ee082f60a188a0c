"""Secrets in data that is kept are blanked; everything else stays as it is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from message_detail.redact import BLANK, redact


@pytest.mark.parametrize(
    "key",
    [
        "Authorization",
        "x-api-key",
        "apiKey",
        "API_KEY",
        "clientSecret",
        "password",
        "passwd",
        "refresh_token",
        "Set-Cookie",
        "X-Signature",
        "sessionId",
    ],
)
def test_a_secret_by_its_name(key: str) -> None:
    assert redact({key: "invented", "path": "/v1"}) == {key: BLANK, "path": "/v1"}
    assert redact([{"deep": [{key: {"any": "thing"}}]}]) == [{"deep": [{key: BLANK}]}]
    assert redact({key: None}) == {key: None}


@pytest.mark.parametrize(
    "value",
    [
        "Bearer abc.def-ghi",
        "bearer  abc",
        "Basic dXNlcjpwYXNz",
        "vendor_sk_live_0001",
        "sk_live_0001",
        "sk_sm_0001",
        "whsec_abc+/=",
        "eyJhbGciOi.eyJzdWIi.sig",
    ],
)
def test_a_secret_by_its_look(value: str) -> None:
    assert redact({"header": value}) == {"header": BLANK}
    assert redact(f"before {value} after") == f"before {BLANK} after"


@pytest.mark.parametrize(
    ("text", "blanked"),
    [
        ('{"token": "invented", "a": 1.10}', '{"token":"[redacted]","a":1.1}'),
        ('[{"a": {"X-API-Key": "invented"}}]', '[{"a":{"X-API-Key":"[redacted]"}}]'),
        ('{"a": "{\\"token\\": \\"invented\\"}"}', '{"a":"{\\"token\\":\\"[redacted]\\"}"}'),
        ('{"token": "invented", "cut', '{"token": [redacted], "cut'),
        ('{"a": "{\\"token\\": \\"invented', '{"a": "{\\"token\\": \\[redacted]'),
        ("X-API-Key: invented\nAccept: */*", "X-API-Key: [redacted]\nAccept: */*"),
        ("https://example.com/?api_key=invented&page=2", "https://example.com/?api_key=[redacted]&page=2"),
        ("{'password': 'invented'}", "{'password': [redacted]}"),
        ("Authorization: Bearer invented", "Authorization: [redacted]"),
    ],
)
def test_a_secret_in_running_text(text: str, blanked: str) -> None:
    assert redact(text) == blanked


@pytest.mark.parametrize(
    "value",
    [
        '{"a": 1.10, "b": [1e400]}',
        "{not json",
        "[1] of 3",
        "plain",
        "task_1",
        "",
        None,
        True,
        5,
        1.5,
        {"a": [1, None]},
        '{"a":1}' + " " * 9,
    ],
)
def test_what_holds_no_secret_stays_as_it_is(value: Any) -> None:
    assert redact(value) == value


def test_a_name_told_twice_hides_nothing() -> None:
    assert "invented" not in redact('{"a": "Bearer invented", "a": "harmless"}')


@pytest.mark.parametrize("depth", [200, 900, 100_000])
def test_deep_nesting_does_not_fail(depth: int) -> None:
    text = '{"a":' * depth + '{"token":"invented"}' + "}" * depth
    assert "invented" not in redact(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@given(JSON)
def test_blanking_twice_is_blanking_once(value: Any) -> None:
    assert redact(redact(value)) == redact(value)
