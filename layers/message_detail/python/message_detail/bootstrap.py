"""What a function works with, made once: clients, adapters and use cases, from the settings of its environment.

`Services` is passed to the routes; nothing else is looked up. Its members are made on first use, so that a function
imports and makes only what it needs: the intake of webhooks loads neither httpx nor pydantic. A function has its own
made while it starts (`in_init`), and not by the first one who asks.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from message_detail import observability, settings
from message_detail.adapters.aws import clients
from message_detail.adapters.aws.secrets import SecretStore
from message_detail.adapters.aws.task_queue import TaskQueue
from message_detail.settings import Settings

if TYPE_CHECKING:
    import httpx

    from message_detail.adapters.aws.account_directory import AccountDirectory
    from message_detail.adapters.aws.circuits import Circuits
    from message_detail.adapters.aws.counts import Counts
    from message_detail.adapters.aws.delivery_log import DeliveryLog
    from message_detail.adapters.aws.due_index import DueIndex
    from message_detail.adapters.aws.endpoint_states import EndpointStates
    from message_detail.adapters.aws.endpoints import Endpoints
    from message_detail.adapters.aws.erasures import Erasures
    from message_detail.adapters.aws.event_bus import EventBus
    from message_detail.adapters.aws.journal import Journal
    from message_detail.adapters.aws.key_uses import KeyUses
    from message_detail.adapters.aws.message_store import Store
    from message_detail.adapters.aws.recount_state import RecountState
    from message_detail.adapters.aws.rejected_webhooks import RejectedWebhooks
    from message_detail.adapters.aws.search import Search
    from message_detail.adapters.aws.stats import AccountHealth
    from message_detail.adapters.aws.sync_state import SyncState
    from message_detail.adapters.aws.table import Table
    from message_detail.adapters.aws.throttle import Throttle
    from message_detail.adapters.aws.waiting_deliveries import WaitingDeliveries
    from message_detail.adapters.aws.webhook_facts import WebhookBook
    from message_detail.adapters.endpoint_client import EndpointClient
    from message_detail.providers.base.account import AccountSchema
    from message_detail.providers.base.provider import Provider
    from message_detail.providers.base.webhook import Webhook
    from message_detail.services.callers import Callers
    from message_detail.services.changes import Changes
    from message_detail.services.delivery_runner import DeliveryRunner
    from message_detail.services.endpoint_operations import EndpointOperations
    from message_detail.services.erase import Eraser
    from message_detail.services.erase_runner import EraseRunner
    from message_detail.services.event_delivery import Deliverer
    from message_detail.services.messages import Messages
    from message_detail.services.operations import Operations
    from message_detail.services.overview import Overview
    from message_detail.services.reconcile import Reconciler
    from message_detail.services.recount import Recounter
    from message_detail.services.recount_schedule import Recounts
    from message_detail.services.refusal_sample import RefusalSample
    from message_detail.services.statistics import Statistics
    from message_detail.services.sync import SyncRunner
    from message_detail.services.task_runner import TaskRunner
    from message_detail.services.text_search import TextSearch
    from message_detail.services.waiting_rounds import WaitingRounds
    from message_detail.services.webhook_intake import WebhookIntake

P = ParamSpec("P")


@dataclass(frozen=True)
class Services:
    """One container's services. `now` gives seconds since 1970; `transport` stands in for the network towards providers
    (None: the network). What threads share is made before they start: nothing here is locked."""

    settings: Settings
    now: Callable[[], float] = time.time
    transport: httpx.BaseTransport | None = None
    _messages: dict[str, Messages] = field(default_factory=dict, repr=False)

    # --- adapters

    @cached_property
    def secrets(self) -> SecretStore:
        """The stack's secrets."""
        own = self.settings
        return SecretStore(clients.client("secretsmanager"), own.stack_name, remedy=own.account_remedy)

    @cached_property
    def callers(self) -> Callers:
        """Everybody who has an API key."""
        from message_detail.services.callers import Callers

        return Callers(self.secrets, self.settings.api_keys_secret, self.now)

    @cached_property
    def key_uses(self) -> KeyUses:
        """When each API key was last used."""
        from message_detail.adapters.aws.key_uses import KeyUses

        return KeyUses(self.table, self.now)

    @cached_property
    def queue(self) -> TaskQueue:
        """The queue that this function's environment names."""
        own = self.settings
        return TaskQueue(clients.client("sqs"), own.queue_url, own.dead_letter_queue_url)

    def queue_of(self, provider: str) -> TaskQueue:
        """A provider's queue, in a function that has those of all."""
        own = self.settings
        return TaskQueue(clients.client("sqs"), own.queue_urls[provider], own.dead_letter_queue_urls.get(provider, ""))

    @cached_property
    def table(self) -> Table:
        """The stack's table."""
        from message_detail.adapters.aws.table import Table

        return Table(clients.client("dynamodb"), self.settings.table_name)

    @cached_property
    def account_directory(self) -> AccountDirectory:
        """Which account is a vendor's own unit."""
        from message_detail.adapters.aws.account_directory import AccountDirectory

        return AccountDirectory(self.secrets)

    @cached_property
    def store(self) -> Store:
        """The stack's table of messages."""
        from message_detail.adapters.aws.large_values import LargeValues
        from message_detail.adapters.aws.message_store import Store

        own = self.settings
        large_values = LargeValues(lambda: clients.client("s3"), own.content_bucket)
        return Store(self.table, large_values, own.retention_days, tells=own.events)

    @cached_property
    def endpoints(self) -> Endpoints:
        """To whom events go out."""
        from message_detail.adapters.aws.endpoints import Endpoints

        return Endpoints(self.secrets, self.settings.endpoint_networks, self.now)

    @cached_property
    def events_queue(self) -> TaskQueue:
        """The queue of the events that go out."""
        return TaskQueue(clients.client("sqs"), self.settings.events_queue_url)

    @cached_property
    def event_bus(self) -> EventBus | None:
        """The bus that events go to as well; None where the stack names none."""
        from message_detail.adapters.aws.event_bus import EventBus

        own = self.settings
        return EventBus(clients.client("events"), own.event_bus, own.api_url) if own.event_bus else None

    @cached_property
    def endpoint_states(self) -> EndpointStates:
        """How endpoints fare."""
        from message_detail.adapters.aws.endpoint_states import EndpointStates

        return EndpointStates(self.table, self.now)

    @cached_property
    def waiting_deliveries(self) -> WaitingDeliveries:
        """The events that endpoints have not taken yet."""
        from message_detail.adapters.aws.waiting_deliveries import WaitingDeliveries

        return WaitingDeliveries(self.table, self.now)

    @cached_property
    def delivery_log(self) -> DeliveryLog:
        """The attempts of the last 30 days."""
        from message_detail.adapters.aws.delivery_log import DeliveryLog

        return DeliveryLog(self.table, self.now)

    @cached_property
    def endpoint_circuits(self) -> Circuits:
        """The circuits of endpoints."""
        from message_detail.adapters.aws.circuits import Circuits
        from message_detail.adapters.aws.known_rows import KnownRows

        return Circuits(self.table, KnownRows(self.table, self.now))

    @cached_property
    def throttle(self) -> Throttle:
        """Cool-downs and circuits."""
        from message_detail.adapters.aws.throttle import Throttle

        return Throttle(self.table)

    @cached_property
    def health(self) -> AccountHealth:
        """What is counted in the table."""
        from message_detail.adapters.aws.stats import AccountHealth

        return AccountHealth(self.table)

    @cached_property
    def journal(self) -> Journal:
        """What became of what we were told of messages."""
        from message_detail.adapters.aws.journal import Journal

        return Journal(self.table, self.now)

    @cached_property
    def webhook_book(self) -> WebhookBook:
        """How the accounts' webhooks come."""
        from message_detail.adapters.aws.webhook_facts import WebhookBook

        return WebhookBook(self.table, self.now)

    @cached_property
    def due_index(self) -> DueIndex:
        """The messages that are due to be looked at again."""
        from message_detail.adapters.aws.due_index import DueIndex

        return DueIndex(self.table)

    @cached_property
    def sync_state(self) -> SyncState:
        """The state of all syncs."""
        from message_detail.adapters.aws.sync_state import SyncState

        return SyncState(self.table)

    @cached_property
    def erasures(self) -> Erasures:
        """The state of all erasures."""
        from message_detail.adapters.aws.erasures import Erasures

        return Erasures(self.table, self.now)

    @cached_property
    def search(self) -> Search:
        """The search over stored messages."""
        return self._search(expired=False)

    @cached_property
    def search_for_erasure(self) -> Search:
        """The same, with what has expired and waits for its deletion, which may take two days: gone for readers, and
        erased at once."""
        return self._search(expired=True)

    def _search(self, *, expired: bool) -> Search:
        from message_detail.adapters.aws.cursors import cursor_key
        from message_detail.adapters.aws.search import Search
        from message_detail.domain.addresses import phone_numbers

        phone_numbers.load()
        read_many = partial(self.store.read_many, expired=expired)
        return Search(self.table, read_many, cursor_key(self.table))

    # --- use cases

    def regions(self) -> frozenset[str]:
        """The regions of the accounts that have been used, in which numbers without a country code are read."""
        from message_detail.providers import names

        return frozenset(region for name in names() for region in self.health.regions(name))

    @cached_property
    def text_search(self) -> TextSearch:
        """Search by a text that may be anything."""
        from message_detail.services.text_search import TextSearch

        return TextSearch(self.search, self.health)

    @cached_property
    def eraser(self) -> Eraser:
        """What takes erasures on, by address, contact or id."""
        from message_detail.adapters.aws.key_schema import ERASURE_KEY
        from message_detail.adapters.aws.stack_secrets import stack_secret
        from message_detail.services.erase import Eraser

        secret = stack_secret(self.table, ERASURE_KEY)
        return Eraser(self.search_for_erasure, self.store, self.erasures, self.queue, secret, self.regions)

    @cached_property
    def erase_runner(self) -> EraseRunner:
        """What ends the tasks of the queue of erasures."""
        from message_detail.services.erase_job import EraseJob
        from message_detail.services.erase_runner import EraseRunner

        job = EraseJob(self.search_for_erasure, self.store, self.erasures)
        return EraseRunner(job, self.erasures, self.queue, self.settings.max_receives, self.now)

    @cached_property
    def overview(self) -> Overview:
        """How the providers and their accounts fare."""
        from message_detail.services.overview import Overview

        return Overview(self.health, self.throttle, self.webhook_book)

    def messages(self, provider: Provider) -> Messages:
        """The messages of a provider."""
        if provider.name not in self._messages:
            self._messages[provider.name] = self._make_messages(provider)
        return self._messages[provider.name]

    def _make_messages(self, provider: Provider) -> Messages:
        from message_detail.adapters.access_tokens import Tokens
        from message_detail.adapters.aws.token_store import DynamoTokens
        from message_detail.adapters.provider_client import ProviderClient
        from message_detail.domain.addresses import phone_numbers
        from message_detail.domain.reconcile_policy import read_plan
        from message_detail.services.messages import Messages
        from message_detail.services.provider_gateway import ProviderGateway

        phone_numbers.load()
        tokens = Tokens(DynamoTokens(self.table))
        gateway = ProviderGateway(provider, ProviderClient(tokens, self.transport), self.throttle, self.health)
        return Messages(self.secrets, gateway, self.store, read_plan(self.settings.reconcile_plan))

    def syncs(self, provider: Provider) -> SyncRunner | None:
        """The pages of a provider's syncs; None where it has no list."""
        from message_detail.providers import has_listing, load_listing
        from message_detail.services.sync import SyncRunner

        if not has_listing(provider.name):
            return None
        return SyncRunner(self.messages(provider), load_listing(provider.name), self.sync_state, self.queue)

    def task_runner(self, provider: Provider) -> TaskRunner:
        """What ends the tasks of a provider's queue."""
        from message_detail.adapters.aws.fetch_leases import FetchLeases
        from message_detail.services.message_tasks import MessageTasks
        from message_detail.services.task_notes import TaskNotes
        from message_detail.services.task_runner import TaskRunner

        leases = FetchLeases(self.table, provider.name, self.now)
        tasks = MessageTasks(self.messages(provider), self.queue, leases, self.now)
        notes = TaskNotes(provider.name, self.health, self.rejected_webhooks, self.webhook_book, self.journal)
        syncs, own = self.syncs(provider), self.settings
        return TaskRunner(provider.name, tasks, syncs, self.queue, notes, self.recounter, own.max_receives, self.now)

    @cached_property
    def counts(self) -> Counts:
        """What messages were counted to."""
        from message_detail.adapters.aws.counts import Counts

        return Counts(self.table)

    @cached_property
    def recount_state(self) -> RecountState:
        """The state of all recounts."""
        from message_detail.adapters.aws.recount_state import RecountState

        return RecountState(self.table, self.now)

    @cached_property
    def recounter(self) -> Recounter:
        """What counts messages anew, as the tasks of this function's queue say."""
        from message_detail.adapters.aws.census import Census
        from message_detail.services.recount import Recounter

        return Recounter(Census(self.table), self.counts, self.store, self.recount_state, self.queue, self.now)

    @cached_property
    def statistics(self) -> Statistics:
        """Sums of what was counted."""
        from message_detail.services.statistics import Statistics

        return Statistics(self.counts, self.health, self.recount_state, self.now)

    def recounts(self, provider: str) -> Recounts:
        """What begins recounts of a provider's accounts; in a function that has the queues of all."""
        from message_detail.services.recount_schedule import Recounts

        return Recounts(provider, self.health, self.recount_state, self.queue_of(provider), self.now)

    def webhook_intake(self, webhook: Webhook, schema: AccountSchema) -> WebhookIntake:
        """What takes in a provider's webhooks."""
        from message_detail.services.webhook_intake import WebhookIntake

        return WebhookIntake(webhook, schema, self.secrets, self.account_directory, self.queue, self.refusal_sample)

    @cached_property
    def refusal_sample(self) -> RefusalSample:
        """Which of the webhooks that this container refuses are noted."""
        from message_detail.services.refusal_sample import RefusalSample

        return RefusalSample(self.queue, self.now)

    @cached_property
    def rejected_webhooks(self) -> RejectedWebhooks:
        """The refused webhooks that were noted."""
        from message_detail.adapters.aws.rejected_webhooks import RejectedWebhooks

        return RejectedWebhooks(self.table, self.now)

    @cached_property
    def changes(self) -> Changes:
        """What makes events of the table's stream."""
        from message_detail.adapters.aws.event_rows import event_of
        from message_detail.services.changes import Changes

        return Changes(event_of, self.endpoints, self.events_queue, self.event_bus)

    @cached_property
    def endpoint_client(self) -> EndpointClient:
        """What calls endpoints."""
        from message_detail.adapters.endpoint_client import EndpointClient

        return EndpointClient(self.transport, now=self.now)

    def deliverer(self, api_url: str) -> Deliverer:
        """What sends events to endpoints; their schema is to be had at an address of the API."""
        from message_detail.services.event_contents import EventContents
        from message_detail.services.event_delivery import Deliverer

        return Deliverer(
            self.endpoints,
            EventContents(self.store, api_url),
            self.endpoint_client,
            self.endpoint_circuits,
            self.endpoint_states,
            self.waiting_deliveries,
            self.delivery_log,
            self.events_queue,
            self.now,
        )

    @cached_property
    def delivery_runner(self) -> DeliveryRunner:
        """What ends the tasks of the events' queue."""
        from message_detail.services.delivery_runner import DeliveryRunner

        return DeliveryRunner(self.deliverer(self.settings.api_url), self.events_queue)

    def endpoint_operations(self, api_url: str) -> EndpointOperations:
        """What people ask of endpoints."""
        from message_detail.services.endpoint_operations import EndpointOperations

        stores = self.endpoint_states, self.waiting_deliveries, self.delivery_log, self.endpoint_circuits
        return EndpointOperations(
            self.endpoints, *stores, self.deliverer(api_url), self.waiting_rounds, self.events_queue
        )

    @cached_property
    def waiting_rounds(self) -> WaitingRounds:
        """What queues the events that wait and are due."""
        from message_detail.services.waiting_rounds import WaitingRounds

        own = self.endpoints, self.endpoint_states, self.waiting_deliveries, self.events_queue
        return WaitingRounds(*own, self.now)

    def operations(self, provider: str) -> Operations:
        """The bulk operations of a provider; UnknownProvider if there is none of that name."""
        from message_detail.providers import account_schema
        from message_detail.services.operations import Operations

        schema, queue = account_schema(provider), self.queue_of(provider)
        return Operations(provider, schema, self.secrets, queue, self.sync_state, self.throttle, self.now)

    def reconciler(self, provider: str) -> Reconciler:
        """What is done for a provider every minute; UnknownProvider if there is none of that name."""
        from message_detail.providers import account_schema
        from message_detail.services.reconcile import Reconciler

        schema, queue = account_schema(provider), self.queue_of(provider)
        return Reconciler(provider, schema, self.secrets, queue, self.due_index, self.sync_state, self.health, self.now)


@cache
def services() -> Services:
    """The services of this container, by its environment."""
    return Services(settings.settings())


def in_init(
    environment: Sequence[str], make: Callable[Concatenate[Services, P], object], *args: P.args, **kwargs: P.kwargs
) -> None:
    """Has a function's services made in its init phase, in which Lambda gives it more processor than in a request.

    Nothing is asked of AWS. Where the environment lacks a variable, or something can't be made, the first request
    tries it anew, and its answer says what is wrong.
    """
    if not settings.is_complete(*environment):
        return
    try:
        make(services(), *args, **kwargs)
    except Exception as error:  # noqa: BLE001  # the outermost edge of the init phase: Lambda would start it over
        observability.log_unexpected(error)
