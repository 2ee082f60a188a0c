"""The errors as callers and queues see them: the contract's table, row by row."""

from __future__ import annotations

import inspect

import pytest

from message_detail.domain import errors
from message_detail.domain.errors import (
    AccountBusy,
    AccountUnusable,
    AlreadyFetching,
    AnswerTooLarge,
    EndpointUnusable,
    Forbidden,
    InternalError,
    InvalidRequest,
    MessageDetailError,
    MessageNotFound,
    MessageNotYetFound,
    MethodNotAllowed,
    NoSuchEndpoint,
    NoSuchErasure,
    NoSuchRoute,
    NoSuchSync,
    NotFound,
    NotTakenIn,
    OutOfReach,
    ProviderBadAnswer,
    ProviderError,
    ProviderRefused,
    ProviderRefusedForNow,
    ProviderTimeout,
    ProviderUnavailable,
    RateLimited,
    Redelivery,
    SignatureInvalid,
    StorageError,
    StorageRefused,
    StorageUnavailable,
    Temporary,
    TooLarge,
    Unauthorized,
    UnknownAccount,
    UnknownProvider,
    Unprocessable,
)

ROWS: list[tuple[type[MessageDetailError], str, int, str]] = [
    (InvalidRequest, "invalid_request", 400, "dead"),
    (Unprocessable, "invalid_request", 422, "dead"),
    (TooLarge, "invalid_request", 413, "dead"),
    (NotFound, "not_found", 404, "dead"),
    (NoSuchSync, "not_found", 404, "dead"),
    (NoSuchEndpoint, "not_found", 404, "dead"),
    (EndpointUnusable, "not_found", 404, "dead"),
    (NoSuchErasure, "not_found", 404, "dead"),
    (MethodNotAllowed, "method_not_allowed", 405, "dead"),
    (Unauthorized, "unauthorized", 401, "dead"),
    (Forbidden, "forbidden", 403, "dead"),
    (OutOfReach, "forbidden", 403, "dead"),
    (UnknownProvider, "unknown_provider", 404, "dead"),
    (UnknownAccount, "unknown_account", 404, "dead"),
    (AccountUnusable, "unknown_account", 404, "dead"),
    (MessageNotFound, "message_not_found", 404, "drop"),
    (MessageNotYetFound, "message_not_found", 404, "later"),
    (SignatureInvalid, "signature_invalid", 401, "drop"),
    (RateLimited, "rate_limited", 503, "later"),
    (ProviderUnavailable, "provider_unavailable", 503, "later"),
    (ProviderTimeout, "provider_timeout", 504, "later"),
    (ProviderRefused, "provider_refused", 502, "dead"),
    (ProviderRefusedForNow, "provider_refused", 502, "dead"),
    (ProviderBadAnswer, "provider_bad_answer", 502, "retry"),
    (AnswerTooLarge, "provider_bad_answer", 502, "retry"),
    (StorageUnavailable, "storage_unavailable", 503, "later"),
    (StorageRefused, "storage_refused", 500, "dead"),
    (AccountBusy, "provider_unavailable", 503, "later"),
    (AlreadyFetching, "provider_unavailable", 503, "later"),
    (InternalError, "internal_error", 500, "retry"),
]

MADE_OTHERWISE = (NoSuchRoute, NotTakenIn)
"""Of no detail of the caller's: they have tests of their own."""
BASES = (MessageDetailError, ProviderError, StorageError, Temporary)


@pytest.mark.parametrize(("error", "code", "status", "redelivery"), ROWS, ids=lambda value: str(value))
def test_row(error: type[MessageDetailError], code: str, status: int, redelivery: str) -> None:
    raised = error("why")
    assert (raised.code, raised.status, raised.redelivery) == (code, status, Redelivery(redelivery))
    assert raised.title
    assert raised.title[0].isupper()
    assert raised.problem()["detail"] == "why"


def test_every_error_has_its_row() -> None:
    found = {
        one for _, one in inspect.getmembers(errors, inspect.isclass)
        if issubclass(one, MessageDetailError) and one not in (*BASES, *MADE_OTHERWISE)
    }  # fmt: skip
    assert found == {error for error, *_ in ROWS}


def test_a_route_that_is_not_there_says_where_the_others_are_told() -> None:
    problem = NoSuchRoute().problem()
    assert (problem["status"], problem["code"]) == (404, "not_found")
    assert problem["detail"] == "there is no such route; see /v1/docs"


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("cause", [StorageUnavailable("why", retry_after=7), StorageRefused("why")])
def test_a_webhook_that_is_not_taken_in_has_the_status_of_its_vendor_and_the_words_of_the_cause(
    cause: StorageError, status: int
) -> None:
    problem = NotTakenIn(cause, status).problem()
    assert problem == {**cause.problem(), "status": status, "retry_after": round(cause.retry_after or 5)}


def test_problem_details() -> None:
    error = RateLimited("slow down", provider="provider", account="main", retry_after=2.6)
    assert error.problem() == {
        "type": "/problems/rate_limited",
        "title": "Provider is throttling",
        "status": 503,
        "detail": "slow down",
        "code": "rate_limited",
        "provider": "provider",
        "account": "main",
        "retry_after": 3,
    }


def test_what_has_no_value_is_left_out() -> None:
    assert set(InternalError("why").problem()) == {"type", "title", "status", "detail", "code"}


@pytest.mark.parametrize(("seconds", "shown"), [(0, 1), (0.2, 1), (1.4, 1), (59.6, 60)])
def test_retry_after_is_at_least_a_second(seconds: float, shown: int) -> None:
    assert ProviderUnavailable("why", retry_after=seconds).problem()["retry_after"] == shown


@pytest.mark.parametrize("error", [RateLimited, ProviderUnavailable, ProviderTimeout, StorageUnavailable])
def test_every_503_and_504_says_in_its_body_when_to_try_again(error: type[MessageDetailError]) -> None:
    assert error("why").problem()["retry_after"] == error("why").retry_after_seconds == 5


@pytest.mark.parametrize(("error", "status", "code", "redelivery"), [
    pytest.param(one, status, code, redelivery, id=one.__name__)
    for one, code, status, redelivery in ROWS
    if status not in (503, 504)
])  # fmt: skip
def test_no_other_answer_asks_to_try_again(
    error: type[MessageDetailError], status: int, code: str, redelivery: str
) -> None:
    assert "retry_after" not in error("why").problem()


@pytest.mark.parametrize("error", [RateLimited, ProviderUnavailable, ProviderTimeout])
def test_what_passes_by_waiting_is_temporary(error: type[ProviderError]) -> None:
    assert issubclass(error, Temporary)


def test_an_error_of_a_method_knows_which_there_are() -> None:
    assert MethodNotAllowed("why", ("GET", "POST")).allowed == ("GET", "POST")
