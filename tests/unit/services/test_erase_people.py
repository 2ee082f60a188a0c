"""Erasure finds what search finds, says how many it removed, and asks back where somebody else could be meant."""

from __future__ import annotations

from typing import Any

import pytest

from message_detail import providers
from message_detail.adapters.aws.large_values import ROOM_BYTES
from message_detail.domain.addresses.query import address_lists
from message_detail.domain.errors import InvalidRequest
from message_detail.domain.message import Body, Party
from message_detail.domain.timeline import MessageState, merge_observations
from message_detail.providers.base.parties import parties, party
from message_detail.services.erase_request import MOST_IDS, UNASKED, EraseRequest
from message_detail.services.search_query import parse
from tests.unit.adapters.search_case import Shelf, numbered, raw_party
from tests.unit.conftest import Clock
from tests.unit.domain.test_addresses import PERSONS
from tests.unit.samples import observation
from tests.unit.services.erasing import TOMBSTONE
from tests.unit.services.test_erase import ADA, BOB, Room

WITH_PLUS = {"14155550123": "+14155550123"}
"""Digits of an unknown country that can be one number only: another key, and looked for together with it."""


@pytest.fixture
def room(dynamodb: Any, s3: Any, clock: Clock) -> Room:
    return Room(dynamodb, s3, clock)


def refused(room: Room, **keys: Any) -> str:
    with pytest.raises(InvalidRequest) as raised:
        room.erasing.begin(**keys)
    assert raised.value.status == 422
    return raised.value.detail


# --- every spelling by every other


@pytest.mark.parametrize("provider", providers.names())
def test_what_is_stored_in_one_form_is_found_by_every_other_and_by_nobody_elses(provider: str) -> None:
    shelf = Shelf()
    ids: dict[str, list[str]] = {}
    for number, (key, form) in enumerate((key, form) for key, forms in PERSONS.items() for form in forms):
        one = {"to": parties(form), "from_": None} if number % 2 else {"to": (), "from_": party(form)}
        ids.setdefault(WITH_PLUS.get(key, key), []).insert(
            0, shelf.put(numbered(number, provider=provider, **one)).message.id
        )
    for key, forms in PERSONS.items():
        for asked in forms:
            assert shelf.walk(address=asked) == ids[WITH_PLUS.get(key, key)], asked


@pytest.mark.parametrize("key", PERSONS)
def test_erasure_looks_for_every_form_where_it_looks_for_the_others(key: str) -> None:
    assert len({address_lists(form) for form in PERSONS[key]}) == 1


@pytest.mark.parametrize("provider", providers.names())
def test_all_forms_of_an_address_are_erased_by_one(room: Room, provider: str) -> None:
    for number, (key, forms) in enumerate(PERSONS.items()):
        for place, form in enumerate(forms):
            room.put(100 * number + place, provider=provider, to=parties(form))
        room.put(99, BOB, provider=provider)
        assert room.erase(forms[len(provider) % len(forms)]) == len(forms), key
    assert room.found(BOB) == ["m99"]


@pytest.mark.parametrize(
    "number", ["0491 570 156", "(04) 9157 0156", "491570156", "+61491570156", "61491570156", "0011 61 491 570 156"]
)
@pytest.mark.parametrize("raw", ["0491 570 156", "491570156.0", "61491570156", "0061491570156"])
def test_a_national_number_is_found_and_erased_in_the_regions_of_the_accounts(
    room: Room, number: str, raw: str
) -> None:
    room.regions = ("AU",)
    room.put(1, to=(party(raw, region="AU"),))
    assert room.found(number) == ["m1"]
    assert room.erase(number) == 1
    assert ADA not in room.everything()


@pytest.mark.parametrize("asked", ["61499999991", "+61499999991", "0061 499 999 991", "tel:+61499999991"])
def test_a_number_that_was_stored_without_its_plus_is_erased_with_all_its_spellings(room: Room, asked: str) -> None:
    room.put(1, to=(raw_party("61499999991"),))
    room.put(2, to=(party("+61499999991"),))
    assert room.found(asked) == ["m2", "m1"]
    assert room.erase(asked) == 2


