"""An address is written as it was sent."""

import pytest

from message_detail.domain.urls import Url


@pytest.mark.parametrize(
    ("query", "text"),
    [("", "https://api.example.com:8443/v1/a%20b"), ("x=%31&y", "https://api.example.com:8443/v1/a%20b?x=%31&y")],
)
def test_an_address_is_written_as_it_came(query: str, text: str) -> None:
    assert str(Url("https", "api.example.com:8443", "/v1/a%20b", query)) == text
