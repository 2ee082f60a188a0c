"""All that reads a message's row: lookups, lists, searches, erasures, reconciliations."""

from __future__ import annotations

from typing import Any

import httpx

from message_detail import providers
from message_detail.adapters.access_tokens import Tokens
from message_detail.adapters.aws.cursors import cursor_key
from message_detail.adapters.aws.due_index import DueIndex
from message_detail.adapters.aws.large_values import LargeValues
from message_detail.adapters.aws.message_store import Store
from message_detail.adapters.aws.row_packing import unpack
from message_detail.adapters.aws.search import MAX_LIMIT, Query, Search
from message_detail.adapters.aws.stats import AccountHealth
from message_detail.adapters.aws.throttle import Throttle
from message_detail.adapters.aws.token_store import DynamoTokens
from message_detail.adapters.provider_client import ProviderClient
from message_detail.domain.message import Freshness, Message
from message_detail.domain.search_keys import provider_list
from message_detail.providers.base.account import Account, AccountSchema
from message_detail.services.messages import Messages
from message_detail.services.provider_gateway import ProviderGateway
from message_detail.testing.recordings import account_for
from tests.recorded import recordings
from tests.unit.conftest import BUCKET, TABLE, Clock, table_of
from tests.unit.samples import NOW, Vendor

YEAR = 365 * 86_400.0
Item = dict[str, Any]


class FirstAccount:
    """Of each provider the account that its first recording is of."""

    def account(self, provider: str, name: str, schema: AccountSchema) -> Account:
        return account_for(providers.load(provider), recordings(provider)[0])


class Readers:
    """The readers of one table, in which rows are put as they are. No provider is asked."""

    def __init__(self, dynamodb: Any, s3: Any) -> None:
        self.client, self.bucket, self.clock = dynamodb, s3, Clock(NOW)
        self.store = Store(table_of(dynamodb), LargeValues(lambda: s3, BUCKET), now=self.clock)
        self.search = Search(table_of(dynamodb), self.store.read_many, cursor_key(table_of(dynamodb)))
        self.due = DueIndex(table_of(dynamodb), now=lambda: NOW + YEAR)

    def put(self, row: Item) -> str:
        """Stores a row with its entries and texts; the message's id."""
        items = [row["item"], *row["entries"]]
        for at in range(0, len(items), 25):
            requests = [{"PutRequest": {"Item": item}} for item in items[at : at + 25]]
            self.client.batch_write_item(RequestItems={TABLE: requests})
        for key, text in row.get("objects", {}).items():
            self.bucket.put_object(Bucket=BUCKET, Key=key, Body=text)
        return message_id(row)

    def item(self, message_id: str) -> Item:
        """A message's item as it is stored, unpacked."""
        return unpack(self.client.get_item(TableName=TABLE, Key=key(message_id))["Item"])

    def items(self) -> list[Item]:
        """All that is stored."""
        found: list[Item] = self.client.get_paginator("scan").paginate(TableName=TABLE).build_full_result()["Items"]
        return found

    def looked_up(self, message_id: str) -> Message:
        """The stored message, as a lookup answers it."""
        provider, account, native_id = message_id.split(":", 2)
        vendor = Vendor(httpx.ConnectError("no provider is asked"))
        client = ProviderClient(Tokens(DynamoTokens(table_of(self.client))), vendor.transport)
        throttle = Throttle(table_of(self.client), now=self.clock)
        health = AccountHealth(table_of(self.client), now=self.clock)
        gateway = ProviderGateway(providers.load(provider), client, throttle, health, now=self.clock)
        service = Messages(FirstAccount(), gateway, self.store, now=self.clock)
        found = service.lookup(account, native_id, YEAR, 5).message
        assert found.provenance.freshness is Freshness.STORED
        return found

    def listed(self, provider: str) -> set[str]:
        """The ids of a provider's messages."""
        return self.found(provider_list(provider))

    def found(self, *lists: str) -> set[str]:
        """The ids of the messages in any of some lists, page by page."""
        ids: set[str] = set()
        cursor = None
        while True:
            page = self.search.find(Query((lists,), limit=MAX_LIMIT, cursor=cursor))
            ids |= {message.id for message in page.items}
            cursor = page.next_cursor
            if cursor is None:
                return ids

    def reconciled(self, provider: str) -> set[str]:
        """The ids of the messages that a reconciliation takes up."""
        return {
            f"{provider}:{due.account}:{due.message_id}" for due in self.due.due(provider, 1_000) if self.lease(due)
        }

    def lease(self, due: Any) -> bool:
        """As a reconciliation does before it queues a message."""
        return self.due.lease(due)


def message_id(row: Item) -> str:
    """The id of the message that a row is of."""
    return str(row["item"]["pk"]["S"]).removeprefix("message#")


def key(message_id: str) -> Item:
    """The key of a message's item."""
    return {"pk": {"S": f"message#{message_id}"}, "sk": {"S": "message"}}
