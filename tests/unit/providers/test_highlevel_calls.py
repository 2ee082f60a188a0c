"""The calls to HighLevel: the message and its e-mails."""

from __future__ import annotations

from typing import Any

import pytest

from message_detail.domain.errors import ProviderBadAnswer, ProviderError, ProviderUnavailable, RateLimited
from message_detail.providers.base.provider import Request
from message_detail.providers.highlevel.provider import PROVIDER
from tests.unit.providers.highlevel_case import (
    EMAIL_ID,
    MESSAGE_ID,
    account,
    answer,
    fetched,
    fetched_message,
    listing,
    problems,
    raw,
    raw_email,
    refused,
)

OTHER_ID = "Eml0000000000002Demo"

# --- the message -----------------------------------------------------------------------------------------------


def test_the_call_has_the_version() -> None:
    sent: list[Request] = []
    fetched([answer(200, raw())], sent)
    fetched([answer(200, raw())], sent, account(token="t", version="v3"))
    path = f"/conversations/messages/{MESSAGE_ID}"
    assert [(request.method, request.path, request.headers["Version"]) for request in sent] == [
        ("GET", path, "2021-07-28"),
        ("GET", path, "v3"),
    ]


def test_both_envelopes() -> None:
    assert fetched([answer(200, raw())]) == raw()
    assert fetched([answer(200, {"message": raw()})]) == raw()
    assert fetched([answer(200, {**raw(), "traceId": "t1"})]) == {**raw(), "traceId": "t1"}
    assert fetched([answer(200, {"message": raw(), "traceId": "t1"})]) == {**raw(), "_envelope": {"traceId": "t1"}}


@pytest.mark.parametrize("text", ["seen", ["seen"], None])
def test_a_message_that_is_no_object_is_a_field(text: Any) -> None:
    assert fetched([answer(200, {**raw(), "message": text})])["message"] == text


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"message": {}},
        {"message": "text"},
        {"message": ["text"]},
        {"message": raw(id="")},
        raw(id=None),
        raw(id="x"),
    ],
)
def test_a_success_without_this_messages_id_is_a_bad_answer(body: dict[str, Any]) -> None:
    with pytest.raises(ProviderBadAnswer):
        fetched([answer(200, body)])


def test_another_endpoint_is_no_message() -> None:
    assert "export" in PROVIDER.reserved_ids


# --- e-mails ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("nested", [False, True])
def test_an_email_costs_a_second_call(nested: bool) -> None:
    listed = {"messageIds": [EMAIL_ID]}
    sent: list[Request] = []
    document = fetched(
        [answer(200, listing(meta={"email": {"email": listed} if nested else listed})), answer(200, raw_email())],
        sent,
    )
    assert document["_email"] == raw_email()
    assert sent[1] == Request(
        path=f"/conversations/messages/email/{EMAIL_ID}", headers={"Version": "2021-07-28"}, optional=True
    )


@pytest.mark.parametrize("ids", [[], None, "", [None, ""], {}, [{}], True])
def test_no_second_call_without_ids(ids: Any) -> None:
    document = listing(meta={"email": {"messageIds": ids}})
    assert "_email" not in fetched([answer(200, document)])
    assert "_email" not in fetched([answer(200, listing(meta="text"))])


def test_no_second_call_for_what_is_no_email() -> None:
    document = listing(EMAIL_ID, messageType="TYPE_SMS")
    found = fetched_message(answer(200, document))
    assert (problems(found), found.conversation.related_ids) == ({}, (EMAIL_ID,))


def test_a_second_call_for_an_unknown_type() -> None:
    document = listing(EMAIL_ID, messageType="TYPE_HOLOGRAM", type=99)
    assert fetched([answer(200, document), answer(200, raw_email())])["_email"] == raw_email()


@pytest.mark.parametrize("wrapper", ["message", "emailMessage", "email"])
def test_an_email_may_be_wrapped(wrapper: str) -> None:
    document = fetched([answer(200, listing(EMAIL_ID)), answer(200, {wrapper: raw_email(), "traceId": "t1"})])
    assert document["_email"] == {**raw_email(), "_envelope": {"traceId": "t1"}}


def test_the_ids_are_sent_percent_encoded_and_once_each() -> None:
    sent: list[Request] = []
    fetched([answer(200, listing("a/b", 17, "a/b")), answer(200, raw_email("17")), answer(200, raw_email("a/b"))], sent)
    assert [request.path.rpartition("/")[2] for request in sent[1:]] == ["17", "a%2Fb"]


@pytest.mark.parametrize(
    "second",
    [
        refused(404, "Email message not found"),
        refused(401, "The token is not authorized for this scope."),
        refused(403, "Forbidden resource"),
        answer(200, None),
        answer(200, {}),
    ],
)
def test_the_message_comes_without_an_email_that_is_not_to_be_had(second: Any) -> None:
    found = fetched_message(answer(200, listing(EMAIL_ID, body="Dear …", contentType="text/plain")), second)
    assert (found.status, found.body.text, problems(found)) == ("sent", "Dear …", {"_email": "missing"})


def test_a_missing_email_of_a_thread_is_told() -> None:
    first = answer(200, listing(EMAIL_ID, OTHER_ID))
    found = fetched_message(first, answer(200, raw_email(OTHER_ID)), refused(404, "Email message not found"))
    assert (found.body.html, problems(found)) == (f"<p>{OTHER_ID}</p>", {"_emails": "missing"})
    own = fetched_message(first, refused(404, "Email message not found"), answer(200, raw_email()))
    assert (own.body.html, problems(own)) == (f"<p>{EMAIL_ID}</p>", {"_emails": "missing"})


def test_another_email_than_the_one_asked_for_is_kept_and_not_taken_for_it() -> None:
    found = fetched_message(answer(200, listing(EMAIL_ID)), answer(200, raw_email("Eml9", body="another's")))
    assert (found.body.html, problems(found)) == (None, {"_email": "missing"})
    assert found.extensions["_emails"] == [raw_email("Eml9", body="another's")]


@pytest.mark.parametrize(("status", "error"), [(429, RateLimited), (503, ProviderUnavailable)])
def test_what_passes_by_ends_the_fetch_also_at_the_second_call(status: int, error: type[ProviderError]) -> None:
    with pytest.raises(error):
        fetched([answer(200, listing(EMAIL_ID)), answer(status, {"statusCode": status, "message": "m"})])
