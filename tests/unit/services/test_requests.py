"""What is asked of the API: each model says which field is wrong and what it must be, and repeats no value."""

from __future__ import annotations

import math
from typing import Any

import pytest

from message_detail.domain.errors import InvalidRequest, Unprocessable
from message_detail.services.erase_request import EraseRequest
from message_detail.services.request_model import INSTANT, ParametersModel, RequestModel
from message_detail.services.requests import (
    AccountParameters,
    LookupParameters,
    RedriveRequest,
    RefreshRequest,
    ResumeRequest,
    SyncRequest,
)
from message_detail.services.search_query import SearchParameters

BODIES: list[type[RequestModel]] = [EraseRequest, RedriveRequest, RefreshRequest, ResumeRequest, SyncRequest]
QUERIES: list[type[ParametersModel]] = [AccountParameters, LookupParameters, SearchParameters]
FIELDS = [(model, name) for model in (*BODIES, *QUERIES) for name in model.model_fields]
GOOD: dict[type[RequestModel], dict[str, Any]] = {
    EraseRequest: {"contact_id": "c", "provider": "samva"},
    RefreshRequest: {"message_ids": ["x"]},
    SearchParameters: {"provider": "samva"},
}
"""What each needs beside the field that is tried."""
ODD: list[Any] = [
    0,
    -7,
    True,
    1.5,
    10**400,
    math.inf,
    "Ada Love",
    "x" * 3_000,
    "\ufffd",
    [],
    ["Ada Love", 7],
    {"Ada": "Love"},
    "  ",
]


def refused(model: type[RequestModel], data: dict[str, Any]) -> InvalidRequest | None:
    """What the model says of the data; None where it takes it."""
    try:
        model.read(data, "samva")
    except InvalidRequest as error:
        return error
    return None


@pytest.mark.parametrize(("model", "name"), FIELDS, ids=lambda one: getattr(one, "__name__", one))
def test_a_value_of_whatever_kind_is_taken_or_refused_by_its_name_and_never_repeated(
    model: type[RequestModel], name: str
) -> None:
    odd = [one for one in ODD if isinstance(one, str) or not issubclass(model, ParametersModel)]
    refusals = [refused(model, {**GOOD.get(model, {}), name: one}) for one in odd]
    assert any(refusals)
    for refusal in filter(None, refusals):
        assert name in refusal.detail or refusal.detail.startswith("give exactly one of"), refusal.detail
        assert "Love" not in refusal.detail
        assert "xxx" not in refusal.detail


@pytest.mark.parametrize(("model", "name"), FIELDS, ids=lambda one: getattr(one, "__name__", one))
def test_null_is_refused_where_the_schema_has_none(model: type[RequestModel], name: str) -> None:
    refusal = refused(model, {**GOOD.get(model, {}), name: None})
    if name in model.nullable:
        assert refusal is None
    else:
        assert refusal is not None
        assert refusal.detail == f"{name}: must not be null; leave it out"


@pytest.mark.parametrize("model", BODIES)
def test_an_unknown_key_of_a_body_is_named_with_those_that_are_known(model: type[RequestModel]) -> None:
    error = refused(model, {**GOOD.get(model, {}), "zz": 1, "acount": "x" * 100})
    assert isinstance(error, Unprocessable)
    assert error.detail == f"unknown key 'acount'; known are: {', '.join(model.model_fields)}"


@pytest.mark.parametrize("model", QUERIES)
def test_an_unknown_parameter_is_named_with_those_that_are_known(model: type[RequestModel]) -> None:
    error = refused(model, {"p" * 100: "x"})
    assert type(error) is InvalidRequest
    assert error.detail == f"unknown parameter '{'p' * 64}'; known are: {', '.join(model.model_fields)}"


@pytest.mark.parametrize(
    ("model", "body", "detail"),
    [
        (RefreshRequest, {}, "message_ids: must be a list of 1 to 1000 ids"),
        (RefreshRequest, {"message_ids": []}, "message_ids: must be a list of 1 to 1000 ids"),
        (RefreshRequest, {"message_ids": "x"}, "message_ids: must be a list of 1 to 1000 ids"),
        (RefreshRequest, {"message_ids": ["x"] * 1001}, "message_ids: must be a list of 1 to 1000 ids"),
        (RefreshRequest, {"message_ids": ["x", 5]}, "message_ids[1]: must be a string"),
        (RefreshRequest, {"message_ids": ["x"], "account": 5}, "account: must be a string"),
        (SyncRequest, {"since": 5}, f"since: must be {INSTANT}"),
        (SyncRequest, {"until": "2026-06-01T00:00:00"}, f"until: must be {INSTANT}"),
        (SyncRequest, {"until": "0001-01-01T00:00:00+23:59"}, f"until: must be {INSTANT}"),
        (
            SyncRequest,
            {"since": "2026-06-02T00:00:00Z", "until": "2026-06-01T00:00:00Z"},
            "since: must not be later than until",
        ),
        (RedriveRequest, {"limit": True}, "limit: must be a whole number from 1 to 1000"),
        (RedriveRequest, {"limit": "5"}, "limit: must be a whole number from 1 to 1000"),
        (RedriveRequest, {"limit": 1001}, "limit: must be a whole number from 1 to 1000"),
        (EraseRequest, {"address": "x", "dry_run": 1}, "dry_run: must be true or false"),
        (
            EraseRequest,
            {"address": "x", "expected": "5"},
            "expected: must be the number of messages, as a whole number",
        ),
        (
            EraseRequest,
            {"message_ids": ["samva:default:1", "1"]},
            "message_ids[1]: must be a message's whole id, provider:account:id",
        ),
        (EraseRequest, {"dry_run": True}, "give exactly one of address, contact_id, message_ids; there is none"),
    ],
)
def test_a_body_of_another_shape_is_422_and_says_what_it_must_be(
    model: type[RequestModel], body: dict[str, Any], detail: str
) -> None:
    error = refused(model, body)
    assert isinstance(error, Unprocessable)
    assert error.detail == detail


