"""The limits that the command knows are those of the API."""

from __future__ import annotations

from message_detail.adapters.aws.search import MAX_LIMIT
from message_detail.services.request_model import MAX_CHARACTERS
from message_detail.services.requests import MAX_IDS, MAX_MAX_AGE, MAX_REDRIVE
from message_detail_cli import limits


def test_the_limits_are_those_of_the_api() -> None:
    assert limits.MAX_AGE == MAX_MAX_AGE
    assert limits.PAGE == MAX_LIMIT
    assert limits.REDRIVE == MAX_REDRIVE
    assert limits.REFRESH == MAX_IDS
    assert limits.TEXT == MAX_CHARACTERS