def test_a_number_without_its_plus_is_nobody_elses_where_a_region_reads_it_otherwise(room: Room) -> None:
    room.regions = ("BR",)
    room.put(1, to=(party("51987654321", region="BR"),))
    room.put(2, to=(raw_party("51987654321"),))
    assert room.found("+51987654321") == []
    assert room.erase("+51987654321") == 0
    assert room.erase("+5551987654321") == 1


def test_an_earlier_releases_party_of_several_mailboxes_is_found_by_each(room: Room) -> None:
    room.put(1, to=(raw_party("a@example.com, Doe, Jane <jane@example.com>"),))
    assert room.found("a@example.com") == room.found("jane@example.com") == ["m1"]
    assert room.erase("JANE@example.com") == 1


def test_ten_thousand_recipients_are_stored_found_and_erased(room: Room) -> None:
    everybody = ", ".join(f"person-{number:05d}@example.com" for number in range(10_000))
    message = room.put(1, to=parties(everybody), body=Body(text="x" * ROOM_BYTES))
    assert len(message.to) == 10_000
    assert room.found("person-00000@example.com") == room.found("Last <person-09999@example.com>") == ["m1"]
    assert room.erase("person-05000@example.com") == 1
    assert "person-" not in room.everything()
    assert set(room.tombstone(message)) == TOMBSTONE


# --- people known by an id only, and messages by theirs


def contact(contact_id: str) -> Party:
    found = party(None, contact_id=contact_id)
    assert found is not None
    return found


@pytest.mark.parametrize("provider", providers.names())
def test_a_person_known_by_a_contact_id_only_is_found_and_erased(room: Room, provider: str) -> None:
    room.put(1, provider=provider, to=(contact("cont1"),))
    room.put(2, provider=provider, from_=contact("cont1"), to=())
    room.put(3, provider=provider, to=(contact("Cont1"),))
    found = room.search.find(parse({"contact": "cont1"})).items
    assert [one.provider_message_id for one in found] == ["m2", "m1"]
    assert room.erasing.erase(contact_id="cont1").erased == 2
    assert [one.provider_message_id for one in room.search.find(parse({"contact": "Cont1"})).items] == ["m3"]


def test_an_id_that_two_accounts_know_wants_its_owner(room: Room) -> None:
    room.put(1, provider="samva", to=(contact("42"),))
    room.put(2, provider="carecloud", to=(contact("42"),))
    assert "carecloud:default, samva:default" in refused(room, contact_id="42")
    whose = {"contact_id": "42", "provider": "samva", "account": "default"}
    assert room.erasing.find(**whose).by_provider == {"samva": 1}
    assert room.erasing.erase(**whose).erased == 1


def test_messages_are_erased_by_their_ids_and_only_what_was_there_counts(room: Room) -> None:
    first, second, other = room.put(1), room.put(2, BOB), room.put(3, BOB)
    room.store.add("samva:default:e1", MessageState(events=merge_observations([observation(first.status)])))
    ids = (first.id, second.id, "samva:default:e1", "samva:default:never", first.id)
    assert room.erasing.find(message_ids=list(ids)).by_provider == {"cellcast": 2, "samva": 1}
    assert room.erasing.erase(message_ids=list(ids)).erased == 3
    assert room.erasing.erase(message_ids=list(ids)).erased == 0
    assert room.found(BOB) == [other.provider_message_id]


# --- who is meant


def test_a_number_that_can_be_read_in_several_ways_is_refused_with_its_readings(room: Room) -> None:
    room.regions = ("AU", "DE", "US")
    room.put(1, to=(party("0491570156", region="AU"),))
    assert room.found("0491 570 156") == room.found(ADA) == ["m1"]
    assert "+49491570156 or +61491570156" in refused(room, address="0491 570 156")
    with pytest.raises(InvalidRequest):
        room.erasing.find(address="0491 570 156")
    assert room.erase("+49491570156") == 0
    assert room.erase(ADA) == 1


def test_a_number_of_two_stored_people_is_refused_though_one_region_is_known(room: Room) -> None:
    room.regions = ("AU",)
    room.put(1, to=(party("211234567", region="AU"),))
    room.put(2, to=(party("211234567", region="NZ"),))
    assert room.found("211234567") == ["m2", "m1"]
    assert "+61211234567 or +64211234567" in refused(room, address="211234567")
    assert room.erase("+64 21 1234567") == 1
    assert room.found("+61211234567") == ["m1"]


