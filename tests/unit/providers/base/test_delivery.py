"""A webhook as it came in: its body read as what its provider sends, and the address that it was sent to."""

from __future__ import annotations

import pytest

from message_detail.domain.errors import AccountUnusable, InvalidRequest, SignatureInvalid
from message_detail.domain.urls import Url
from message_detail.providers.base.account import Account, AccountSchema, build
from message_detail.providers.base.signatures import Proof
from message_detail.providers.base.webhook import MAX_FIELDS, Delivery, Event, Webhook, verify

SCHEMA = AccountSchema(credentials=(("token",),), default_base_url="https://api.example.com")


def account(**settings: str) -> Account:
    return build("acme", "default", {"token": "t", **settings}, SCHEMA)


def delivery(body: bytes = b"", query: str = "") -> Delivery:
    return Delivery(body, {}, {}, 0.0, Url("https", "api.example.com", "/v1/webhooks/acme", query))


# --- forms


def test_a_form_has_its_fields_decoded_in_their_order_and_each_of_a_name() -> None:
    found = delivery(b"To=%2B420+1&Body=%C5%BElut%C3%BD&Empty=&To=b;c&a%5B%5D=%zz").form()
    assert found == (("To", "+420 1"), ("Body", "žlutý"), ("Empty", ""), ("To", "b;c"), ("a[]", "%zz"))
    assert delivery().form() == ()


@pytest.mark.parametrize(
    "body", [b"{}", b"a", b"a=1&", b"&", b"a=%ff", b"\xff=1", "ž=1".encode(), b"&".join([b"a=1"] * (MAX_FIELDS + 1))]
)
def test_what_is_no_form_is_refused_without_a_word_of_it(body: bytes) -> None:
    with pytest.raises(InvalidRequest, match="no form of at most 1000 fields"):
        delivery(body).form()


def test_a_body_is_parsed_once_for_each_form_that_it_is_read_as() -> None:
    one = delivery(b"17=1")
    assert one.form() is one.form()
    with pytest.raises(InvalidRequest):
        one.json()
    other = delivery(b'{"a": 1}')
    assert other.json() is other.json()


# --- addresses


@pytest.mark.parametrize("query", ["", "a=%2B&b=1+2"])
def test_the_address_is_the_one_that_it_was_sent_to_as_it_was_written(query: str) -> None:
    found = delivery(query=query)
    assert found.address(account()) == str(found.url)
    assert str(found.url) == "https://api.example.com/v1/webhooks/acme" + (f"?{query}" if query else "")


@pytest.mark.parametrize(
    ("setting", "query", "address"),
    [
        ("https://hooks.example.com/acme", "", "https://hooks.example.com/acme"),
        ("https://hooks.example.com/acme", "a=%2B", "https://hooks.example.com/acme?a=%2B"),
        ("https://hooks.example.com/acme?b=1", "a=%2B", "https://hooks.example.com/acme?b=1"),
        ("https://hooks.example.com:8443/acme", "", "https://hooks.example.com:8443/acme"),
        ("http://127.0.0.1:3000/acme", "", "http://127.0.0.1:3000/acme"),
    ],
)
def test_behind_a_proxy_the_account_says_the_address(setting: str, query: str, address: str) -> None:
    assert delivery(query=query).address(account(webhook_url=setting)) == address


@pytest.mark.parametrize("value", ["hooks.example.com/acme", "http://hooks.example.com/acme", "ftp://a.example.com", 7])
def test_a_webhook_url_that_is_no_address_is_named(value: str) -> None:
    with pytest.raises(AccountUnusable, match="'webhook_url' must be") as caught:
        account(webhook_url=value)
    assert str(value) not in caught.value.detail


# --- proving


def test_what_a_signature_covers_and_nobody_can_read_is_refused_as_unproved() -> None:
    def authenticate(one: Delivery, _account: Account) -> Proof:
        raise AssertionError(one.form())

    webhook = Webhook(provider="acme", authenticate=authenticate, read=lambda _: Event())
    with pytest.raises(SignatureInvalid, match="no form"):
        verify(webhook, delivery(b"{}"), account())


def test_neither_body_nor_address_is_shown() -> None:
    shown = repr(delivery(b"secret-body", "token=secret-token"))
    assert "secret" not in shown
