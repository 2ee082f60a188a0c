"""The DynamoDB table: one item per message, written only as a join of what is there and what is new.

Each write is conditional on the revision that was read, and repeated on the joined record when another writer was
faster. With one write there is no moment at which a crash leaves half of it. See docs/decisions/one-item.md.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from message_detail import aws, jsontext
from message_detail.accounts import Account
from message_detail.contents import Contents
from message_detail.due import LEASE_SECONDS
from message_detail.due import attributes as due_attributes
from message_detail.errors import MessageNotFound, StorageError, StorageUnavailable
from message_detail.fold import Details, EventKey, Record, current, discrepant, join
from message_detail.index import Entry, Indexed, entries_of, sort_time
from message_detail.index_writer import Update, Writer
from message_detail.message import Message, Observation, Party, Via
from message_detail.times import from_epoch
from message_detail.tokens import SavedToken

WHAT: Final = "the table"
ATTEMPTS: Final = 8
FURTHER: Final = "further_parties"
"""The attribute of people who are no parties of the message itself."""
SECONDS_PER_DAY: Final = 86_400

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stored:
    """A record as it was read: its revision (0: nothing is stored), and the time that it is listed under."""

    record: Record
    revision: int
    sort_at: str | None = None
    expires_at: int | None = None

    def indexed(self) -> Indexed | None:
        """The message as the search index sees it; None without details."""
        message = current(self.record)
        if message is None:
            return None
        further = self.record.details.further_parties if self.record.details is not None else ()
        return Indexed(message, self.sort_at or sort_time(message), discrepant(self.record), self.expires_at, further)


class Store:
    """Messages in the table. `client` is a low-level DynamoDB client; `retention_days` 0 keeps messages forever."""

    def __init__(
        self,
        client: Any,
        table: str,
        contents: Contents,
        retention_days: int = 0,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._client = client
        self._table = table
        self._contents = contents
        self._retention_days = retention_days
        self._now = now
        self._index = Writer(client, table)

    def read(self, message_id: str) -> Stored:
        """What is known of a message, read consistently. MessageNotFound when it was erased."""
        item = self._item(message_id)
        if item is not None and "leftovers" in item:
            self._clear(message_id, item)
        return self._stored(item)

    def read_many(self, message_ids: Sequence[str]) -> dict[str, Indexed]:
        """The stored messages of these ids (at most 100), read consistently; those that are not there are left out."""
        pending = [_key(message_id) for message_id in dict.fromkeys(message_ids)]
        found: dict[str, Indexed] = {}
        for attempt in range(ATTEMPTS):
            if not pending:
                return found
            if attempt:
                time.sleep(0.05 * 2**attempt)
            request = {self._table: {"Keys": pending, "ConsistentRead": True}}
            answer = aws.call(WHAT, self._client.batch_get_item, RequestItems=request)
            for item in answer["Responses"].get(self._table, ()):
                indexed = self._stored(item).indexed() if "erased" not in item else None
                if indexed is not None:
                    found[indexed.message.id] = indexed
            pending = answer.get("UnprocessedKeys", {}).get(self._table, {}).get("Keys", [])
        raise StorageUnavailable("the table does not give all messages", retry_after=2)

    def add(
        self,
        message_id: str,
        new: Record,
        known: Stored | None = None,
        due: Callable[[Record], str | None] = lambda _record: None,
        retention_days: int | None = None,
    ) -> Record:
        """Joins what is new to what is known and stores it; returns the whole.

        `known` saves a read. `due` tells when a record is to be looked at again (canonical timestamp), None: no more.
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
            joined = join(stored.record, new)
            if joined == stored.record:
                update.settle(stored.indexed(), stored.revision)
                return joined
            after = self._after(stored, joined, self._retention_days if retention_days is None else retention_days)
            update.prepare(stored.indexed(), after.indexed(), after.revision)
            try:
                self._write(message_id, after, due(joined))
            except aws.ConditionFailed:
                known, tried = None, after.revision
            else:
                update.finish(after.revision)
                return joined
        raise StorageUnavailable("too many writers of one message at once", retry_after=1)

    def put_off(self, message_id: str, due_at: str | None) -> None:
        """Sets when a message that is due is to be looked at again, None: no more. One that is not due stays so."""
        change: Item = {"UpdateExpression": "REMOVE due_at, due_shard"}
        if due_at is not None:
            change = {"UpdateExpression": "SET due_at = :at", "ExpressionAttributeValues": {":at": {"S": due_at}}}
        with suppress(aws.ConditionFailed):
            aws.call(
                WHAT,
                self._client.update_item,
                TableName=self._table,
                Key=_key(message_id),
                ConditionExpression="attribute_exists(due_at)",
                **change,
            )

    def erase(self, message_id: str) -> bool:
        """Leaves a tombstone in the place of a message: no content, no parties, no index entries, nothing in S3.

        Returns whether there was anything to be erased, and this call did it.

        Until the entries and the texts in S3 are deleted, the tombstone says where they are, and is due: after a
        crash the next reader, at the latest a reconciliation's, ends what was begun.
        """
        for _ in range(ATTEMPTS):
            item = self._item(message_id)
            if item is None:
                return False
            fresh = "erased" not in item
            if "erased" not in item:
                stored = self._stored(item)
                leftovers = [[entry.list, entry.sort_at] for entry in sorted(entries_of(stored.indexed()))]
                due_at = from_epoch(self._now() + LEASE_SECONDS)
                item = {
                    **_key(message_id),
                    "erased": {"BOOL": True},
                    "revision": {"N": str(stored.revision + 1)},
                    "leftovers": {"S": jsontext.dumps(leftovers)},
                    **due_attributes(message_id.partition(":")[0], message_id, due_at),
                }
                try:
                    self._replace(item, stored.revision)
                except aws.ConditionFailed:
                    continue
            self._clear(message_id, item)
            return fresh
        raise StorageUnavailable("too many writers of one message at once", retry_after=1)

    def _clear(self, message_id: str, tombstone: Item) -> None:
        """Deletes what a tombstone says is left over, and then the saying."""
        if "leftovers" not in tombstone:
            return
        revision = int(tombstone["revision"]["N"])
        leftovers = jsontext.loads(tombstone["leftovers"]["S"])
        self._index.delete((Entry(name, sort_at, message_id) for name, sort_at in leftovers), revision)
        self._contents.discard(message_id)
        clean = {name: tombstone[name] for name in ("pk", "sk", "erased", "revision")}
        with suppress(aws.ConditionFailed):
            self._replace(clean, revision)

    def _take_back(self, message_id: str, update: Update, revision: int) -> None:
        """What a writer laid out for a message that was erased before its write."""
        update.settle(None, revision)
        self._contents.discard(message_id)

    def _replace(self, item: Item, revision: int) -> None:
        aws.call(
            WHAT,
            self._client.put_item,
            TableName=self._table,
            Item=item,
            ConditionExpression="revision = :revision",
            ExpressionAttributeValues={":revision": {"N": str(revision)}},
        )

    def _item(self, message_id: str) -> Item | None:
        answer = aws.call(WHAT, self._client.get_item, TableName=self._table, Key=_key(message_id), ConsistentRead=True)
        item: Item | None = answer.get("Item")
        return item

    def _after(self, stored: Stored, joined: Record, retention_days: int) -> Stored:
        """What a write of the joined record makes of what is stored."""
        message = current(joined)
        sort_at = stored.sort_at or (sort_time(message) if message is not None else None)
        expires_at = int(self._now()) + retention_days * SECONDS_PER_DAY if retention_days else None
        return Stored(joined, stored.revision + 1, sort_at, expires_at)

    def _write(self, message_id: str, stored: Stored, due_at: str | None) -> None:
        condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
        if stored.revision > 1:
            condition = {
                "ConditionExpression": "revision = :revision",
                "ExpressionAttributeValues": {":revision": {"N": str(stored.revision - 1)}},
            }
        item = {
            **_key(message_id),
            **self._attributes(message_id, stored.record),
            **due_attributes(message_id.partition(":")[0], message_id, due_at),
            "revision": {"N": str(stored.revision)},
        }
        if stored.sort_at is not None:
            item["sort_at"] = {"S": stored.sort_at}
        if stored.expires_at is not None:
            item["expires_at"] = {"N": str(stored.expires_at)}
        aws.call(WHAT, self._client.put_item, TableName=self._table, Item=item, **condition)

    def _stored(self, item: Item | None) -> Stored:
        if item is None:
            return Stored(Record(), 0)
        if "erased" in item:
            raise MessageNotFound("the message was erased here, and is not fetched again")
        return Stored(
            record=self._record(item),
            revision=int(item["revision"]["N"]),
            sort_at=item["sort_at"]["S"] if "sort_at" in item else None,
            expires_at=int(item["expires_at"]["N"]) if "expires_at" in item else None,
        )

    def _attributes(self, message_id: str, record: Record) -> Item:
        item: Item = {"events": {"S": jsontext.dumps([_event_json(event) for event in _sorted(record.events)])}}
        if record.details is not None:
            document = record.details.message.as_json()
            if record.details.further_parties:
                document[FURTHER] = [party.model_dump(mode="json") for party in record.details.further_parties]
            document, overflow = self._contents.take_out(message_id, document)
            if FURTHER in document:
                item[FURTHER] = {"S": jsontext.dumps(document.pop(FURTHER))}
            item["message"] = {"S": jsontext.dumps(document)}
            item["version"] = {"S": record.details.version}
            item["details_fetched_at"] = {"S": record.details.fetched_at}
            item["digest"] = {"S": record.details.digest}
            if record.details.place:
                item["place"] = {"N": str(record.details.place)}
            if overflow:
                item["overflow"] = {"S": jsontext.dumps(overflow)}
        if record.fetched is not None:
            item["fetched_at"] = {"S": record.fetched[0]}
            item["via"] = {"S": record.fetched[1].value}
        if record.given_up is not None:
            item["given_up"] = {"S": record.given_up}
        return item

    def _record(self, item: Item) -> Record:
        events = [Observation.model_validate(event) for event in jsontext.loads(item["events"]["S"])]
        fetched = None
        if "fetched_at" in item:
            fetched = (item["fetched_at"]["S"], Via(item["via"]["S"]))
        given_up = item["given_up"]["S"] if "given_up" in item else None
        return Record(self._details(item), {(event.epoch, event.status): event for event in events}, fetched, given_up)

    def _details(self, item: Item) -> Details | None:
        if "message" not in item:
            return None
        message, further = self._message(item)
        return Details(
            message=message,
            version=item["version"]["S"],
            fetched_at=item["details_fetched_at"]["S"],
            digest=item["digest"]["S"],
            place=int(item["place"]["N"]) if "place" in item else 0,
            further_parties=tuple(Party.model_validate(party) for party in further),
        )

    def _message(self, item: Item) -> tuple[Message, list[Any]]:
        """The message, and its further parties."""
        text = item["message"]["S"]
        further = jsontext.loads(item[FURTHER]["S"]) if FURTHER in item else []
        if "overflow" not in item:
            return Message.model_validate_json(text), further  # twice as fast as by way of a document
        document = {**jsontext.loads(text), FURTHER: further}
        document = self._contents.put_back(document, jsontext.loads(item["overflow"]["S"]))
        further = document.pop(FURTHER)
        return Message.model_validate(document), further


