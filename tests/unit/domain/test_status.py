"""The ladder of statuses, as the contract has it."""

from __future__ import annotations

import pytest

from message_detail.domain.status import (
    EMAIL_RANKS,
    RANKS,
    Outcome,
    Status,
    by_direction,
    is_final,
    ladder,
    outcome_for,
    rank,
)

LADDER = [
    ("unknown", 0, False, "pending"),
    ("scheduled", 10, False, "pending"),
    ("queued", 20, False, "pending"),
    ("sending", 30, False, "pending"),
    ("deferred", 35, False, "pending"),
    ("sent", 40, False, "pending"),
    ("canceled", 60, True, "failure"),
    ("rejected", 62, True, "failure"),
    ("expired", 64, True, "failure"),
    ("failed", 66, True, "failure"),
    ("undelivered", 68, True, "failure"),
    ("bounced", 70, True, "failure"),
    ("received", 78, True, "success"),
    ("delivered", 80, True, "success"),
    ("read", 90, True, "success"),
]


@pytest.mark.parametrize(("word", "place", "final", "outcome"), LADDER)
def test_ladder(word: str, place: int, final: bool, outcome: str) -> None:
    status = Status(word)
    assert rank(status) == rank(status, "sms") == place
    assert is_final(status) is final
    assert outcome_for(status) == Outcome(outcome)


def test_the_ladder_is_whole() -> None:
    assert {word for word, *_ in LADDER} == set(Status) == set(RANKS) == set(EMAIL_RANKS)
    assert len(set(RANKS.values())) == len(RANKS)
    assert len(set(EMAIL_RANKS.values())) == len(EMAIL_RANKS)


BOUNCES = ("failed", "undelivered", "bounced")


def test_on_email_a_bounce_comes_after_acceptance() -> None:
    """Whatever the provider's word for it: some have `failed` for what the mail servers call a bounce."""
    places = [rank(Status(word), "email") for word in ("received", "delivered", "read", *BOUNCES)]
    assert places == [78, 80, 82, 83, 84, 85]
    for word, place, *_ in LADDER:
        if word not in ("read", *BOUNCES):
            assert rank(Status(word), "email") == place


@pytest.mark.parametrize(
    ("words", "order"),
    [
        ("delivered bounced sent", "sent bounced delivered bounced"),
        ("read undelivered bounced failed", "failed undelivered bounced read failed undelivered bounced"),
        ("bounced sent failed", "sent failed bounced"),
        ("read queued delivered sent", "queued sent delivered read"),
        ("", ""),
    ],
)
def test_a_mail_that_bounces_after_its_delivery_is_not_lost_in_between(words: str, order: str) -> None:
    assert ladder(map(Status, words.split())) == tuple(order.split())


@pytest.mark.parametrize(
    ("word", "direction", "settled"),
    [
        ("delivered", "inbound", "received"),
        ("received", "inbound", "received"),
        ("read", "inbound", "read"),
        ("received", "outbound", "sent"),
        ("delivered", "outbound", "delivered"),
        ("received", "unknown", "received"),
        ("delivered", "internal", "delivered"),
        ("failed", "inbound", "failed"),
    ],
)
def test_direction_decides_the_last_step(word: str, direction: str, settled: str) -> None:
    assert by_direction(Status(word), direction) == settled
