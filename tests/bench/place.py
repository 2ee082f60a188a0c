"""Stand-ins for the child of record.py: a provider on a clock that stands still, a queue, and a store."""

from __future__ import annotations

from typing import Any

from local.simulators import SIMULATORS
from message_detail.adapters.aws import clients
from message_detail.adapters.aws.large_values import LargeValues
from message_detail.adapters.aws.message_store import Store
from message_detail.providers import load, load_listing
from tests.bench.record import MESSAGES
from tests.bench.samples import TABLE
from tests.unit.conftest import SHAPE, Clock, table_of
from tests.unit.providers.listing_case import Site


class Place:
    """A provider's simulator with nothing in it, on a clock that stands still."""

    def __init__(self, name: str) -> None:
        self.clock = Clock()
        simulator = SIMULATORS[name]()
        simulator.clock = self.clock
        simulator.reset(tokens=True)
        simulator.store.accounts["default"].clear()
        self.site = Site(simulator, load(name), load_listing(name))

    def fill_with_emails(self) -> None:
        """Messages of HighLevel with two e-mails each, which a fetch of the message fetches, too."""
        simulator = self.site.simulator
        (held,) = (one for one in simulator.fixtures["default"] if one.message["id"] == "SimMessageEmailOpen1")
        for count_of in range(MESSAGES):
            simulator.put({**held.message, "id": f"SimMessageEmail{count_of}"}, **held.parts)


def store_of(client: Any, clock: Clock | None = None) -> Store:
    """A store over a client; its messages are too small for the bucket."""
    return Store(table_of(client), LargeValues(lambda: clients.client("s3"), "contents"), now=clock or Clock())


def new_table() -> Any:
    """A client of the table, which is empty."""
    database = clients.client("dynamodb")
    if TABLE in database.list_tables()["TableNames"]:
        database.delete_table(TableName=TABLE)
    database.create_table(TableName=TABLE, **SHAPE)
    return database
