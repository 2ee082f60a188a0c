"""What a container makes once, on first use: clients, store, fetcher, one service per provider."""

from __future__ import annotations

import time
from functools import cache, partial
from typing import TYPE_CHECKING

from message_detail import aws
from message_detail.queue import TaskQueue
from message_detail.secret_store import SecretStore
from message_detail.settings import settings

if TYPE_CHECKING:
    import httpx

    from message_detail.account_directory import AccountDirectory
    from message_detail.dedupe import Dedupe
    from message_detail.due import DueIndex
    from message_detail.erase import Eraser
    from message_detail.pressure import Pressure
    from message_detail.provider import Provider
    from message_detail.search import Search
    from message_detail.service import Service
    from message_detail.store import Store
    from message_detail.sync import SyncBook
    from message_detail.syncer import Syncer
    from message_detail.tally import Tally


def now() -> float:
    """Seconds since 1970."""
    return time.time()


@cache
def secrets() -> SecretStore:
    """The stack's secrets."""
    return SecretStore(aws.client("secretsmanager"), settings().stack_name)


@cache
def queue() -> TaskQueue:
    """The queue that this function's environment names."""
    own = settings()
    return TaskQueue(aws.client("sqs"), own.queue_url, own.dead_letter_queue_url)


@cache
def dedupe() -> Dedupe:
    """Which webhook events have been taken in."""
    from message_detail.dedupe import Dedupe

    return Dedupe(aws.client("dynamodb"), settings().table_name)


@cache
def account_directory() -> AccountDirectory:
    """Which account is a vendor's own unit."""
    from message_detail.account_directory import AccountDirectory

    return AccountDirectory(aws.client("dynamodb"), settings().table_name)


@cache
def store() -> Store:
    """The stack's table of messages."""
    from message_detail.contents import Contents
    from message_detail.store import Store

    own = settings()
    contents = Contents(lambda: aws.client("s3"), own.content_bucket)
    return Store(aws.client("dynamodb"), own.table_name, contents, own.retention_days)


@cache
def transport() -> list[httpx.BaseTransport]:
    """What replaces the network towards providers: empty, or the one that a test or a simulator run put in."""
    return []


def use_transport(replacement: httpx.BaseTransport) -> None:
    """Sends all calls to providers through this, until the container's caches are cleared."""
    transport().append(replacement)


@cache
def service(provider: Provider) -> Service:
    """The use cases of a provider."""
    from message_detail.fetch import Fetcher
    from message_detail.schedule import plan_of
    from message_detail.service import Service
    from message_detail.store import DynamoTokens
    from message_detail.tokens import Tokens

    table, database = settings().table_name, aws.client("dynamodb")
    fetcher = Fetcher(Tokens(DynamoTokens(database, table)), next(iter(transport()), None), pressure().pause)
    plan = plan_of(settings().reconcile_plan)
    return Service(provider, secrets(), fetcher, store(), pressure(), tally(), plan)


@cache
def pressure() -> Pressure:
    """Cool-downs and circuits."""
    from message_detail.pressure import Pressure

    return Pressure(aws.client("dynamodb"), settings().table_name)


@cache
def search() -> Search:
    """The search over stored messages."""
    from message_detail.search import Search, cursor_key

    database, table = aws.client("dynamodb"), settings().table_name
    return Search(database, table, store().read_many, cursor_key(database, table))


@cache
def eraser() -> Eraser:
    """Erasure by address, contact or id."""
    from message_detail.erase import Eraser
    from message_detail.search import Search, cursor_key

    # What has expired waits for its deletion, which may take two days: it is gone for readers, and is erased at once.
    database, table = aws.client("dynamodb"), settings().table_name
    read_many = partial(store().read_many, expired=True)
    return Eraser(Search(database, table, read_many, cursor_key(database, table)), store(), regions)


def regions() -> frozenset[str]:
    """The regions of the accounts that have been used, in which numbers without a country code are read."""
    from message_detail.providers import names

    return frozenset(region for name in names() for region in tally().regions(name))


@cache
def tally() -> Tally:
    """What is counted in the table."""
    from message_detail.tally import Tally

    return Tally(aws.client("dynamodb"), settings().table_name)


@cache
def due_index() -> DueIndex:
    """The messages that are due to be looked at again."""
    from message_detail.due import DueIndex

    return DueIndex(aws.client("dynamodb"), settings().table_name)


@cache
def sync_book() -> SyncBook:
    """The book of all syncs."""
    from message_detail.sync import SyncBook

    return SyncBook(aws.client("dynamodb"), settings().table_name)


@cache
def syncer(provider: Provider) -> Syncer:
    """The syncs of a provider."""
    from message_detail.providers import listing_of
    from message_detail.syncer import Syncer

    return Syncer(service(provider), listing_of(provider.name), sync_book(), queue())
