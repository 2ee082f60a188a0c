"""Whoever stands in a field of HighLevel's parties, in whatever shape, is a party: found by search and erasure."""

from __future__ import annotations

from typing import Any

import pytest

from message_detail.domain.message import Party
from tests.unit.providers.highlevel_case import message, normalized, problems, raw, raw_email

SHAPES: list[Any] = [
    ["x@ex.org", "Y <y@ex.org>"],
    "x@ex.org, Y <y@ex.org>",
    [{"email": "x@ex.org", "name": "Doe, X"}, {"address": "y@ex.org"}],
    [{"emailAddress": {"name": "X", "address": "x@ex.org"}}, {"value": "y@ex.org"}],
    [["x@ex.org", "y@ex.org"]],
    [["x@ex.org"], [{"email": "y@ex.org"}]],
    '["x@ex.org", "y@ex.org"]',
    [None, "x@ex.org", "", {}, "y@ex.org"],
    {"email": "x@ex.org, y@ex.org"},
    {"value": [{"address": "x@ex.org"}, {"address": "y@ex.org"}]},
]


def addresses(parties: tuple[Party, ...]) -> list[str | None]:
    return [party.address for party in parties]


@pytest.mark.parametrize("shape", SHAPES, ids=repr)
@pytest.mark.parametrize(
    ("field", "ours"), [("to", "to"), ("cc", "cc"), ("bcc", "bcc"), ("ccList", "cc"), ("replyTo", "reply_to")]
)
def test_an_emails_parties_come_in_any_shape(field: str, ours: str, shape: Any) -> None:
    email = raw_email(**{"to": [], field: shape})
    found = message(messageType="TYPE_EMAIL", type=3, _email=email)
    assert addresses(getattr(found, ours)) == ["x@ex.org", "y@ex.org"]
    assert set(problems(found).values()) <= {"wrong_type"}


@pytest.mark.parametrize("shape", SHAPES, ids=repr)
@pytest.mark.parametrize("field", ["to", "cc", "bccList", "replyTo"])
def test_the_other_emails_parties_come_in_any_shape(field: str, shape: Any) -> None:
    document = raw(messageType="TYPE_EMAIL", type=3, _email=raw_email(), _emails=[raw_email("E2", **{field: shape})])
    assert {"x@ex.org", "y@ex.org"} <= set(addresses(normalized(document).further_parties))


@pytest.mark.parametrize(
    "sender",
    [
        {"email": "a@ex.com", "name": "A"},
        ["A <a@ex.com>"],
        [{"address": "a@ex.com", "name": "A"}],
        [None, "A <a@ex.com>"],
    ],
    ids=repr,
)
def test_a_sender_comes_in_any_shape(sender: Any) -> None:
    email = raw_email(direction="inbound", **{"from": sender})
    found = message(messageType="TYPE_EMAIL", type=3, contactId="cont1", _email=email)
    assert found.from_ is not None
    assert (found.from_.address, found.from_.name, found.from_.contact_id) == ("a@ex.com", "A", "cont1")
    assert problems(found) == {"_email.from": "wrong_type"}


@pytest.mark.parametrize(
    "shape", [{"phone": "+14155550123", "name": "Jo"}, ["+14155550123"], [{"number": "+14155550123"}], "+14155550123"]
)
def test_a_messages_parties_come_in_any_shape(shape: Any) -> None:
    found = message(**{"from": shape, "to": shape})
    assert found.from_ is not None
    assert [found.from_.address, *addresses(found.to)] == ["+14155550123"] * 2
    assert isinstance(shape, str) == (problems(found) == {})


def test_what_an_object_tells_besides_is_kept() -> None:
    to = [{"email": "x@ex.org", "name": "X", "vip": True}]
    found = message(messageType="TYPE_EMAIL", type=3, _email=raw_email(to=to))
    assert found.extensions["_email"]["to"] == to


@pytest.mark.parametrize(
    "shape", [{"who": "x"}, [7.5, {"email": None}], True, [[[[[["x@ex.org"]]]]]], "[broken"], ids=repr
)
def test_what_is_no_party_fails_nothing(shape: Any) -> None:
    found = message(messageType="TYPE_EMAIL", type=3, _email=raw_email(to=shape, cc="c@ex.org"))
    assert addresses(found.cc) == ["c@ex.org"]
