"""What the scenes of least privilege are played on: one provider of the running system, and props for it."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final
from urllib.parse import quote

import httpx

from local.simulators.base import Simulator
from local.simulators.store import Held
from message_detail.adapters.aws.erasures import Erasures
from message_detail.adapters.aws.key_schema import INDEX_ENTRY
from message_detail.adapters.aws.large_values import ROOM_BYTES, LargeValues
from message_detail.adapters.aws.message_store import Store
from message_detail.domain.addresses.query import address_lists
from message_detail.domain.erasure import Erasure, Target
from message_detail.domain.errors import StorageUnavailable
from message_detail.domain.message import Body, Party, Provenance
from message_detail.domain.normalized import NormalizedMessage
from message_detail.domain.search_keys import SHARDS, provider_list
from message_detail.domain.status import Status
from message_detail.domain.timeline import state_from_answer
from message_detail.domain.times import from_epoch
from tests.integration.conftest import System
from tests.integration.driving import Hook, add_account, fixed_account, store_of
from tests.log_tail import logged_objects
from tests.unit.samples import message, observation

ACCOUNT: Final = "rights"
LONG_TEXT: Final = "long " * (ROOM_BYTES // 4)
#: Of everything that has to be new to each scene.
_NUMBERS: Final[Iterator[int]] = itertools.count(800_000)


class Stage:
    """One provider of the running system. What it makes is new each time, so that no function has it in memory."""

    def __init__(self, system: System, provider: str) -> None:
        self.system = system
        self.stack = system.stack
        self.provider = provider
        self.functions = system.stack.functions

    @property
    def simulator(self) -> Simulator:
        """The provider's simulator."""
        return self.system.simulators[self.provider]

    def function(self, kind: str) -> str:
        """The name in the template of the provider's function of a kind, or of the one that all share."""
        return kind if kind in self.functions else f"{self.provider.capitalize()}{kind}"

    # -- props -------------------------------------------------------------------------------------------

    def new_account(self, **settings: Any) -> str:
        """An account that no container has read yet; its name."""
        name = f"new-{next(_NUMBERS)}"
        add_account(self.system, self.provider, name, **settings)
        return name

    def new_message(self) -> str:
        """A message that the provider has and we haven't; its id."""
        return self.simulator.store.put("default", self.simulator.filler(next(_NUMBERS)))

    def new_long_message(self) -> str:
        """One whose text is too long for an item of the table."""
        number = next(_NUMBERS)
        held = self.simulator.filler(number)
        message, parts = json.loads(json.dumps([held.message, held.parts]).replace(f"Filler {number}", LONG_TEXT))
        return self.simulator.store.put("default", Held(message, parts=parts))

    def stored_long_message(self, *addresses: str) -> str:
        """A message whose text is in the bucket; its id."""
        native_id = f"long-{next(_NUMBERS)}"
        whole_id = self._id(native_id)
        stored = message(
            Status.DELIVERED,
            id=whole_id,
            provider=self.provider,
            account=ACCOUNT,
            provider_message_id=native_id,
            to=tuple(Party(address=address) for address in addresses or ("+61491570156",)),
            body=Body(text=LONG_TEXT),
            provenance=Provenance(fetched_at=from_epoch(time.time())),
        )
        store_of(self.stack).add(
            whole_id, state_from_answer(NormalizedMessage(stored, (observation(Status.DELIVERED),)))
        )
        return native_id

    def outdated_message(self) -> str:
        """A message that the provider has, and that is stored as another one's answer long ago; its id."""
        native_id = self.new_message()
        whole_id, old = self._id(native_id), "2026-01-01T00:00:00.000Z"
        stored = message(
            Status.QUEUED,
            id=whole_id,
            provider=self.provider,
            account=ACCOUNT,
            provider_message_id=native_id,
            to=(Party(address="+61491570156"),),
            provenance=Provenance(fetched_at=old),
        )
        store_of(self.stack).add(
            whole_id, state_from_answer(NormalizedMessage(stored, (observation(Status.QUEUED, old),)))
        )
        return native_id

    def outdated_places(self, native_id: str) -> str:
        """Whether an outdated message has left the places that it stands in no more."""
        outdated = provider_list(self.provider, None, Status.QUEUED)
        entries = [
            entry
            for shard in range(SHARDS)
            for entry in self.stack.table.partition(INDEX_ENTRY.partition(list=outdated, shard=shard))
            if entry["sk"]["S"].endswith(native_id)
        ]
        return "left" if entries else "gone"

    def stored_earlier_long_message(self) -> str:
        """One whose text is where it was put at first, in the folder that providers shared; its id."""
        native_id = self.stored_long_message()
        s3, bucket, database = self.stack.client("s3"), self.stack.bucket_name, self.stack.client("dynamodb")
        key = {"pk": {"S": f"message#{self._id(native_id)}"}, "sk": {"S": "message"}}
        overflow = database.get_item(TableName=self.stack.table_name, Key=key)["Item"]["overflow"]["S"]
        for reference in json.loads(overflow):
            earlier = reference["key"].replace(f"{self.provider}/", "messages/", 1)
            s3.put_object(
                Bucket=bucket, Key=earlier, Body=s3.get_object(Bucket=bucket, Key=reference["key"])["Body"].read()
            )
            s3.delete_object(Bucket=bucket, Key=reference["key"])
            overflow = overflow.replace(reference["key"], earlier)
        database.update_item(
            TableName=self.stack.table_name,
            Key=key,
            UpdateExpression="SET overflow = :overflow",
            ExpressionAttributeValues={":overflow": {"S": overflow}},
        )
        return native_id

    def half_erased_message(self, native_id: str | None = None) -> str:
        """A message whose erasure ended before its text in the bucket was deleted: its next reader goes on with it."""
        native_id = native_id or self.stored_long_message()
        contents = _Unreachable(lambda: self.stack.client("s3"), self.stack.bucket_name)
        with suppress(StorageUnavailable):
            Store(self.stack.table, contents).erase(self._id(native_id))
        return native_id

    def noted(self, account: str) -> str:
        """Whether the table says how an account last fared."""
        key = {"pk": {"S": f"account#{self.provider}"}, "sk": {"S": account}}
        item = self.stack.client("dynamodb").get_item(TableName=self.stack.table_name, Key=key).get("Item", {})
        return "noted" if "last_success" in item else "nothing is noted"

    def account_on_probation(self) -> str:
        """A new account whose circuit is open, and about to be tried; its name."""
        name = self.new_account()
        self.stack.client("dynamodb").put_item(
            TableName=self.stack.table_name,
            Item={
                "pk": {"S": f"circuit#{self.provider}"},
                "sk": {"S": f"{self.provider}:{name}"},
                "state": {"S": "OPEN"},
                "failure_count": {"N": "10"},
                "opened_at": {"N": str(int(time.time()) - 3_600)},
            },
        )
        return name

    def circuit_of(self, account: str) -> str:
        """How an account's circuit stands in the table."""
        key = {"pk": {"S": f"circuit#{self.provider}"}, "sk": {"S": f"{self.provider}:{account}"}}
        item = self.stack.client("dynamodb").get_item(TableName=self.stack.table_name, Key=key)["Item"]
        return str(item["state"]["S"])

    def forget_key(self, partition: str) -> None:
        """The stack has no such secret of its own yet."""
        key = {"pk": {"S": partition}, "sk": {"S": "setting"}}
        self.stack.client("dynamodb").delete_item(TableName=self.stack.table_name, Key=key)

    def erasure_of(self, address: str) -> Erasure:
        """An erasure that has been taken on, and is yet to be worked on."""
        erasures = Erasures(self.stack.table)
        erasure = erasures.prepare("rights", "subject", 1, Target(lists=address_lists(address)))
        erasures.begin(erasure)
        return erasure

    def hook(self, account: str = ACCOUNT) -> Hook:
        """A genuine webhook about a message."""
        signer = fixed_account(self.simulator)
        return Hook(self.provider, *self.simulator.webhook(self.new_message(), account=signer), account=account)

    def _id(self, native_id: str) -> str:
        return f"{self.provider}:{ACCOUNT}:{native_id}"

    # -- what is done ------------------------------------------------------------------------------------

    def lookup(self, native_id: str, account: str = ACCOUNT, part: str = "") -> str:
        """Asks the API for a message, or a part of what is known of it."""
        path = f"/v1/messages/{self.provider}/{quote(native_id, safe='')}{part}"
        return said(self.system.get(path, params={"account": account}))

    def post(self, path: str, body: dict[str, Any]) -> httpx.Response:
        """Asks the API for something else, as one who may do all."""
        return self.system.post(path, json=body)

    def invoke(self, kind: str, event: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """Calls a function directly; its answer and what it logged meanwhile."""
        name = self.functions[self.function(kind)]
        answer = self.stack.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event), LogType="Tail")
        return json.loads(answer["Payload"].read()), logged_objects(answer.get("LogResult", ""))


class _Unreachable(LargeValues):
    """A bucket from which nothing can be deleted."""

    def discard(self, message_id: str) -> None:
        raise StorageUnavailable("unreachable")


def said(answer: httpx.Response) -> str:
    """An answer of the API in one line: its status and, of a problem, code and detail."""
    if answer.status_code < 400:
        return str(answer.status_code)
    problem = answer.json()
    return f"{answer.status_code} {problem['code']}: {problem['detail']}"
