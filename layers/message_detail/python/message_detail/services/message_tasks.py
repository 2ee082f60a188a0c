"""What a worker does for one message: all its tasks that meet in a batch, worked on with its row in hand.

`domain.burst` says which of them need a call. Whatever the order, the batches and the crashes between two steps, the
row ends the same: each step is written before what follows of it is queued, and what is lost on the queue is made up
for by reconciliation, since the row says when the message is due.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from message_detail import observability
from message_detail.adapters.aws.fetch_leases import FetchLeases
from message_detail.adapters.aws.message_store import Stored
from message_detail.adapters.aws.task_queue import TaskQueue
from message_detail.domain.burst import Burst, Step, is_planned, read_burst
from message_detail.domain.errors import (
    MessageDetailError,
    MessageNotFound,
    MessageNotYetFound,
    ProviderError,
    ProviderRefusedForNow,
    StorageError,
    Temporary,
    UnknownAccount,
)
from message_detail.domain.message import FUTURE_TIME, Drift, Message, Via
from message_detail.domain.normalized import NormalizedMessage
from message_detail.domain.reconcile_policy import gives_up, next_look_for_media
from message_detail.domain.tasks import Task
from message_detail.domain.timeline import MessageState, merge, regressed
from message_detail.domain.times import add_seconds, from_epoch, seconds_between
from message_detail.providers.base.account import NONE, Account
from message_detail.services.messages import Messages, look_at
from message_detail.services.provider_gateway import Budget

_REASONS: Final = frozenset(via.value for via in Via)
LAG_SECONDS: Final = 120.0
"""How long after a webhook a provider's read model may not know the message yet."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """The tasks of one message, with the account and what is stored of the message."""

    account: Account
    message_id: str
    stored: Stored
    burst: Burst


@dataclass(frozen=True, slots=True)
class Worked:
    """How the tasks of a message ended: the message as it stands.

    `media_look_at`: when to look whether what came without text has its files (canonical timestamp), None: no need.
    """

    message: Message | None
    media_look_at: str | None = None


