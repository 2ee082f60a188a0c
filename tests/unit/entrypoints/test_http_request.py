"""What a request is made of: an event of an HTTP API, payload format 2.0."""

from __future__ import annotations

import pytest

from message_detail.entrypoints.http import read
from tests.unit.container import Context


@pytest.mark.parametrize(
    ("event", "url"),
    [
        ({}, "https://api0000000.example.com/v1/webhooks/acme"),
        ({"rawQueryString": "a=%2B&b=1+2"}, "https://api0000000.example.com/v1/webhooks/acme?a=%2B&b=1+2"),
        (
            {"headers": {"Host": "127.0.0.1:3000", "X-Forwarded-Proto": "http"}},
            "http://127.0.0.1:3000/v1/webhooks/acme",
        ),
        ({"headers": {"x-forwarded-proto": "https, http"}}, "https://api0000000.example.com/v1/webhooks/acme"),
    ],
)
def test_a_request_knows_the_address_that_it_was_sent_to(event: dict[str, object], url: str) -> None:
    context = {"http": {"method": "POST"}, "domainName": "api0000000.example.com"}
    request = read({"rawPath": "/v1/webhooks/acme", "requestContext": context, **event}, Context())
    assert str(request.url) == url
