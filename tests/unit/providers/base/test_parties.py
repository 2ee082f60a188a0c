"""Addresses become canonical only where it is certain what they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from message_detail.domain.message import AddressType
from message_detail.providers.base.parties import e164, normalize, party


@pytest.mark.parametrize(
    ("raw", "region", "address"),
    [
        ("+61491570156", None, "+61491570156"),
        ("+61 491 570 156", None, "+61491570156"),
        ("+61 (0)491-570-156", None, "+61491570156"),
        ("61491570156", "AU", "+61491570156"),
        ("491570156", "AU", "+61491570156"),
        ("0491 570 156", "AU", "+61491570156"),
        ("0491570156", "au", "+61491570156"),
        ("07700 900123", "GB", "+447700900123"),
        ("(202) 555-0123", "US", "+12025550123"),
        ("+12025550123", "AU", "+12025550123"),
    ],
)
def test_number(raw: str, region: str | None, address: str) -> None:
    assert normalize(raw, region) == (address, AddressType.PHONE)


@pytest.mark.parametrize(
    ("raw", "region"),
    [
        ("491570156", None), ("61491570156", None), ("5550123", "US"), ("+123", None), ("+999123456789", None),
        ("0491570156", "ZZ"),
    ],
)  # fmt: skip
def test_a_number_without_an_international_form(raw: str, region: str | None) -> None:
    assert normalize(raw, region) == (None, AddressType.PHONE)


@pytest.mark.parametrize(
    "raw", ["ExampleCo", "FLY2000", "1300FLOWERS", "Shop24601337", "a b", "", " ", "+", "()", "wa:61"]
)
def test_names_are_no_numbers(raw: str) -> None:
    assert normalize(raw, "AU") == (None, AddressType.UNKNOWN)
    assert e164(raw, "AU") is None


def test_an_alphanumeric_sender_said_to_be_a_phone_has_no_number() -> None:
    assert normalize("Shop0491570156", "AU", AddressType.PHONE) == (None, AddressType.PHONE)


@pytest.mark.parametrize(
    ("raw", "address"),
    [
        ("Anna@Example.COM", "Anna@example.com"),
        (" anna@example.com ", "anna@example.com"),
        ("anna+news@mail.example.com", "anna+news@mail.example.com"),
    ],
)
def test_email(raw: str, address: str) -> None:
    assert normalize(raw) == (address, AddressType.EMAIL)


@pytest.mark.parametrize(
    "raw", ["a@example.com, b@example.com", "anna@", "@example.com", "a@b@example.com", "a b@example.com"]
)
def test_what_is_no_single_email_address(raw: str) -> None:
    assert normalize(raw) == (None, AddressType.UNKNOWN)
    assert normalize(raw, None, AddressType.EMAIL) == (None, AddressType.EMAIL)


def test_name_and_address_are_taken_apart() -> None:
    found = party('"Doe, Jane" <Jane@Example.com>')
    assert found is not None
    assert (found.name, found.address) == ("Doe, Jane", "Jane@example.com")
    assert found.address_raw == '"Doe, Jane" <Jane@Example.com>'
    named = party("Jane <jane@example.com>", name="J. Doe")
    assert named is not None
    assert named.name == "J. Doe"


def test_a_party_of_which_nothing_is_known_is_none() -> None:
    assert party(None) is None
    assert party("") is None
    assert party(None, participant_type="human", region="AU") is None


def test_a_party_may_have_no_address() -> None:
    found = party(None, contact_id="c-1", name="Guest")
    assert found is not None
    assert (found.address, found.address_raw, found.address_type) == (None, None, "unknown")
    assert (found.contact_id, found.name) == ("c-1", "Guest")


@given(st.text(max_size=40), st.sampled_from([None, "AU", "US", "cz", "xx", ""]))
def test_no_address_fails(raw: str, region: str | None) -> None:
    found = party(raw, region=region)
    assert found is None or found.address_raw == raw