@pytest.mark.parametrize(
    ("model", "query", "detail"),
    [
        (LookupParameters, {"max_age": "-1"}, "max_age: must be a whole number of seconds from 0 to 86400"),
        (LookupParameters, {"max_age": "٣"}, "max_age: must be a whole number of seconds from 0 to 86400"),
        (LookupParameters, {"max_age": "86401"}, "max_age: must be a whole number of seconds from 0 to 86400"),
        (LookupParameters, {"max_age": "9" * 5_000}, "max_age: must be a whole number of seconds from 0 to 86400"),
        (AccountParameters, {"account": " "}, "account: must not be empty"),
        (SearchParameters, {"provider": "samva", "limit": "101"}, "limit: must be a whole number from 1 to 100"),
        (SearchParameters, {"discrepancy": "false"}, "discrepancy: must be true"),
    ],
)
def test_a_query_of_another_shape_is_400_and_says_what_it_must_be(
    model: type[RequestModel], query: dict[str, str], detail: str
) -> None:
    error = refused(model, query)
    assert type(error) is InvalidRequest
    assert error.detail == detail


@pytest.mark.parametrize("model", [RedriveRequest, RefreshRequest, ResumeRequest, SyncRequest, AccountParameters])
def test_a_name_that_no_account_can_have_is_400_and_says_whose(model: type[RequestModel]) -> None:
    error = refused(model, {**GOOD.get(model, {}), "account": "a b"})
    assert type(error) is InvalidRequest
    assert (error.provider, error.detail.startswith("account: must be 1 to 64 of")) == ("samva", True)


def test_an_id_that_no_message_can_have_is_400_by_its_place() -> None:
    error = refused(RefreshRequest, {"message_ids": ["x", "a\nb"]})
    assert type(error) is InvalidRequest
    assert error.detail.startswith("message_ids[1]: holds a character (U+000A)")


@pytest.mark.parametrize(
    "text",
    [
        "2026-W23-1T00:00:00Z",
        "20260601T000000Z",
        "2026-06-01T00Z",
        "2026-06-01T00:00:00+02",
        "2026-06-01T00:00:00+0200",
    ],
)
def test_a_time_that_only_iso_8601_has_is_refused_by_sync_and_search_alike(text: str) -> None:
    for model, data in ((SyncRequest, {}), (SearchParameters, GOOD[SearchParameters])):
        error = refused(model, {**data, "since": text})
        assert error is not None
        assert error.detail == f"since: must be {INSTANT}"


def test_a_time_between_two_milliseconds_is_cut_off_where_its_end_is_included_and_else_rounded_up() -> None:
    text = "2026-06-01t02:00:00.0001+02:00"
    assert SyncRequest.read({"until": text}).until == "2026-06-01T00:00:00.000Z"
    assert SearchParameters.read({"provider": "samva", "until": text}).until == "2026-06-01T00:00:00.001Z"


def test_each_id_is_asked_for_once_in_the_order_in_which_they_were_given() -> None:
    assert RefreshRequest.read({"message_ids": ["b", "a", "b"]}).message_ids == ["b", "a"]
    whole = ["samva:default:b", "samva:default:a", "samva:default:b"]
    assert EraseRequest.read({"message_ids": whole}).message_ids == whole[:2]


def test_a_whole_number_may_have_a_fraction_of_zero() -> None:
    assert RedriveRequest.read({"limit": 5.0}).limit == 5
    assert EraseRequest.read({"address": "x", "expected": 3.0}).expected == 3


def test_what_is_left_out_has_its_default() -> None:
    assert RedriveRequest.read({}) == RedriveRequest(account=None, limit=100)
    assert SyncRequest.read({"since": None}) == SyncRequest(account="default", since=None, until=None)
    assert LookupParameters.read({}) == LookupParameters.model_construct(account="default", max_age=60)
