"""The DynamoDB table: one item per message, written only as a join of what is there and what is new.

Each write is conditional on the revision that was read, and repeated on the joined state when another writer was
faster. With one write there is no moment at which a crash leaves half of it. See docs/decisions/one-item.md.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from message_detail import observability
from message_detail.adapters.aws import event_rows, message_rows
from message_detail.adapters.aws.attributes import Item, flag, get_number, get_text, number, text
from message_detail.adapters.aws.due_index import LEASE_SECONDS
from message_detail.adapters.aws.due_index import attributes as due_attributes
from message_detail.adapters.aws.key_schema import MESSAGE
from message_detail.adapters.aws.large_values import LargeValues
from message_detail.adapters.aws.message_rows import NOTHING, Rest
from message_detail.adapters.aws.row_packing import PACKED, unpack
from message_detail.adapters.aws.row_versions import CURRENT, earlier_entries, row_version
from message_detail.adapters.aws.search_index import Update, Writer
from message_detail.adapters.aws.table import ConditionFailed, Table
from message_detail.domain import json_codec
from message_detail.domain.errors import MessageNotFound, StorageError, StorageUnavailable
from message_detail.domain.events_out.message_changes import change_between, erasure
from message_detail.domain.message_ids import message_hash
from message_detail.domain.reconcile_policy import NEVER, FixedSchedule, Schedule, kept_look
from message_detail.domain.search_keys import Entry, Indexed, entries_for, sort_time
from message_detail.domain.timeline import MessageState, merge
from message_detail.domain.times import from_epoch

ATTEMPTS: Final = 8
TOMBSTONE: Final = ("pk", "sk", "erased", "erasure", "revision")
"""All that stays of the row of an erased message."""
SECONDS_PER_DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class Stored:
    """A state as it was read: its revision (0: nothing is stored), and the time that it is listed under.

    `due_at` is when it is to be looked at again, `rest` what else its item holds, `stamp` the revision as it stands
    there, `version` that of the row, `event_revision` that of its last change. What has `expired` is nothing any more,
    but for the item that waits to be deleted.
    """

    state: MessageState
    revision: int
    sort_at: str | None = None
    expires_at: int | None = None
    due_at: str | None = None
    rest: Rest = NOTHING
    stamp: Item | None = None
    expired: bool = False
    version: int = CURRENT
    event_revision: int | None = None

    def indexed(self) -> Indexed | None:
        """The message as the search index sees it; None without details."""
        message = self.state.message
        if message is None:
            return None
        further = self.state.details.further_parties if self.state.details is not None else ()
        sort_at = self.sort_at or sort_time(message)
        earlier = earlier_entries(self.version, message, sort_at)
        return Indexed(message, sort_at, self.state.discrepant, self.expires_at, further, earlier, self.state.top)


class Store:
    """Messages in the table. `retention_days` 0 keeps messages forever. With `tells` each change is told on its row."""

    def __init__(
        self,
        table: Table,
        contents: LargeValues,
        retention_days: int = 0,
        now: Callable[[], float] = time.time,
        *,
        tells: bool = False,
    ) -> None:
        self._table = table
        self._contents = contents
        self._retention_days = retention_days
        self._tells = tells
        self._now = now
        self._index = Writer(table)

    def read(self, message_id: str) -> Stored:
        """What is known of a message, read consistently. MessageNotFound when it was erased."""
        return self._unless_erased(message_id, self._item(message_id))

    def read_with(self, message_id: str, keys: Sequence[Item]) -> tuple[Stored, list[Item]]:
        """The same, in one request with the items of other keys: with those, the items that are there."""
        if not keys:
            return self.read(message_id), []
        own = _key(message_id)
        items = self._table.get_many([own, *keys])
        item = next((item for item in items if item["pk"] == own["pk"]), None)
        return self._unless_erased(message_id, item), items

    def last_change(self, message_id: str) -> int | None:
        """The revision of a message's last change that was told; None where none was, or it is no more."""
        item = self._item(message_id)
        return get_number(item, event_rows.REVISION) if item is not None and not self._has_expired(item) else None

    def read_many(self, message_ids: Sequence[str], *, expired: bool = False) -> Mapping[str, Indexed]:
        """The stored messages of these ids (at most 100), read consistently; those that are not there are left out.

        One that can't be read is left out, too, and counted. With `expired`, those that only wait for their deletion
        are there. A message is made, and its texts are got from the bucket, when it is asked for.
        """
        return _Found(
            {id_of_row(item): item for item in self._table.get_many(map(_key, dict.fromkeys(message_ids)))},
            lambda item: self._listed(item, expired=expired),
        )

    def _listed(self, item: Item, *, expired: bool) -> Indexed | None:
        """An item's message; None where there is none to be shown."""
        if "erased" in item or (self._has_expired(item) and not expired):
            return None
        item = unpack(item)
        indexed = self._kept(item).indexed()
        if indexed is None and not item.keys().isdisjoint(("message", PACKED)):
            observability.count("rows_unreadable")
            observability.warning("row can't be read", message_hash=message_hash(id_of_row(item)))
        return indexed

    def add(
        self,
        message_id: str,
        new: MessageState,
        known: Stored | None = None,
        schedule: Schedule | FixedSchedule = NEVER,
        retention_days: int | None = None,
    ) -> MessageState:
        """Joins what is new to what is known and stores it; returns the whole.

        Where nothing is new, nothing is written, unless the row is of an earlier version.
        `known` saves a read. `schedule` says when the message is to be looked at again.
        `retention_days` takes the place of the store's.
        """
        update = self._index.update()
        tried = 0
        for _ in range(ATTEMPTS):
            try:
                stored = known if known is not None else self.read(message_id)
            except MessageNotFound:
                if tried:
                    self._take_back(message_id, update, tried)
                raise
            joined = merge(stored.state, new)
            if joined == stored.state and stored.version >= CURRENT:
                update.withdraw(stored.indexed(), stored.revision)
                return joined
            after = self._after(stored, joined, self._retention_days if retention_days is None else retention_days)
            update.prepare(stored.indexed(), after.indexed(), after.revision)
            try:
                self._write(message_id, stored, after, kept_look(stored.due_at, schedule.next_look(joined), joined))
            except ConditionFailed:
                known, tried = None, after.revision
            else:
                update.finish(after.revision)
                observability.info("row written", message_hash=message_hash(message_id), revision=after.revision)
                return joined
        raise StorageUnavailable("too many writers of one message at once", retry_after=1)

    def postpone(self, message_id: str, due_at: str | None) -> None:
        """Sets when a message that is due is to be looked at again, None: no more. One that is not due stays so."""
        change, values = "REMOVE due_at, due_shard", Item()
        if due_at is not None:
            change, values = "SET due_at = :at", {":at": text(due_at)}
        with suppress(ConditionFailed):
            self._table.update(_key(message_id), change, values, condition="attribute_exists(due_at)")

    def known(self, message_ids: Sequence[str]) -> set[str]:
        """Those of these ids (at most 100) of which anything is stored, be it a status alone, or expired."""
        items = self._table.get_many(map(_key, dict.fromkeys(message_ids)))
        return {id_of_row(item) for item in items if "erased" not in item}

    def erase(self, message_id: str, erasure: str | None = None) -> bool:
        """Leaves a tombstone in the place of a message: no content, no parties, no index entries, nothing in S3.

        `erasure` is the id of the erasure that it belongs to; it stays on the tombstone. Returns whether there was
        anything to be erased, and this call did it, or an earlier one of the same erasure.

        First the item is marked, which takes it away from every reader, and it is due. Then what leads to it and its
        texts in S3 are deleted, and at last what it holds. After a crash the next reader, at the latest a
        reconciliation's, ends what was begun: the marked item still says what that is.
        """
        for _ in range(ATTEMPTS):
            item = self._item(message_id)
            if item is None:
                return False
            ours = "erased" not in item or (erasure is not None and get_text(item, "erasure") == erasure)
            if "erased" not in item:
                self._contents.note_erased(message_id)
                stamp, due_at = item.get("revision"), from_epoch(self._now() + LEASE_SECONDS)
                item = {
                    **{name: value for name, value in item.items() if name != "expires_at"},
                    "erased": flag(True),
                    **({"erasure": text(erasure)} if erasure is not None else {}),
                    "revision": number(_revision(item) + 1),
                    **(self._erasure(item) if self._tells else {}),
                    **due_attributes(message_id.partition(":")[0], message_id, due_at),
                }
                try:
                    self._replace(item, stamp)
                except ConditionFailed:
                    continue
            self._clear(message_id, item)
            return ours
        raise StorageUnavailable("too many writers of one message at once", retry_after=1)

    def _erasure(self, item: Item) -> Item:
        """The attributes by which the row tells that its message is erased."""
        try:
            message = self._kept(item).state.message
        except StorageError:  # its texts can't be got, and what is said of it here needs none of them
            message = None
        return event_rows.told(erasure(message), _revision(item) + 1, from_epoch(self._now()))

    def _clear(self, message_id: str, tombstone: Item) -> None:
        """Deletes what a marked item leads to and holds."""
        clean: Item = {name: tombstone[name] for name in TOMBSTONE if name in tombstone}
        if clean.keys() == tombstone.keys():
            return
        self._index.delete_all(self._entries(message_id, tombstone))
        self._contents.discard(message_id)
        with suppress(ConditionFailed):
            self._replace(clean, tombstone.get("revision"))

    def _entries(self, message_id: str, tombstone: Item) -> Iterator[Entry]:
        """The index entries of a marked item; the releases before this one left them written down."""
        if "leftovers" in tombstone:
            for name, sort_at in json_codec.loads(tombstone["leftovers"]["S"]):
                yield Entry(name, sort_at, message_id)
        yield from entries_for(self._kept(tombstone).indexed())

    def _take_back(self, message_id: str, update: Update, revision: int) -> None:
        """What a writer laid out for a message that was erased before its write."""
        update.withdraw(None, revision)
        self._contents.discard(message_id)

    def _replace(self, item: Item, stamp: Item | None) -> None:
        """Writes an item if the one that is there is as it was read: at this revision; None: not there, or without."""
        if stamp is None:
            self._table.put(item, "attribute_not_exists(revision)")
        else:
            self._table.put(item, "revision = :revision", {":revision": stamp})

    def _item(self, message_id: str) -> Item | None:
        return self._table.get(_key(message_id), consistent=True)

    def _after(self, stored: Stored, joined: MessageState, retention_days: int) -> Stored:
        """What a write of the joined state makes of what is stored."""
        message = joined.message
        sort_at = stored.sort_at or (sort_time(message) if message is not None else None)
        expires_at = int(self._now()) + retention_days * SECONDS_PER_DAY if retention_days else None
        return Stored(joined, stored.revision + 1, sort_at, expires_at)

    def _write(self, message_id: str, before: Stored, after: Stored, due_at: str | None) -> None:
        keep_days, event = days_left(after.expires_at, self._now()), self._event(before, after)
        item = {
            **message_rows.written(message_id, after.state, before.rest, self._contents, keep_days, event),
            **_key(message_id),
            **due_attributes(message_id.partition(":")[0], message_id, due_at),
            "revision": number(after.revision),
        }
        if after.sort_at is not None:
            item["sort_at"] = text(after.sort_at)
        if after.expires_at is not None:
            item["expires_at"] = number(after.expires_at)
        self._replace(item, before.stamp)

    def _event(self, before: Stored, after: Stored) -> Item:
        """The attributes by which the row tells of the change that a write is, or which revision was the last one."""
        change = change_between(before.state, after.state) if self._tells else None
        if change is not None:
            return event_rows.told(change, after.revision, from_epoch(self._now()))
        return event_rows.last_told(before.event_revision)

    def _unless_erased(self, message_id: str, item: Item | None) -> Stored:
        if item is not None and "erased" in item:
            self._clear(message_id, item)
            raise MessageNotFound("the message was erased here, and is not fetched again")
        return self._stored(item)

    def _stored(self, item: Item | None) -> Stored:
        """What is known by an item. One that has expired only waits for its deletion: nothing is known by it."""
        if item is None:
            return Stored(MessageState(), 0)
        if self._has_expired(item):
            return Stored(MessageState(), _revision(item), stamp=item.get("revision"), expired=True)
        return self._kept(item)

    def _kept(self, item: Item) -> Stored:
        state, rest = message_rows.read(item, self._contents)
        return Stored(
            state=state,
            revision=_revision(item),
            sort_at=get_text(item, "sort_at"),
            expires_at=get_number(item, "expires_at"),
            due_at=get_text(item, "due_at"),
            rest=rest,
            stamp=item.get("revision"),
            version=row_version(item),
            event_revision=get_number(item, event_rows.REVISION),
        )

    def _has_expired(self, item: Item) -> bool:
        """DynamoDB deletes an item within two days of its time; for readers it is gone at once."""
        expires_at = get_number(item, "expires_at")
        return expires_at is not None and expires_at <= self._now()


@dataclass(frozen=True, slots=True, eq=False)
class _Found(Mapping[str, Indexed]):
    """Items by their message's id, each read when it is asked for."""

    items_by_id: dict[str, Item]
    read: Callable[[Item], Indexed | None] = field(repr=False)

    def __getitem__(self, message_id: str) -> Indexed:
        indexed = self.read(self.items_by_id[message_id])
        if indexed is None:
            raise KeyError(message_id)
        return indexed

    def __iter__(self) -> Iterator[str]:
        return (message_id for message_id in self.items_by_id if message_id in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _key(message_id: str) -> Item:
    return MESSAGE.key(message_id=message_id)


def _revision(item: Item) -> int:
    return get_number(item, "revision") or 0


def id_of_row(item: Item) -> str:
    """The id of the message whose row an item is."""
    return str(item["pk"]["S"]).removeprefix(MESSAGE.prefix)


def days_left(expires_at: int | None, now: float) -> int:
    """Days that an item lives from now on, one that is begun for a whole one; 0: for ever."""
    return -(-(expires_at - int(now)) // SECONDS_PER_DAY) if expires_at is not None else 0
