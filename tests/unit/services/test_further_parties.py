"""People whom a document names besides the message's own parties: the message is found and erased by them, too."""

from __future__ import annotations

from typing import Any

import pytest

from message_detail.adapters.aws.large_values import ROOM_BYTES
from message_detail.domain.message import Body
from message_detail.domain.normalized import NormalizedMessage
from message_detail.domain.timeline import state_from_answer
from message_detail.providers.base.parties import parties
from message_detail.services.search_query import parse
from tests.unit.adapters.search_case import numbered
from tests.unit.conftest import Clock
from tests.unit.samples import observation
from tests.unit.services.test_erase import Room

LAWYER = "lawyer@example.net"


@pytest.fixture
def room(dynamodb: Any, s3: Any, clock: Clock) -> Room:
    return Room(dynamodb, s3, clock)


def stored(room: Room, text: str, *further: str) -> str:
    """A message of a thread in which others were written to."""
    message = numbered(1, body=Body(text=text))
    people = tuple(party for one in further for party in parties(one, contact_id=f"contact of {one}"))
    room.store.add(
        message.id,
        state_from_answer(NormalizedMessage(message, (observation(message.status),), further_parties=people)),
    )
    return message.id


@pytest.mark.parametrize("text", ["short", "x" * 2 * ROOM_BYTES])
def test_a_message_is_found_and_erased_by_the_people_of_its_thread(room: Room, text: str) -> None:
    message_id = stored(room, text, f"L <{LAWYER}>, clerk@example.net")
    assert room.found(LAWYER) == room.found("clerk@example.net") == ["m1"]
    found = room.search.find(parse({"contact": f"contact of L <{LAWYER}>, clerk@example.net"}))
    assert [item.id for item in found.items] == [message_id]
    assert LAWYER not in found.items[0].as_json().values()
    assert room.erase(LAWYER) == 1
    assert room.found(LAWYER) == []
    assert LAWYER not in room.everything()


def test_any_number_of_further_people_fits(room: Room) -> None:
    stored(room, "text", *(f"person-{number:05d}-{'x' * 40}@example.net" for number in range(6_000)))
    assert room.found(f"person-05999-{'x' * 40}@example.net") == ["m1"]
