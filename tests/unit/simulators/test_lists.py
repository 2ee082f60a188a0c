"""The simulators' list calls, walked as a sync does."""

from __future__ import annotations

from local.simulators import Simulator
from message_detail import providers
from tests.unit.providers.listing_case import Site, ids_of
from tests.unit.simulators.client import control


def test_the_list_holds_every_message(simulator: Simulator) -> None:
    control(simulator, "POST", "fill", count=250)
    name = simulator.provider
    pages = Site(simulator, providers.load(name), providers.load_listing(name)).walk()
    assert len(pages) > 1
    assert ids_of(pages) == set(simulator.message_ids())
    assert len(simulator.message_ids()) > 250
