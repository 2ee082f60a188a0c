"""What came in with neither text nor file is waited for at every provider, if the account's content is stored."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from message_detail.domain.message import Body, Direction, Kind
from message_detail.domain.normalized import NormalizedMessage
from message_detail.domain.reconcile_policy import Schedule, awaits_media
from message_detail.domain.timeline import merge
from message_detail.providers.base.provider import Context, Document
from message_detail.providers.cellcast.provider import PROVIDER
from tests.unit.conftest import TABLE, Clock
from tests.unit.providers import highlevel_case
from tests.unit.providers.cases import CASES
from tests.unit.samples import after, heard
from tests.unit.services.test_messages import World

EMPTY = {"direction": Direction.INBOUND, "kind": Kind.MESSAGE}


@pytest.mark.parametrize("provider", CASES)
def test_an_empty_message_of_every_provider_is_known_for_one(provider: str) -> None:
    assert [answer.direction for answer in CASES[provider].without_media if not awaits_media(answer)] == []


def test_highlevel_s_photo_is_there_after_the_first_look() -> None:
    photo = {"type": 19, "messageType": "WhatsApp", "direction": "inbound", "body": "", "status": "delivered"}
    known = heard(highlevel_case.message(**photo))
    assert Schedule(reports_engagement=False).next_look(known) == after(10)
    whole = highlevel_case.message(**photo, attachments=["https://media.example.com/1.jpg"])
    known = merge(known, heard(whole, at=after(10)))
    assert Schedule(reports_engagement=False).next_look(known) is None


@pytest.fixture
def world(dynamodb: Any, s3: Any, clock: Clock, request: pytest.FixtureRequest) -> World:
    """A service whose provider's messages come in without anything."""
    world = World(dynamodb, s3, clock, f"media-{abs(hash(request.node.nodeid))}"[:64])

    def normalize(document: Document, context: Context) -> NormalizedMessage:
        found = PROVIDER.normalize(document, context)
        return NormalizedMessage(found.message.model_copy(update={**EMPTY, "body": Body()}), found.observations)

    world.service.gateway.provider = replace(PROVIDER, normalize=normalize)
    return world


def test_a_task_tells_when_the_next_look_is_due_and_the_index_knows_it_too(world: World, dynamodb: Any) -> None:
    done = world.process(world.task())
    assert done.media_look_at == after(10)
    (due,) = dynamodb.scan(TableName=TABLE, IndexName="due")["Items"]
    assert due["due_at"]["S"] == after(10)


def test_an_account_whose_content_is_not_stored_waits_for_none(world: World) -> None:
    object.__setattr__(world.account, "store_content", "none")
    assert world.process(world.task()).media_look_at is None


def test_a_look_that_was_made_meanwhile_costs_no_call(world: World, clock: Clock) -> None:
    world.process(world.task())
    clock.now += 10
    look = world.task(via="reconcile", received_at=after(10))
    clock.now += 0.1
    world.process(world.task(via="refresh"))
    calls = world.calls
    done = world.process(look)
    assert done.media_look_at is None
    assert world.calls == calls
