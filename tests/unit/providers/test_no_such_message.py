"""A vendor's "no such message" is one in whatever status it comes; and what must not be taken for one."""

from __future__ import annotations

from typing import Any

import pytest

from message_detail import providers
from message_detail.adapters.provider_steps import classified
from message_detail.domain.errors import (
    MessageNotFound,
    ProviderBadAnswer,
    ProviderError,
    ProviderRefused,
    ProviderUnavailable,
    RateLimited,
)
from message_detail.providers.base.provider import Response
from tests.unit.providers.cases import CASES

NAMES = [name for name, case in CASES.items() if case.error("text")]
STATUSES = (200, 400, 404, 410, 422, 500)
TEXTS = (
    "Message not found", "message with id m9 not found", "The message does not exist", "No such message",
    "Could not find message", "Invalid message id", "message id is not valid", "not_found", "MESSAGE_NOT_FOUND",
    "Message was deleted", "No record found", "Resource not found.",
)  # fmt: skip
OTHERS = ("Internal error", "Something went wrong", "Message queue is full", "message is required", "Bad request", "")


def meant(name: str, status: int, body: Any) -> ProviderError | None:
    return classified(providers.load(name), Response(status, {}, body)).error


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("text", TEXTS)
def test_no_such_message_is_one_in_any_status(name: str, status: int, text: str) -> None:
    for body in CASES[name].error(text):
        assert type(meant(name, status, body)) is MessageNotFound, body


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("status", [400, 500])
@pytest.mark.parametrize("text", OTHERS)
def test_other_texts_mean_what_their_status_says(name: str, status: int, text: str) -> None:
    for body in CASES[name].error(text):
        wanted = ProviderUnavailable if status == 500 else ProviderRefused
        assert type(meant(name, status, body)) is wanted, body


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("status", [401, 429, 502, 503, 504])
def test_text_does_not_outrank_what_is_certain(name: str, status: int) -> None:
    """Refused credentials, throttling, and what a gateway in front of the vendor says."""
    wanted = {401: ProviderRefused, 429: RateLimited}.get(status, ProviderUnavailable)
    for body in CASES[name].error("Message not found"):
        if not (CASES[name].envelope_decides and status > 500):
            assert type(meant(name, status, body)) is wanted, body


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("text", ["Rate limit exceeded", "Too many requests", "request was throttled", "rate_limited"])
def test_throttling_is_heard_in_a_400(name: str, text: str) -> None:
    for body in CASES[name].error(text):
        assert type(meant(name, 400, body)) is RateLimited, body


@pytest.mark.parametrize(
    ("name", "status", "body"), [(name, *answer) for name, case in CASES.items() for answer in case.tells_absent]
)
def test_code_words_of_each_vendor(name: str, status: int, body: Any) -> None:
    assert type(meant(name, status, body)) is MessageNotFound


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("body", [None, [], 5, True])
def test_a_success_without_an_object_is_a_bad_answer(name: str, body: Any) -> None:
    assert type(meant(name, 200, body)) is ProviderBadAnswer


@pytest.mark.parametrize(
    ("name", "body"), [(name, body) for name, case in CASES.items() for body in case.tells_message]
)
def test_a_message_or_a_list_that_only_speaks_of_it_is_a_success(name: str, body: Any) -> None:
    assert meant(name, 200, body) is None
