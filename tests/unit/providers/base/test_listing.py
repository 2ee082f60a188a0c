"""What all lists share: the object that holds a page, or why there is none."""

from __future__ import annotations

from typing import Any

import pytest

from message_detail.domain.errors import MessageNotFound, ProviderBadAnswer, ProviderRefused, RateLimited
from message_detail.providers.base.listing import read_page
from message_detail.providers.base.provider import Response


def test_the_object_that_holds_the_list_is_found_by_the_names_that_lead_to_it() -> None:
    inner = {"items": [], "total": 7}
    assert read_page(Response(200, {}, inner), "Acme", "items") is inner
    assert read_page(Response(200, {}, {"a": {"data": inner}}), "Acme", "a", "data", "items") is inner


@pytest.mark.parametrize("body", [None, [], {}, {"data": None}, {"data": []}, {"data": {}}, {"data": {"items": {}}}])
def test_an_answer_without_the_list_is_a_bad_one(body: Any) -> None:
    with pytest.raises(ProviderBadAnswer, match=r"the answer holds no data\.items"):
        read_page(Response(200, {}, body), "Acme", "data", "items")


def test_no_list_at_this_address_is_a_refusal_since_no_message_was_asked_for() -> None:
    with pytest.raises(ProviderRefused, match="Acme refused to list messages with 404: check base_url"):
        read_page(Response(404, {}, None, MessageNotFound("no such message")), "Acme", "items")


def test_any_other_error_is_the_answers() -> None:
    with pytest.raises(RateLimited, match="slow down"):
        read_page(Response(429, {}, None, RateLimited("slow down")), "Acme", "items")
