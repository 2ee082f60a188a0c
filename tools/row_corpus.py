"""Write tests/rows/<release>/: what this release stores and queues, for every later one to read.

Usage: python -m tools.row_corpus
Done once for each release, before its tag; what is there is never written over. The rows come of the recordings of
every provider, by way of the mapping and the store; of each provider those that hold what none before them does. Beside
them `states.jsonl` has what no answer makes, and `beside.jsonl` what else outlives a release: tasks, syncs, tokens.
"""

from __future__ import annotations

import base64
import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import boto3
from moto import mock_aws

from message_detail import providers
from message_detail.adapters.access_tokens import SavedToken
from message_detail.adapters.aws.large_values import LargeValues
from message_detail.adapters.aws.message_store import Store
from message_detail.adapters.aws.sync_state import PageResult, SyncState
from message_detail.adapters.aws.table import Table
from message_detail.adapters.aws.token_store import DynamoTokens
from message_detail.domain import json_codec
from message_detail.domain.json_leaves import leaves
from message_detail.domain.message import Failure, Observation, Party, Via
from message_detail.domain.normalized import NormalizedMessage
from message_detail.domain.reconcile_policy import Schedule
from message_detail.domain.sealed_answer import SealedAnswer
from message_detail.domain.seen_events import EventIdentity, SeenEvents
from message_detail.domain.status import Status
from message_detail.domain.tasks import Task
from message_detail.domain.timeline import MessageState, merge, merge_observations, state_from_answer
from message_detail.domain.times import from_epoch
from message_detail.providers.base.listing import Window
from message_detail.testing.recordings import Recording, account_for, replay
from message_detail.version import __version__
from tests.recorded import recordings

FOLDER: Final = Path(__file__).parents[1] / "tests" / "rows"
TABLE: Final = "messages"
BUCKET: Final = "contents"
NOW: Final = 1_780_315_200.0
AT: Final = from_epoch(NOW)
WORDS: Final = frozenset(
    {"channel", "kind", "direction", "status", "outcome", "category", "permanence", "address_type"}
)
"""Keys of a message whose values are words of ours."""
OPEN: Final = frozenset({"extensions", "response"})
"""Keys that hold whatever a provider says."""


class Corpus:
    """A table and a bucket of which one row at a time is taken."""

    def __init__(self) -> None:
        self.table = boto3.client("dynamodb")
        self.bucket = boto3.client("s3")
        self.bucket.create_bucket(Bucket=BUCKET)
        self.table.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
        )

    def store(self, contents: type[LargeValues] = LargeValues) -> Store:
        """The store, at the corpus's moment."""
        return Store(Table(self.table, TABLE), contents(lambda: self.bucket, BUCKET), now=lambda: NOW, tells=True)

    def take(self, name: str, state: MessageState | None = None) -> dict[str, Any]:
        """What is stored by now, as a row of the corpus, out of the table and the bucket."""
        items = self.items()
        row: dict[str, Any] = {"name": name}
        row["item"] = _as_text(next(item for item in items if item["sk"]["S"] == "message"))
        row["entries"] = [item for item in items if item["sk"]["S"] != "message"]
        objects = self.bucket.list_objects_v2(Bucket=BUCKET).get("Contents", ())
        keys = [found["Key"] for found in objects if not found["Key"].startswith("erased/")]
        row["objects"] = {key: self.bucket.get_object(Bucket=BUCKET, Key=key)["Body"].read().decode() for key in keys}
        row["reads_as"] = reads_as(state) if state is not None else None
        for found in objects:
            self.bucket.delete_object(Bucket=BUCKET, Key=found["Key"])
        return row

    def items(self) -> list[dict[str, Any]]:
        """All items, out of the table."""
        items: list[dict[str, Any]] = self.table.scan(TableName=TABLE)["Items"]
        for item in items:
            self.table.delete_item(TableName=TABLE, Key={name: item[name] for name in ("pk", "sk")})
        return sorted(items, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))


class Small(LargeValues):
    """Contents of which hardly anything stays in the item."""

    room_bytes = 4_000


class Broken(LargeValues):
    """Contents that can't be deleted."""

    def discard(self, message_id: str) -> None:
        """The container dies here."""
        raise InterruptedError(message_id)


def reads_as(state: MessageState) -> dict[str, Any]:
    """What a reader of a row gets, as far as it holds anything: a later release's message may have more keys."""
    message = state.message
    return {
        "message": _said(message.as_json()) if message is not None else None,
        "timeline": [_said(event.model_dump(mode="json")) for event in state.timeline],
    }


def rows(provider: str, corpus: Corpus) -> Iterator[dict[str, Any]]:
    """The rows that a provider's recordings make, of those that hold something new."""
    seen: set[str] = set()
    for recording in recordings(provider):
        if recording.succeeds:
            normalized = _normalized(provider, recording)
            held = set(_held(normalized.message.as_json()))
            if held - seen:
                seen |= held
                yield _row(recording.name, corpus, normalized)