class DynamoTokens:
    """Access tokens in the table (a `tokens.TokenTable`). They never expire by TTL: a refresh token must not."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def read_token(self, account: Account) -> SavedToken | None:
        """The newest token that was saved, in its own place or as the second copy; read consistently."""
        found = [self._read(key) for key in (_token_key(account), _token_copy_key(account))]
        return max((token for token in found if token is not None), key=lambda one: one.valid_until, default=None)

    def _read(self, key: Item) -> SavedToken | None:
        answer = aws.call(WHAT, self._client.get_item, TableName=self._table, Key=key, ConsistentRead=True)
        item = answer.get("Item", {})
        if "access_token" not in item:
            return None
        return SavedToken(
            access_token=item["access_token"]["S"],
            valid_until=float(item["valid_until"]["N"]),
            seed=item["seed"]["S"],
            refresh_token=item["refresh_token"]["S"] if "refresh_token" in item else None,
        )

    def take_lease(self, account: Account, owner: str, now: float, until: float) -> bool:
        """Whether the lease was free, and is now the owner's."""
        try:
            self._update(
                _token_key(account),
                "SET lease_owner = :owner, lease_until = :until",
                "attribute_not_exists(lease_until) OR lease_until < :now",
                {":owner": {"S": owner}, ":until": {"N": str(until)}, ":now": {"N": str(now)}},
            )
        except aws.ConditionFailed:
            return False
        return True

    def save_token(self, account: Account, token: SavedToken) -> None:
        """Saves a token and ends the lease. Where that is refused, saves a second copy and leaves the lease to run out.

        Even when the lease has run out meanwhile: the token is the provider's newest, and losing it may be for ever.
        """
        values: Item = {
            ":access_token": {"S": token.access_token},
            ":valid_until": {"N": str(token.valid_until)},
            ":seed": {"S": token.seed},
        }
        refresh = ""
        if token.refresh_token is not None:
            values[":refresh_token"] = {"S": token.refresh_token}
            refresh = ", refresh_token = :refresh_token"
        expression = f"SET access_token = :access_token, valid_until = :valid_until, seed = :seed{refresh}"
        try:
            self._update(_token_key(account), f"{expression} REMOVE lease_owner, lease_until", None, values)
        except StorageError:
            self._update(_token_copy_key(account), expression, None, values)

    def end_lease(self, account: Account, owner: str) -> None:
        """Ends the owner's lease; one that was lost is left alone."""
        held = {":owner": {"S": owner}}
        try:
            self._update(_token_key(account), "REMOVE lease_owner, lease_until", "lease_owner = :owner", held)
        except aws.ConditionFailed:
            return

    def _update(self, key: Item, expression: str, condition: str | None, values: Item) -> None:
        aws.call(
            WHAT,
            self._client.update_item,
            TableName=self._table,
            Key=key,
            UpdateExpression=expression,
            ExpressionAttributeValues=values,
            **({"ConditionExpression": condition} if condition else {}),
        )


def _key(message_id: str) -> Item:
    return {"pk": {"S": f"message#{message_id}"}, "sk": {"S": "message"}}


def _token_key(account: Account) -> Item:
    return {"pk": {"S": f"token#{account.provider}:{account.name}"}, "sk": {"S": "token"}}


def _token_copy_key(account: Account) -> Item:
    """Another partition, so that what keeps the first from being written need not keep this one. No account's name
    holds a #."""
    return {"pk": {"S": f"token#{account.provider}:{account.name}#copy"}, "sk": {"S": "token"}}


def _sorted(events: dict[EventKey, Observation]) -> Sequence[Observation]:
    return [events[key] for key in sorted(events)]


def _event_json(event: Observation) -> dict[str, Any]:
    return {key: value for key, value in event.model_dump(mode="json").items() if value is not None}
