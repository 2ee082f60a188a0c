"""What the front of the local API passes on, and what it answers itself."""

from __future__ import annotations

import json

import pytest

from local.gateway import made_by_gateway


@pytest.mark.parametrize(
    "content",
    [
        b'{"message":"Not Found"}',
        b'{"message":"Unauthorized"}',
        b'{"errorMessage":"x","errorType":"KeyError","stackTrace":[]}',
        b"Internal Server Error",
    ],
)
def test_answers_that_no_handler_makes_are_recognized(content: bytes) -> None:
    assert made_by_gateway(502, content)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, {"message": "of a message"}),
        (404, {"type": "/problems/x", "code": "x"}),
        (404, {}),
        (500, ["message"]),
    ],
)
def test_answers_of_handlers_are_left_alone(status: int, body: object) -> None:
    assert not made_by_gateway(status, json.dumps(body).encode())
