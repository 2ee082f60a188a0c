"""What a container makes once, on first use: clients, store, provider client, one service per provider."""

from __future__ import annotations

import time
from functools import cache, partial
from typing import TYPE_CHECKING

from message_detail.adapters.aws import clients
from message_detail.adapters.aws.secrets import SecretStore
from message_detail.adapters.aws.task_queue import TaskQueue
from message_detail.settings import settings

if TYPE_CHECKING:
    import httpx

    from message_detail.adapters.aws.account_directory import AccountDirectory
    from message_detail.adapters.aws.due_index import DueIndex
    from message_detail.adapters.aws.event_claims import Dedupe
    from message_detail.adapters.aws.message_store import Store
    from message_detail.adapters.aws.search import Search
    from message_detail.adapters.aws.stats import AccountHealth
    from message_detail.adapters.aws.sync_state import SyncState
    from message_detail.adapters.aws.throttle import Throttle
    from message_detail.providers.base.provider import Provider
    from message_detail.services.erase import Eraser
    from message_detail.services.messages import Service
    from message_detail.services.sync import SyncRunner


def now() -> float:
    """Seconds since 1970."""
    return time.time()


@cache
def secrets() -> SecretStore:
    """The stack's secrets."""
    return SecretStore(clients.client("secretsmanager"), settings().stack_name)


@cache
def queue() -> TaskQueue:
    """The queue that this function's environment names."""
    own = settings()
    return TaskQueue(clients.client("sqs"), own.queue_url, own.dead_letter_queue_url)


@cache
def dedupe() -> Dedupe:
    """Which webhook events have been taken in."""
    from message_detail.adapters.aws.event_claims import Dedupe

    return Dedupe(clients.client("dynamodb"), settings().table_name)


@cache
def account_directory() -> AccountDirectory:
    """Which account is a vendor's own unit."""
    from message_detail.adapters.aws.account_directory import AccountDirectory

    return AccountDirectory(clients.client("dynamodb"), settings().table_name)


@cache
def store() -> Store:
    """The stack's table of messages."""
    from message_detail.adapters.aws.large_values import LargeValues
    from message_detail.adapters.aws.message_store import Store

    own = settings()
    contents = LargeValues(lambda: clients.client("s3"), own.content_bucket)
    return Store(clients.client("dynamodb"), own.table_name, contents, own.retention_days)


@cache
def transport() -> list[httpx.BaseTransport]:
    """What replaces the network towards providers: empty, or the one that a test has put in."""
    return []


@cache
def service(provider: Provider) -> Service:
    """The use cases of a provider."""
    from message_detail.adapters.access_tokens import Tokens
    from message_detail.adapters.aws.message_store import DynamoTokens
    from message_detail.adapters.provider_client import ProviderClient
    from message_detail.domain.reconcile_policy import read_plan
    from message_detail.services.messages import Service
    from message_detail.services.provider_gateway import ProviderGateway

    tokens = Tokens(DynamoTokens(clients.client("dynamodb"), settings().table_name))
    client = ProviderClient(tokens, next(iter(transport()), None))
    gateway = ProviderGateway(provider, client, throttle(), health())
    return Service(secrets(), gateway, store(), read_plan(settings().reconcile_plan))


@cache
def throttle() -> Throttle:
    """Cool-downs and circuits."""
    from message_detail.adapters.aws.throttle import Throttle

    return Throttle(clients.client("dynamodb"), settings().table_name)


@cache
def search() -> Search:
    """The search over stored messages."""
    from message_detail.adapters.aws.cursors import cursor_key
    from message_detail.adapters.aws.search import Search

    database, table = clients.client("dynamodb"), settings().table_name
    return Search(database, table, store().read_many, cursor_key(database, table))


@cache
def eraser() -> Eraser:
    """Erasure by address, contact or id."""
    from message_detail.adapters.aws.cursors import cursor_key
    from message_detail.adapters.aws.search import Search
    from message_detail.services.erase import Eraser

    # What has expired waits for its deletion, which may take two days: it is gone for readers, and is erased at once.
    database, table = clients.client("dynamodb"), settings().table_name
    read_many = partial(store().read_many, expired=True)
    return Eraser(Search(database, table, read_many, cursor_key(database, table)), store(), regions)


def regions() -> frozenset[str]:
    """The regions of the accounts that have been used, in which numbers without a country code are read."""
    from message_detail.providers import names

    return frozenset(region for name in names() for region in health().regions(name))


@cache
def health() -> AccountHealth:
    """What is counted in the table."""
    from message_detail.adapters.aws.stats import AccountHealth

    return AccountHealth(clients.client("dynamodb"), settings().table_name)


@cache
def due_index() -> DueIndex:
    """The messages that are due to be looked at again."""
    from message_detail.adapters.aws.due_index import DueIndex

    return DueIndex(clients.client("dynamodb"), settings().table_name)


@cache
def sync_state() -> SyncState:
    """The state of all syncs."""
    from message_detail.adapters.aws.sync_state import SyncState

    return SyncState(clients.client("dynamodb"), settings().table_name)


@cache
def syncer(provider: Provider) -> SyncRunner:
    """The syncs of a provider."""
    from message_detail.providers import load_listing
    from message_detail.services.sync import SyncRunner

    return SyncRunner(service(provider), load_listing(provider.name), sync_state(), queue())