class MessageTasks:
    """The tasks about one provider's messages. `now` gives seconds since 1970."""

    def __init__(
        self, messages: Messages, queue: TaskQueue, leases: FetchLeases, now: Callable[[], float] = time.time
    ) -> None:
        self._messages = messages
        self._queue = queue
        self._leases = leases
        self._now = now

    def gather(self, tasks: Sequence[Task]) -> Gathered:
        """What the tasks of one message come to. UnknownAccount, InvalidRequest, MessageNotFound for all of them."""
        account, message_id = self._account(tasks), tasks[0].message_id
        stored = self._messages.stored(account, message_id)
        if stored.expired and all(task.via == Via.RECONCILE for task in tasks):
            self._messages.store.postpone(tasks[0].id, None)
            raise MessageNotFound("the message has expired", provider=account.provider, account=account.name)
        burst = read_burst(tasks, stored.state, account.confirm_after_seconds)
        return Gathered(account, message_id, stored, burst)

    def work(self, gathered: Gathered, seconds: float) -> Worked:
        """Does what is to be done, within `seconds`. ProviderError and its kin concern the fresh tasks; what verified
        webhooks said is stored even so."""
        burst = gathered.burst
        if burst.duplicates:
            observability.count("duplicates", burst.duplicates)
        if burst.unreadable:
            observability.count("unreadable_observations", burst.unreadable)
        if burst.step is Step.FETCH:
            return self._fetch(gathered, seconds)
        if burst.step is Step.ANNOUNCE:
            return self._announce(gathered)
        self._queue_thread(gathered, gathered.stored.state.message)
        state = self._record(gathered, merge(burst.observed, burst.seen))
        if burst.fresh:
            observability.count("looks_spared", len(burst.fresh))
        return Worked(state.message)

    def look_no_more(self, task: Task) -> None:
        """Takes the message of a task that can't be worked on off what is due: one dead letter of it is enough."""
        self._messages.store.postpone(task.id, None)

    def told(self, error: ProviderError, task: Task) -> ProviderError:
        """What an error means for one task: a webhook can outrun the provider's own read model, where what is not
        there yet may be there in a minute."""
        lagging = isinstance(error, MessageNotFound | ProviderRefusedForNow) and task.via == Via.WEBHOOK
        if not lagging or seconds_between(task.received_at, from_epoch(self._now())) > LAG_SECONDS:
            return error
        return MessageNotYetFound(
            error.detail,
            provider=error.provider,
            account=error.account,
            retry_after=min(40, 5 * 2 ** min(task.deferrals, 3)),
        )

    # --- announced, and confirmed later

    def _announce(self, gathered: Gathered) -> Worked:
        """Stores what verified webhooks said, and queues the one fetch that confirms it and what follows until then."""
        burst, stored, after = gathered.burst, gathered.stored, gathered.account.confirm_after_seconds
        now = from_epoch(self._now())
        at = add_seconds(now, after)
        if burst.wants_thread:
            return self._announce_with_thread(gathered, now, at)
        told = merge(burst.observed, burst.seen)
        if is_planned(stored.state, now, at):
            return Worked(self._record(gathered, told).message)
        state = self._record(gathered, merge(told, MessageState(confirm_at=at)))
        try:
            self._queue.send(burst.announcing.confirming(at, thread=False), after)
        except StorageError as refusal:
            # What was announced is stored, and the message is due soon after that moment.
            observability.warning("confirmation not queued", reason=refusal.detail)
        return Worked(state.message)

    def _announce_with_thread(self, gathered: Gathered, now: str, at: str) -> Worked:
        """The same where the thread is wanted, which nothing makes up for: the events are taken in once that is queued.

        A fetch that is planned already may be one without it: another task of the same moment has it with it.
        """
        burst, known = gathered.burst, gathered.stored.state
        if known.confirm_at is not None and is_planned(known, now, at):
            at = known.confirm_at
        self._record(gathered, merge(burst.observed, MessageState(confirm_at=at)))
        self._queue.send(burst.announcing.confirming(at, thread=True), seconds_between(now, at))
        again = replace(gathered, stored=self._messages.stored(gathered.account, gathered.message_id))
        return Worked(self._record(again, burst.seen).message)

    # --- fetched

    def _fetch(self, gathered: Gathered, seconds: float) -> Worked:
        gathered = self._shown_at_once(gathered)
        reason = gathered.burst.fresh[0]
        with self._leases.held(reason.id, reason.event, seconds):
            return self._fetch_for(reason, gathered, Budget.of(seconds))

    def _fetch_for(self, reason: Task, gathered: Gathered, budget: Budget) -> Worked:
        account, burst = gathered.account, gathered.burst
        look = look_at(gathered.stored, reason.part)
        try:
            normalized = self._messages.gateway.fetch(account, gathered.message_id, via_of(reason), look, budget)
        except ProviderError as error:
            self._failed(gathered, error)
            raise
        normalized = self._noted(normalized, burst.fresh)
        turned_back = regressed(gathered.stored.state, normalized)
        try:
            self._queue_thread(gathered, normalized.message)
        except MessageDetailError:  # what was fetched is stored; the events are to come again
            self._keep(replace(gathered, burst=replace(burst, seen=MessageState())), normalized)
            raise
        state = self._keep(gathered, normalized)
        self._count_fetch(gathered, state, turned_back=turned_back)
        media_look_at = next_look_for_media(state, self._messages.plan) if account.store_content != NONE else None
        return Worked(state.message, media_look_at)

    def _count_fetch(self, gathered: Gathered, state: MessageState, *, turned_back: bool) -> None:
        fresh = gathered.burst.fresh
        observability.count("fetched")
        if len(fresh) > 1:
            observability.count("coalesced", len(fresh) - 1)
        if any(task.confirms for task in fresh):
            observability.count("confirmed")
        if turned_back:
            observability.count("status_regressed")
        if state.discrepant:
            observability.count("discrepancies")

    def _shown_at_once(self, gathered: Gathered) -> Gathered:
        """A status that a verified webhook told of a known message is stored before the call: it may take long."""
        stored = gathered.stored
        if stored.state.message is None or merge(stored.state, gathered.burst.observed) == stored.state:
            return gathered
        self._record(gathered, gathered.burst.observed)
        return replace(gathered, stored=self._messages.stored(gathered.account, gathered.message_id))

    def _keep(self, gathered: Gathered, normalized: NormalizedMessage) -> MessageState:
        """Stores an answer with all that was said of the message. It confirms, where it was planned to."""
        burst, stored = gathered.burst, gathered.stored
        besides = merge(merge(burst.observed, burst.seen), self._settled(gathered))
        return self._messages.keep(gathered.account, gathered.message_id, normalized, stored, besides)

    def _settled(self, gathered: Gathered) -> MessageState:
        """What the provider's answer settles of what webhooks announced."""
        now = from_epoch(self._now())
        latest = add_seconds(now, gathered.account.confirm_after_seconds)
        return MessageState(confirmed_for=gathered.burst.settles(gathered.stored.state, now, latest))

    def _noted(self, normalized: NormalizedMessage, tasks: Sequence[Task]) -> NormalizedMessage:
        """The answer with the drift of the webhooks that caused it: times in the future."""
        times = sorted({task.future_time for task in tasks if task.future_time is not None})
        if not times:
            return normalized
        notes = [Drift(path="webhook.timestamp", problem=FUTURE_TIME, value=time) for time in times]
        self._messages.gateway.count_drift(notes, normalized.message.id)
        seen = normalized.message.provenance.drift
        return replace(normalized, message=normalized.message.with_provenance(drift=(*seen, *notes)))

    def _failed(self, gathered: Gathered, error: ProviderError) -> None:
        """Stores what webhooks said, where nothing could be fetched, and sees to it that looks in vain grow rare."""
        burst = gathered.burst
        denied = MessageState()
        if isinstance(error, MessageNotFound) and all(self.told(error, task) is error for task in burst.fresh):
            denied = self._settled(gathered)  # an answer, too: it shows nothing of what was announced
        if burst.observed.events or denied.confirmed_for is not None:
            self._record(gathered, merge(burst.observed, denied))
        if any(task.via == Via.RECONCILE for task in burst.fresh) and not isinstance(error, Temporary):
            self._looked_in_vain(gathered)

    def _looked_in_vain(self, gathered: Gathered) -> None:
        """A message that its provider has no more, or doesn't give, is asked for as seldom as one that doesn't move."""
        now, state = from_epoch(self._now()), gathered.stored.state
        if gives_up(state, now, self._messages.plan):
            self._record(gathered, MessageState(given_up=now))
            return
        looked_at = merge(state, MessageState(fetched=(now, Via.RECONCILE), confirmed_for=state.confirm_at))
        next_look = self._messages.schedule(gathered.account).next_look(looked_at)
        self._messages.store.postpone(gathered.burst.fresh[0].id, next_look)

    # --- what both need

    def _account(self, tasks: Sequence[Task]) -> Account:
        try:
            return self._messages.account(tasks[0].account)
        except UnknownAccount:
            if any(task.via == Via.RECONCILE for task in tasks):
                self.look_no_more(tasks[0])
            raise

    def _record(self, gathered: Gathered, new: MessageState) -> MessageState:
        return self._messages.record(gathered.account, gathered.message_id, new, gathered.stored)

    def _queue_thread(self, gathered: Gathered, message: Message | None) -> None:
        """Queues the task of the message's thread, where one of the tasks wants it fetched as well. It comes before
        the write by which their events are known: nothing makes up for a thread's task."""
        task = next((task for task in gathered.burst.fresh if task.thread), None)
        thread_id = message.conversation.thread_id if message is not None else None
        thread = task.thread_task(thread_id) if task is not None else None
        if thread is not None:
            self._queue.send(thread)


def via_of(task: Task) -> Via:
    """Why the message is fetched; a reason that a later release has, and this one not, is a refresh."""
    return Via(task.via) if task.via in _REASONS else Via.REFRESH
