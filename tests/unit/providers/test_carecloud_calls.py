"""CareCloud's calls, and its error answers row by row."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from message_detail.adapters.provider_steps import fetch_document
from message_detail.domain.errors import (
    MessageNotFound,
    ProviderBadAnswer,
    ProviderError,
    ProviderRefused,
    ProviderUnavailable,
    RateLimited,
)
from message_detail.providers.base.provider import Context, Response
from message_detail.providers.carecloud.provider import PROVIDER
from tests.unit.providers.carecloud_case import (
    BASE,
    FETCHED_AT,
    MESSAGE_ID,
    NOT_FOUND,
    Exchange,
    account,
    answer,
    data,
    drift,
    error_body,
    exchange,
    invalid,
)

# --- the calls


def test_two_calls_with_the_accounts_language() -> None:
    fetched = exchange({})
    fetch_document(PROVIDER, account(), MESSAGE_ID, fetched)
    assert fetched.paths() == [f"/messages/{MESSAGE_ID}", f"/messages/{MESSAGE_ID}/detail"]
    assert {request.headers["Accept-Language"] for request in fetched.requests} == {"cs, en-gb;q=0.8"}
    english = exchange({})
    fetch_document(PROVIDER, account(language="en"), MESSAGE_ID, english)
    assert {request.headers["Accept-Language"] for request in english.requests} == {"en"}


@pytest.mark.parametrize("odd", ["a/b", "../users", "a?b=c#d", "ž+=:", "a b%2F"])
def test_an_id_cannot_change_the_path(odd: str) -> None:
    steps_ = PROVIDER.retrieve(account(), odd)
    first = next(steps_).path
    second = steps_.send(answer(200, {"data": data(message_id=odd)})).path
    assert first.count("/") == 2
    assert second == f"{first}/detail"
    assert not set("?# ") & set(first)
    assert httpx.URL(BASE + first).raw_path.decode() == httpx.URL(BASE).raw_path.decode() + first


@pytest.mark.parametrize("detail", [answer(404, {}), answer(403, {}), answer(400, {}), answer(200, None), answer(405)])
def test_without_the_second_call_the_message_still_comes(detail: Response) -> None:
    document = fetch_document(PROVIDER, account(), MESSAGE_ID, exchange({"title": "Zpráva"}, detail))
    found = PROVIDER.normalize(document, Context(account(), MESSAGE_ID, FETCHED_AT)).message
    assert (found.subject, found.body.text, found.status) == ("Zpráva", None, "sent")
    assert drift(found) == {("_detail", "missing")}
    assert not found.extensions


@pytest.mark.parametrize(
    ("status", "error"), [(429, RateLimited), (500, ProviderUnavailable), (503, ProviderUnavailable)]
)
def test_a_second_call_that_fails_for_now_is_tried_again_with_the_first(
    status: int, error: type[ProviderError]
) -> None:
    with pytest.raises(error):
        fetch_document(PROVIDER, account(), MESSAGE_ID, exchange({}, answer(status)))


def test_what_stands_beside_data_is_kept() -> None:
    steps_ = PROVIDER.retrieve(account(), MESSAGE_ID)
    next(steps_)
    steps_.send(answer(200, {"data": data(), "meta": {"version": "1.1"}}))
    with pytest.raises(StopIteration) as done:
        steps_.send(answer(200, {"data": {"plain_text_body": "Text"}, "notice": "archived"}))
    found = PROVIDER.normalize(done.value.value, Context(account(), MESSAGE_ID, FETCHED_AT)).message
    assert found.extensions == {"_envelope": {"meta": {"version": "1.1"}}, "_detail_envelope": {"notice": "archived"}}


# --- errors
@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (404, NOT_FOUND, MessageNotFound),
        (404, None, MessageNotFound),
        (400, invalid("not_found"), MessageNotFound),
        (400, invalid("deleted"), MessageNotFound),
        (400, invalid("not_found", ["message_id"]), MessageNotFound),
        (400, invalid("deleted", 7), MessageNotFound),
        (400, invalid("not_found", {"message_id": 1}), MessageNotFound),
        (400, invalid("empty"), ProviderRefused),
        (400, invalid("required"), ProviderRefused),
        (400, invalid("not_allowed_value"), ProviderRefused),
        (400, invalid("invalid_value_format"), ProviderRefused),
        (400, invalid(["not_found"]), ProviderRefused),
        (400, {"error": "not_found"}, MessageNotFound),
        (400, error_body("bad_request_exception", invalid_params="not_found"), ProviderRefused),
        (400, {"error": {"title": "not_found"}}, MessageNotFound),
        (400, None, ProviderRefused),
        (401, error_body("unauthorized_exception"), ProviderRefused),
        (401, None, ProviderRefused),
        (403, error_body("interface_not_allowed_exception"), ProviderRefused),
        (405, error_body("method_not_allowed_exception"), ProviderRefused),
        (418, None, ProviderRefused),
        (429, None, RateLimited),
        (429, invalid("not_found"), RateLimited),
        (500, error_body("internal_server_error"), ProviderUnavailable),
        (500, None, ProviderUnavailable),
        (502, None, ProviderUnavailable),
        (503, None, ProviderUnavailable),
    ],
)
def test_errors(status: int, body: Any, error: type[ProviderError]) -> None:
    found = answer(status, body).error
    assert type(found) is error
    assert "anna@example.com" not in found.detail


def test_a_refusal_names_the_vendors_code_words() -> None:
    found = answer(400, invalid("invalid_value_format")).error
    assert found is not None
    assert "400 (bad_request_exception, invalid_value_format)" in found.detail
    shown = answer(403, error_body("Anna Nováková")).error
    assert shown is not None
    assert "Anna" not in shown.detail


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"data": None},
        {"data": []},
        {"data": {"status": 1}},
        {"data": {"message_id": None}},
        {"data": {"message_id": ""}},
        {"data": {"message_id": "another"}},
        error_body("internal_server_error"),
    ],
)
def test_a_success_without_the_messages_id_is_a_bad_answer(body: Any) -> None:
    calls = Exchange(
        {
            f"/messages/{MESSAGE_ID}": answer(200, body),
            f"/messages/{MESSAGE_ID}/detail": answer(200, {"data": {"html_body": "x"}}),
            "/communication-channels": answer(404),
        }
    )
    with pytest.raises(ProviderBadAnswer):
        fetch_document(PROVIDER, account(), MESSAGE_ID, calls)