def test_a_national_number_that_nobody_can_read_is_refused_and_not_none_erased(room: Room) -> None:
    room.put(1)
    assert "give the country code" in refused(room, address="0491 570 156")
    assert room.found(ADA) == ["m1"]
    room.put(2, to=(raw_party("0491 570 157"),))
    assert room.erase("0491570157") == 1, "found as it was written"


def test_an_address_of_two_people_is_refused(room: Room) -> None:
    assert "names 2" in refused(room, address="a@example.com, b@example.com")


def test_short_codes_and_senders_are_erased_as_written(room: Room) -> None:
    room.regions = ("AU",)
    room.put(1, to=(party("12345", region="AU"),))
    room.put(2, to=(party("MYSHOP", region="AU"),))
    assert room.erase("12345") == 1
    assert room.erase("myshop") == 1


# --- how many


def test_more_than_a_hundred_want_their_number(room: Room) -> None:
    for number in range(UNASKED + 1):
        room.put(number)
    assert f"{UNASKED + 1} messages are found" in refused(room, address=ADA)
    assert "not the 5" in refused(room, address=ADA, expected=5)
    assert len(room.erasing.find(address=ADA).ids) == UNASKED + 1
    assert room.erase(expected=UNASKED + 1) == UNASKED + 1


def test_a_number_that_is_given_holds_for_few_as_well(room: Room) -> None:
    room.put(1)
    assert "1 messages are found, not the 2" in refused(room, address=ADA, expected=2)
    assert room.erase(expected=1) == 1
    assert room.erase(expected=0) == 0


def test_a_look_removes_nothing_and_shows_the_spellings(room: Room) -> None:
    room.regions = ("AU",)
    room.put(1, to=(party("0491 570 156", region="AU", contact_id="c1"),))
    room.put(2, provider="samva", to=(party("61491570156@s.whatsapp.net"), party(BOB)))
    found = room.erasing.find(address="0491570156")
    assert found.by_provider == {"cellcast": 1, "samva": 1}
    assert found.spellings == {ADA, "0491 570 156", "61491570156@s.whatsapp.net"}
    assert found.contact_ids == {"c1"}
    assert room.found(ADA) == ["m2", "m1"]


# --- the body


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({}, "exactly one of"),
        ({"address": "a@x.com", "contact_id": "c"}, "address and contact_id"),
        ({"address": None}, "address: must not be null"),
        ({"address": "a@x.com", "contact_id": None}, "contact_id: must not be null"),
        ({"address": "a@x.com", "expected": None}, "expected: must not be null"),
        ({"dry_run": True}, "none"),
        ({"address": "  "}, "address: "),
        ({"address": 5}, "address: "),
        ({"address": "x" * 2_001}, "address: "),
        ({"contact_id": ""}, "contact_id: "),
        ({"message_ids": []}, "message_ids: "),
        ({"message_ids": "samva:default:1"}, "message_ids: "),
        ({"message_ids": ["samva:default:1", "1"]}, "message_ids[1]"),
        ({"message_ids": ["nobody:default:1"]}, "message_ids[0]"),
        ({"message_ids": ["samva:default:"]}, "message_ids[0]"),
        ({"message_ids": ["samva:default:1"] * (MOST_IDS + 1)}, "message_ids: "),
        ({"address": "a@x.com", "dry_run": 1}, "dry_run"),
        ({"address": "a@x.com", "dry_run": "yes"}, "dry_run"),
        ({"address": "a@x.com", "dry_run": []}, "dry_run"),
        ({"address": "a@x.com", "expected": -1}, "expected"),
        ({"address": "a@x.com", "expected": True}, "expected"),
        ({"address": "a@x.com", "expected": "5"}, "expected"),
        ({"address": "a@x.com", "provider": "samva"}, "contact_id only"),
        ({"contact_id": "c", "account": "default"}, "with its provider"),
        ({"contact_id": "c", "provider": "nobody"}, "provider: "),
        ({"contact_id": "c", "provider": ["samva"]}, "provider: "),
        ({"contact_id": "c", "provider": "samva", "account": 1}, "account: "),
        ({"address": "a@x.com", "adress": "b"}, "unknown key 'adress'"),
    ],
)
def test_a_body_that_is_wrong_says_where(body: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidRequest) as raised:
        EraseRequest.read(body)
    assert says in raised.value.detail
    assert raised.value.status == 422
