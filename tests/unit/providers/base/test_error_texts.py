"""What a provider says with an error: what it means in any status, and what of it may be shown."""

from __future__ import annotations

import re
from typing import Any

import pytest

from message_detail.domain.errors import MessageNotFound
from message_detail.providers.base.account import Account
from message_detail.providers.base.error_texts import (
    LONGEST_REASON,
    MOST_TEXTS,
    ErrorText,
    meaning,
    said,
    vendor_reason,
)
from message_detail.providers.base.provider import Response

ACCOUNT = Account(
    provider="highlevel",
    name="default",
    base_url="https://provider.example.com",
    settings={"client_secret": "hunter-two", "username": "jane.doe", "pin": "abc", "version": "2021-07-28"},
    webhook_secrets=("a-webhook-secret-of-ours",),
)
NOT_FOUND = ErrorText(
    statuses=frozenset({400}),
    says=re.compile(r"message not found"),
    error=MessageNotFound,
    detail="there is no such message",
    source="invented",
    unless=re.compile(r"token"),
)


def reason(body: Any) -> str | None:
    return vendor_reason(Response(400, {}, body), ACCOUNT)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"message": "Location is not active"}, "Location is not active"),
        ({"statusCode": 400, "message": ["Location is not active", "x"]}, "Location is not active"),
        ({"error": "invalid_grant", "error_description": "The grant is used up"}, "The grant is used up"),
        ({"error": {"type": "t", "title": "Bad login", "detail": "The user is locked"}}, "The user is locked"),
        ({"errors": [{"code": "UNAUTHORIZED", "message": "Extension disabled"}]}, "Extension disabled"),
        ({"errors": [{"code": "UNAUTHORIZED", "message": None}]}, "UNAUTHORIZED"),
        ("The interface is switched off", "The interface is switched off"),
        ({"message": "two\r\n lines\x00 of\ttext "}, "two lines of text"),
        ({"message": "Účet je zablokován"}, "Účet je zablokován"),
    ],
)
def test_the_vendors_own_reason_is_told(body: Any, text: str) -> None:
    assert reason(body) == text


@pytest.mark.parametrize(
    "body", [None, {}, [], "", " ", 7, {"message": None}, {"message": {}}, {"other": "x"}, {"code": "17"}]
)
def test_without_a_text_there_is_no_reason(body: Any) -> None:
    assert reason(body) is None


@pytest.mark.parametrize(
    "private",
    [
        "jane@example.com",
        "<jane@example.com>",
        "+61 491 570 157",
        "0491570157",
        "hunter-two",
        "jane.doe",
        "a-webhook-secret-of-ours",
        '"Jane Doe"',
        "'Jane Doe'",
        "`Jane Doe`",
        "“Jane Doe”",
        "eyJhbGciOi.eyJzdWIi1.abc",
        "sk_live_0123456789abcdef",
        "https://provider.example.com/x?key=1",
        "a" * 40,
    ],
)
def test_neither_persons_nor_secrets_are_in_a_reason(private: str) -> None:
    shown = reason({"message": f"The user {private} may not log in"})
    assert shown is not None
    assert private.strip("\"'`“”<>") not in shown
    assert shown.startswith("The user […]")
    assert shown.endswith("may not log in")


def test_a_reason_is_short() -> None:
    shown = reason({"message": "no way " * 1_000})
    assert shown is not None
    assert len(shown) <= LONGEST_REASON
    assert shown.endswith("…")


def test_texts_of_an_answer_are_bounded() -> None:
    assert (
        len(said(Response(400, {}, {"errors": [{"message": str(number)} for number in range(10_000)]}))) == MOST_TEXTS
    )
    nested: Any = "deep"
    for _ in range(100):
        nested = {"message": nested}
    assert said(Response(400, {}, nested)) == []


@pytest.mark.parametrize(
    ("status", "text", "found"),
    [
        (400, "Message not found", True),
        (400, "MESSAGE NOT FOUND", True),
        (400, "Message not found for this token", False),
        (401, "Message not found", False),
        (400, "not found", False),
    ],
)
def test_a_saying_counts_in_its_statuses_only(status: int, text: str, found: bool) -> None:
    error = meaning(status, Response(status, {}, {"message": [text]}), [NOT_FOUND])
    assert isinstance(error, MessageNotFound) is found
    assert error is None or error.detail == NOT_FOUND.detail


def test_one_text_says_it_and_not_two_together() -> None:
    assert meaning(400, Response(400, {}, {"message": ["message", "not found"]}), [NOT_FOUND]) is None