def states(corpus: Corpus) -> Iterator[dict[str, Any]]:
    """Rows that no answer makes by itself: events alone, texts in the bucket, what is given up, erased, half erased."""
    provider = providers.names()[0]
    recording = next(one for one in recordings(provider) if one.succeeds)
    normalized = _normalized(provider, recording)
    message = normalized.message
    why = "the server of the receiver says no. " * 100
    failed = Observation(
        status=Status.FAILED, observed_at=AT, via=Via.WEBHOOK, reason=why, failure=Failure(message=why), confirmed=False
    )
    announced = MessageState(events=merge_observations([failed]))
    yield _stored("announced", corpus, message.id, announced)
    answered = state_from_answer(normalized)
    yield _stored("discrepant", corpus, message.id, merge(answered, announced))
    planned = MessageState(
        confirm_at=AT, confirmed_for=AT, seen=SeenEvents.of([EventIdentity("0123456789abcdef", AT, 120)])
    )
    yield _stored("confirmed in vain", corpus, message.id, merge(merge(answered, announced), planned))
    people = (Party(address="+61491570156", contact_id="c1"), Party(address="ada@example.com", name="Ada"))
    container = replace(normalized, place=2, further_parties=people)
    yield _stored("large", corpus, message.id, merge(state_from_answer(container), announced), Small)
    yield _stored("given up", corpus, message.id, merge(answered, MessageState(given_up=AT)))
    yield _stored("expires", corpus, message.id, answered, retention_days=30)
    yield _row("container", corpus, container)
    answer = SealedAnswer.of(lambda: {"text": "more than a row is to hold. " * 2_000})
    yield _row("large answer", corpus, replace(normalized, answer=answer))
    corpus.store().add(message.id, answered)
    corpus.store().erase(message.id)
    yield corpus.take("erased")
    corpus.store().add(message.id, answered)
    try:
        corpus.store(Broken).erase(message.id, "erasure-1")
    except InterruptedError:
        yield corpus.take("half erased")


def beside(corpus: Corpus) -> dict[str, Any]:
    """What else lies in table and queue: tasks as they are queued; a sync that runs, with its lock; a token."""
    provider = providers.names()[0]
    recording = next(one for one in recordings(provider) if one.succeeds)
    account = account_for(providers.load(provider), recording)
    syncs = SyncState(Table(corpus.table, TABLE), now=lambda: NOW)
    page = syncs.start(provider, account.name, Window("2026-05-01T00:00:00.000Z", AT))
    syncs.record(page, PageResult(seen=3, new=2, changed=1, total=7, last=False, skipped=1))
    syncs.is_time(provider, account.name, 3_600)
    sync = corpus.items()
    token = SavedToken("access", NOW + 3_600, "seed", "refresh")
    DynamoTokens(Table(corpus.table, TABLE)).save_token(account, token)
    observation = Observation(status=Status.FAILED, observed_at=AT, via=Via.WEBHOOK).model_dump(mode="json")
    task = Task(
        provider=provider, account=account.name, message_id=recording.message_id, via="webhook", received_at=AT,
        event="0123456789abcdef", event_window=120, observations=(observation,), deferrals=2, first_queued_at=AT,
        part="p1", thread=True, future_time=AT,
    )  # fmt: skip
    return {
        "provider": provider,
        "account": account.name,
        "tasks": [json.loads(one.to_json()) for one in (task, page, page.next("c1", AT, {"sample": "", "level": 0}))],
        "sync": {"id": page.sync_id, "items": sync},
        "token": corpus.items(),
    }


def _said(value: Any) -> Any:
    """JSON data without the keys that hold nothing."""
    if isinstance(value, dict):
        said = {key: _said(item) for key, item in value.items()}
        return {key: item for key, item in said.items() if item not in (None, {}, [])}
    return [_said(item) for item in value] if isinstance(value, list) else value


def _normalized(provider: str, recording: Recording) -> NormalizedMessage:
    return replay(providers.load(provider), recording)


def _row(name: str, corpus: Corpus, normalized: NormalizedMessage) -> dict[str, Any]:
    return _stored(name, corpus, normalized.message.id, state_from_answer(normalized))


def _stored(
    name: str,
    corpus: Corpus,
    message_id: str,
    state: MessageState,
    contents: type[LargeValues] = LargeValues,
    retention_days: int = 0,
) -> dict[str, Any]:
    stored = corpus.store(contents).add(message_id, state, schedule=Schedule(), retention_days=retention_days)
    return corpus.take(name, stored)


def _as_text(item: dict[str, Any]) -> dict[str, Any]:
    """An item as DynamoDB's JSON has it: bytes in base64."""
    return {
        name: {kind: base64.b64encode(content).decode() if kind == "B" else content}
        for name, value in item.items()
        for kind, content in value.items()
    }


def _held(document: Mapping[str, Any]) -> Iterator[str]:
    """The keys of a message that hold something, and the words of ours in it."""
    for path, value in leaves(document):
        if value is not None:
            names = [str(part) for part in path if not isinstance(part, int)]
            closed = next((at for at, name in enumerate(names) if name in OPEN), len(names)) + 1
            yield ".".join(names[:closed]) + (f"={value}" if names[-1] in WORDS and closed > len(names) else "")


def corpus_of_this_release() -> Iterator[tuple[str, Any]]:
    """The files of the corpus, by their names without ending."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        os.environ[name] = "testing"
    os.environ["AWS_DEFAULT_REGION"] = "us-east-1"
    with mock_aws():
        corpus = Corpus()
        for provider in providers.names():
            yield provider, list(rows(provider, corpus))
        yield "states", list(states(corpus))
        yield "beside", beside(corpus)


def main() -> None:
    """Write the files."""
    folder = FOLDER / __version__
    if folder.exists():
        sys.exit(f"{folder} is there: what a release wrote does not change")
    folder.mkdir()
    for name, content in corpus_of_this_release():
        path = folder / f"{name}.jsonl"
        lines = content if isinstance(content, list) else [content]
        path.write_text("".join(json_codec.dumps(line) + "\n" for line in lines), encoding="utf-8")
        print(path)


if __name__ == "__main__":
    main()
