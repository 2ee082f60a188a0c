"""Whatever form an address has at a provider, its message is found and erased under every other; reports of live
traffic, each by what it shows."""

from __future__ import annotations

from typing import Any

import pytest

from message_detail.domain.addresses.query import address_lists
from message_detail.domain.message import Message
from message_detail.domain.search_keys import entries
from tests.unit.domain.test_addresses import PERSONS
from tests.unit.providers import samva_case, test_cellcast
from tests.unit.providers.cases import CASES
from tests.unit.providers.cases.highlevel import of_thread, thread
from tests.unit.providers.cases.samva import participant
from tests.unit.samples import T0

AUSTRALIA = ("AU",)


WRITTEN = {name: write for case in CASES.values() for name, write in case.addresses.items()}
"""Ways in which an address gets into a message."""


def lists(message: Message) -> set[str]:
    """The lists of people that a message stands in."""
    return {entry.list for entry in entries(message, T0) if entry.list.startswith(("address#", "national#"))}


def is_found(message: Message, address: str) -> bool:
    """Whether search shows a message by an address, which is where erasure looks for it, too."""
    return not lists(message).isdisjoint(address_lists(address, lambda: AUSTRALIA))


@pytest.mark.parametrize("key", PERSONS)
@pytest.mark.parametrize("way", WRITTEN)
def test_an_address_written_in_any_form_is_found_under_every_other(way: str, key: str) -> None:
    for written in PERSONS[key]:
        message = WRITTEN[way](written)
        for asked in PERSONS[key]:
            assert is_found(message, asked), (written, asked)
        for other, forms in PERSONS.items():
            if {key, other} not in ({key}, {"+14155550123", "14155550123"}):
                assert not is_found(message, forms[0]), (written, other)


def addresses(message: Message) -> dict[str, list[str | None]]:
    sides = {"from": (message.from_,), "to": message.to, "cc": message.cc}
    return {side: [party.address for party in people if party] for side, people in sides.items()}


JANE = "jane@ex.com"


@pytest.mark.parametrize(
    "text",
    [
        "Doe, Jane <jane@ex.com>",
        "John [Sales] <jane@ex.com>",
        "Jane @ Acme <jane@ex.com>",
        "jane@ex.com <jane@ex.com>",
        "Novák, Jan <jane@ex.com>",
        "=?utf-8?q?J=C3=A1n?= <jane@ex.com>",
    ],
)
@pytest.mark.parametrize("way", [way for way in WRITTEN if "e-mail" in way or way.endswith(("recipients", "contact"))])
def test_a_name_that_no_standard_allows_hides_no_address(way: str, text: str) -> None:
    found = addresses(WRITTEN[way](text))
    assert [JANE] in found.values()
    assert "Doe" not in str(found)


def test_an_encoded_name_is_shown_as_text() -> None:
    (found,) = of_thread(to=["=?utf-8?q?J=C3=A1n?= <jan@ex.cz>"]).to
    assert (found.name, found.address) == ("Ján", "jan@ex.cz")


def test_a_list_in_one_text_is_a_party_each() -> None:
    found = of_thread(to=["a@ex.com, b@ex.com"], cc="c@ex.com, D <d@ex.com>")
    assert addresses(found)["to"] == ["a@ex.com", "b@ex.com"]
    assert addresses(found)["cc"] == ["c@ex.com", "d@ex.com"]
    samva = samva_case.message(channel="email", emailMetadata={"toEmails": "Doe, Jane <jane@ex.com>, b@ex.com"})
    assert addresses(samva)["to"] == [JANE, "b@ex.com"]


@pytest.mark.parametrize("way", [way for case in CASES.values() for way in case.whatsapp])
@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("14155550123", "+14155550123"),
        ("14155550123@s.whatsapp.net", "+14155550123"),
        ("5215512345678", "+525512345678"),
        ("551187654321", "+5511987654321"),
        ("+5491112345678", "+5491112345678"),
    ],
)
def test_a_whatsapp_id_without_a_plus_is_its_number(way: str, written: str, address: str) -> None:
    message = WRITTEN[way](written)
    assert [address] in addresses(message).values()
    assert is_found(message, address)
    assert is_found(message, f"whatsapp:{written}")


@pytest.mark.parametrize("written", ["120363020000000000@g.us", "sip:1001@pbx.ex.com", "status@broadcast"])
@pytest.mark.parametrize("way", WRITTEN)
def test_groups_and_extensions_are_no_e_mail_addresses(way: str, written: str) -> None:
    message = WRITTEN[way](written)
    people = [p for p in (message.from_, *message.to, *message.cc) if p is not None and p.address_raw == written]
    assert [(p.address, p.address_type.value) for p in people] == [(None, "id")]
    assert is_found(message, written)


@pytest.mark.parametrize("written", ["12345", "199999", "19771234", "131234"])
@pytest.mark.parametrize("way", ["cellcast receiver", "cellcast sender"])
def test_a_short_code_is_no_australian_number(way: str, written: str) -> None:
    message = WRITTEN[way](written)
    assert f"address#{written}" in lists(message)
    assert not any(name.startswith("address#+") for name in lists(message))


@pytest.mark.parametrize(
    ("fields", "address"),
    [
        ({"receiver": "211234567", "countryCode": "NZ"}, "+64211234567"),
        ({"receiver": "0061400000002"}, "+61400000002"),
        ({"receiver": 400000002.0}, "+61400000002"),
        ({"receiver": "400000002"}, "+61400000002"),
    ],
)
def test_a_cellcast_number_is_read_in_its_country(fields: dict[str, Any], address: str) -> None:
    message = test_cellcast.message(**fields)
    assert addresses(message)["to"] == [address]
    assert is_found(message, address)


# --- people whom an answer names in another place than the one that the message's own parties are from


BESIDE = {place: named for case in CASES.values() for place, named in case.named_beside.items()}


@pytest.mark.parametrize("place", BESIDE)
def test_a_person_is_found_by_every_address_that_an_answer_has(place: str) -> None:
    address, found = BESIDE[place]
    shown = {entry.list for entry in entries(found.message, T0, further_parties=found.further_parties)}
    assert not shown.isdisjoint(address_lists(address))


def test_nobody_is_kept_twice() -> None:
    found = thread({"from": "Jane <jane@ex.com>", "to": ["a@ex.org", "b@ex.org"], "cc": "c@ex.org"})
    assert found.further_parties == ()
    assert participant("sms", {"sms": "+14155550123"}).further_parties == ()
