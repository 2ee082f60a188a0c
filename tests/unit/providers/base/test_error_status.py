"""What a status means by itself: the usual end of every provider's `classify`."""

from __future__ import annotations

import pytest

from message_detail.domain.errors import (
    MessageNotFound,
    ProviderError,
    ProviderRefused,
    ProviderUnavailable,
    RateLimited,
)
from message_detail.providers.base.error_status import by_status


@pytest.mark.parametrize(
    ("status", "error", "detail"),
    [
        (400, ProviderRefused, "Acme refused the request with 400"),
        (401, ProviderRefused, "put a good key in the account"),
        (404, MessageNotFound, "Acme has no message with this id"),
        (410, MessageNotFound, "Acme has no message with this id"),
        (422, ProviderRefused, "Acme refused the request with 422"),
        (429, RateLimited, "Acme throttles this account"),
        (500, ProviderUnavailable, "Acme answered 500"),
        (599, ProviderUnavailable, "Acme answered 599"),
    ],
)
def test_a_status_stands_for_one_error(status: int, error: type[ProviderError], detail: str) -> None:
    found = by_status("Acme", status, refusals={401: "put a good key in the account"})
    assert type(found) is error
    assert found.detail == detail


@pytest.mark.parametrize("status", [200, 204, 301, 399])
def test_a_status_below_400_is_no_error(status: int) -> None:
    assert by_status("Acme", status) is None


def test_code_words_of_the_answer_are_told_where_nothing_better_is_known() -> None:
    refusals = {403: "the key lacks a right"}
    found = [by_status("Acme", status, refusals=refusals, said="400 (bad_id)") for status in (400, 403)]
    details = [error.detail for error in found if error is not None]
    assert details == ["Acme refused the request with 400 (bad_id)", "the key lacks a right"]
