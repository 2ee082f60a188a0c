"""A container for what takes hours: its every part has the test's clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from message_detail import bootstrap
from message_detail.adapters.access_tokens import Tokens
from message_detail.adapters.aws import clients
from message_detail.adapters.aws.due_index import DueIndex
from message_detail.adapters.aws.large_values import LargeValues
from message_detail.adapters.aws.message_store import Store
from message_detail.adapters.aws.stats import AccountHealth
from message_detail.adapters.aws.sync_state import SyncState
from message_detail.adapters.aws.throttle import Throttle
from message_detail.adapters.aws.token_store import DynamoTokens
from message_detail.adapters.provider_client import ProviderClient
from message_detail.domain.tasks import RecountTask, parse
from message_detail.domain.times import from_epoch, seconds_between
from message_detail.entrypoints.reconcile import reconcile_handler
from message_detail.entrypoints.worker import worker_handler
from message_detail.providers.cellcast.listing import LISTING
from message_detail.providers.cellcast.provider import PROVIDER
from message_detail.services.messages import Messages
from message_detail.services.provider_gateway import ProviderGateway
from message_detail.services.sync import SyncRunner
from tests.unit.conftest import Clock, table_of
from tests.unit.container import Context, put
from tests.unit.entrypoints.events import sqs
from tests.unit.samples import NATIVE_ID

if TYPE_CHECKING:
    from tests.unit.entrypoints.conftest import Cloud

CELLCAST = {"provider": "cellcast"}
work = worker_handler(PROVIDER)
HOUR = 3_600.0


class Timed:
    """A container whose every part has the test's clock."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud, self.clock = cloud, Clock()
        database, clock = clients.client("dynamodb"), self.clock
        self.store = Store(table_of(database), LargeValues(lambda: clients.client("s3"), "contents"), now=clock)
        throttle = Throttle(table_of(database), now=clock)
        self.health = AccountHealth(table_of(database), now=clock)
        provider_client = ProviderClient(Tokens(DynamoTokens(table_of(database)), now=clock), cloud.vendor.transport)
        gateway = ProviderGateway(PROVIDER, provider_client, throttle, self.health, now=clock)
        self.service = Messages(bootstrap.services().secrets, gateway, self.store, now=clock)
        self.book = SyncState(table_of(database), now=clock)
        self.index = DueIndex(table_of(database), now=clock)
        self.syncer = SyncRunner(self.service, LISTING, self.book, bootstrap.services().queue, now=clock)
        put(
            now=clock,
            store=self.store,
            health=self.health,
            messages=lambda _provider: self.service,
            sync_state=self.book,
            due_index=self.index,
            syncs=lambda _provider: self.syncer,
        )

    def lookup(self, native_id: str = NATIVE_ID, account: str = "default") -> Any:
        return self.service.lookup(account, native_id, 0, 10).message

    def status_of(self, native_id: str = NATIVE_ID, account: str = "default") -> Any:
        return self.service.lookup(account, native_id, 1e12, 10).message

    def queued(self) -> list[Any]:
        """What is queued about messages; recounts, which begin by themselves every hour, are taken off, too."""
        tasks = [parse(message["Body"]) for message in self.cloud.waiting()]
        return [task for task in tasks if not isinstance(task, RecountTask)]

    def count(self) -> list[RecountTask]:
        """Works on the recounts that are queued; which there were."""
        tasks = [parse(message["Body"]) for message in self.cloud.waiting()]
        recounts = [task for task in tasks if isinstance(task, RecountTask)]
        for task in recounts:
            assert work(sqs(task.to_json()), Context()) == {"batchItemFailures": []}
        return recounts

    def run(self) -> dict[str, int]:
        return reconcile_handler(CELLCAST, Context())

    def work(self) -> int:
        """Works on all that is queued; how many tasks there were."""
        tasks = self.queued()
        for task in tasks:
            assert work(sqs(task.to_json()), Context()) == {"batchItemFailures": []}
        return len(tasks)

    def next_due(self) -> float | None:
        """Seconds until something is due; None when nothing will be."""
        items = self.cloud.dynamodb.scan(TableName="messages", IndexName="due")["Items"]
        now = from_epoch(self.clock.now)
        return min((seconds_between(now, item["due_at"]["S"]) for item in items), default=None)
