"""The DynamoDB table: one item per message, written only as a join of what is there and what is new.

Each write is conditional on the revision that was read, and repeated on the joined record when another writer was
faster. With one write there is no moment at which a crash leaves half of it. See docs/decisions/one-item.md.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from message_detail import aws, jsontext
from message_detail.accounts import Account
from message_detail.contents import Contents
from message_detail.errors import StorageUnavailable
from message_detail.fold import Details, EventKey, Record, join
from message_detail.message import Message, Observation, Via
from message_detail.tokens import SavedToken

WHAT: Final = "the table"
ATTEMPTS: Final = 8
SECONDS_PER_DAY: Final = 86_400

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stored:
    """A record with the revision under which it was read; revision 0 means that nothing is stored."""

    record: Record
    revision: int


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

    def read(self, message_id: str) -> Stored:
        """What is known of a message, read consistently."""
        answer = aws.call(WHAT, self._client.get_item, TableName=self._table, Key=_key(message_id), ConsistentRead=True)
        item = answer.get("Item")
        if item is None:
            return Stored(Record(), 0)
        return Stored(self._record(item), int(item["revision"]["N"]))

    def add(self, message_id: str, new: Record, known: Stored | None = None) -> Record:
        """Joins what is new to what is known and stores it; returns the whole. `known` saves a read."""
        for _ in range(ATTEMPTS):
            stored = known if known is not None else self.read(message_id)
            joined = join(stored.record, new)
            if joined == stored.record:
                return joined
            try:
                self._write(message_id, joined, stored.revision)
            except aws.ConditionFailed:
                known = None
            else:
                return joined
        raise StorageUnavailable("too many writers of one message at once", retry_after=1)

    def _write(self, message_id: str, record: Record, revision: int) -> None:
        condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
        if revision:
            condition = {
                "ConditionExpression": "revision = :revision",
                "ExpressionAttributeValues": {":revision": {"N": str(revision)}},
            }
        item = {
            **_key(message_id),
            **self._attributes(message_id, record),
            "revision": {"N": str(revision + 1)},
        }
        aws.call(WHAT, self._client.put_item, TableName=self._table, Item=item, **condition)

    def _attributes(self, message_id: str, record: Record) -> Item:
        item: Item = {"events": {"S": jsontext.dumps([_event_json(event) for event in _sorted(record.events)])}}
        if record.details is not None:
            document, overflow = self._contents.take_out(message_id, record.details.message.as_json())
            item["message"] = {"S": jsontext.dumps(document)}
            item["version"] = {"S": record.details.version}
            item["details_fetched_at"] = {"S": record.details.fetched_at}
            item["digest"] = {"S": record.details.digest}
            if overflow:
                item["overflow"] = {"S": jsontext.dumps(overflow)}
        if record.fetched is not None:
            item["fetched_at"] = {"S": record.fetched[0]}
            item["via"] = {"S": record.fetched[1].value}
        if record.given_up is not None:
            item["given_up"] = {"S": record.given_up}
        if self._retention_days:
            item["expires_at"] = {"N": str(int(self._now()) + self._retention_days * SECONDS_PER_DAY)}
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
        document = jsontext.loads(item["message"]["S"])
        if "overflow" in item:
            document = self._contents.put_back(document, jsontext.loads(item["overflow"]["S"]))
        return Details(
            message=Message.model_validate(document),
            version=item["version"]["S"],
            fetched_at=item["details_fetched_at"]["S"],
            digest=item["digest"]["S"],
        )


class DynamoTokens:
    """Access tokens in the table (a `tokens.TokenTable`). They never expire by TTL: a refresh token must not."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def read_token(self, account: Account) -> SavedToken | None:
        """The saved token, read consistently."""
        answer = aws.call(
            WHAT, self._client.get_item, TableName=self._table, Key=_token_key(account), ConsistentRead=True
        )
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
                account,
                "SET lease_owner = :owner, lease_until = :until",
                "attribute_not_exists(lease_until) OR lease_until < :now",
                {":owner": {"S": owner}, ":until": {"N": str(until)}, ":now": {"N": str(now)}},
            )
        except aws.ConditionFailed:
            return False
        return True

    def save_token(self, account: Account, token: SavedToken) -> None:
        """Saves a token and ends the lease.

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
        expression = (
            f"SET access_token = :access_token, valid_until = :valid_until, seed = :seed{refresh} "
            "REMOVE lease_owner, lease_until"
        )
        self._update(account, expression, None, values)

    def end_lease(self, account: Account, owner: str) -> None:
        """Ends the owner's lease; one that was lost is left alone."""
        try:
            self._update(account, "REMOVE lease_owner, lease_until", "lease_owner = :owner", {":owner": {"S": owner}})
        except aws.ConditionFailed:
            return

    def _update(self, account: Account, expression: str, condition: str | None, values: Item) -> None:
        aws.call(
            WHAT,
            self._client.update_item,
            TableName=self._table,
            Key=_token_key(account),
            UpdateExpression=expression,
            ExpressionAttributeValues=values,
            **({"ConditionExpression": condition} if condition else {}),
        )


def _key(message_id: str) -> Item:
    return {"pk": {"S": f"message#{message_id}"}, "sk": {"S": "message"}}


def _token_key(account: Account) -> Item:
    return {"pk": {"S": f"token#{account.provider}:{account.name}"}, "sk": {"S": "token"}}


def _sorted(events: dict[EventKey, Observation]) -> Sequence[Observation]:
    return [events[key] for key in sorted(events)]


def _event_json(event: Observation) -> dict[str, Any]:
    return {key: value for key, value in event.model_dump(mode="json").items() if value is not None}
