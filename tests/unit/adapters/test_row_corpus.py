"""What every release has stored is read, found, brought up to date and erased by this one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from message_detail import providers
from message_detail.adapters.aws.message_rows import ATTRIBUTES
from message_detail.adapters.aws.row_packing import unpack
from message_detail.adapters.aws.row_versions import CURRENT, VERSIONS
from message_detail.adapters.aws.sync_state import SyncState
from message_detail.adapters.aws.token_store import DynamoTokens
from message_detail.domain.json_leaves import leaves
from message_detail.domain.search_keys import entries_for
from message_detail.domain.tasks import PageTask, Task, parse
from message_detail.domain.timeline import MessageState
from message_detail.version import __version__
from tests.stored_rows import BESIDE, FILES, RELEASES, beside, read_line, read_lines
from tests.unit.adapters.search_case import pair_of
from tests.unit.conftest import BUCKET, TABLE, Clock, table_of
from tests.unit.row_readers import FirstAccount, Readers, message_id
from tests.unit.samples import NOW
from tools import row_corpus

TOMBSTONE = {"pk", "sk", "erased", "revision"}
ROWS = [pytest.param(path, id=f"{path.parent.name}-{path.stem}") for path in FILES if path.stem != BESIDE]


@pytest.fixture
def readers(dynamodb: Any, s3: Any) -> Readers:
    return Readers(dynamodb, s3)


def stored(readers: Readers, path: Path) -> list[dict[str, Any]]:
    """The rows of a file, put into the table; of rows of one message the last, since the table has room for one."""
    rows = {message_id(row): row for row in read_lines(path)}
    for row in rows.values():
        readers.put(row)
    return list(rows.values())


def has_what(read: Any, written: Any) -> bool:
    """Whether all that was written is read: there may be more keys now."""
    return dict(leaves(written)).items() <= dict(leaves(read)).items()


def test_the_release_that_is_being_made_has_its_rows() -> None:
    assert __version__ in RELEASES, "run `python -m tools.row_corpus`, and keep what it writes"
    assert {one.release for one in VERSIONS} <= set(RELEASES)


def test_a_release_records_every_attribute_that_it_gives_a_row(aws: None) -> None:
    rows = [read_line(json.dumps(row)) for row in row_corpus.states(row_corpus.Corpus())]
    recorded = {name for row in rows for name in row["item"] | unpack(row["item"])}
    assert recorded == ATTRIBUTES.keys() - {"leftovers"}, "an erasure of version 1 left these"


@pytest.mark.parametrize("path", ROWS)
def test_every_row_is_read_as_it_was_written(readers: Readers, path: Path) -> None:
    for row in read_lines(path):
        identity = readers.put({**row, "entries": []})
        if row["reads_as"] is not None:
            read = row_corpus.reads_as(readers.store.read(identity).state)
            assert has_what(read, row["reads_as"]), row["name"]
            assert len(read["timeline"]) == len(row["reads_as"]["timeline"])


@pytest.mark.parametrize("path", ROWS)
def test_every_row_is_looked_up_listed_and_taken_up_by_a_reconciliation(readers: Readers, path: Path) -> None:
    rows = [row for row in stored(readers, path) if row["reads_as"] is not None]
    with_message = {message_id(row) for row in rows if row["reads_as"]["message"] is not None}
    for identity in with_message:
        assert readers.looked_up(identity).id == identity
    by_provider = {identity.partition(":")[0] for identity in with_message}
    assert {found for provider in by_provider for found in readers.listed(provider)} == with_message
    due = {message_id(row) for row in rows if "due_at" in row["item"]}
    assert {found for provider in by_provider for found in readers.reconciled(provider)} == due


@pytest.mark.parametrize("path", ROWS)
def test_every_entry_leads_to_its_message_still(readers: Readers, path: Path) -> None:
    led_to: dict[str, set[str]] = {}
    for row in stored(readers, path):
        for entry in row["entries"] if row["reads_as"] is not None else ():
            led_to.setdefault(entry["pk"]["S"].removeprefix("index#").rpartition("#")[0], set()).add(message_id(row))
    for name, ids in led_to.items():
        assert readers.found(name) >= ids, name


@pytest.mark.parametrize("path", ROWS)
def test_the_next_write_brings_a_row_and_its_entries_up_to_date(readers: Readers, path: Path) -> None:
    wanted = set()
    for row in stored(readers, path):
        if row["reads_as"] is not None:
            before = readers.store.read(message_id(row))
            readers.store.add(message_id(row), MessageState())
            now = readers.store.read(message_id(row))
            assert (now.state, now.version) == (before.state, CURRENT)
            wanted |= set(map(pair_of, entries_for(now.indexed())))
        else:
            readers.store.erase(message_id(row))
    keys = {(item["pk"]["S"], item["sk"]["S"]) for item in readers.items()}
    assert {(pk, sk) for pk, sk in keys if pk.startswith("index#")} == wanted


@pytest.mark.parametrize("path", ROWS)
def test_nothing_of_a_row_is_left_by_an_erasure(readers: Readers, path: Path) -> None:
    rows = stored(readers, path)
    for row in rows:
        readers.store.erase(message_id(row))
    kept = {"erasure"}  # of a row that an erasure had begun with: its tombstone says which
    assert {frozenset(item.keys() - kept) for item in readers.items()} == {frozenset(TOMBSTONE)}
    left = readers.bucket.list_objects_v2(Bucket=BUCKET).get("Contents", ())
    assert [found["Key"] for found in left if not found["Key"].startswith("erased/")] == []


def test_rows_have_the_attributes_that_are_named_and_no_other() -> None:
    written = [row["item"] for path in FILES if path.stem == "states" for row in read_lines(path)]
    found = {(name, kind) for item in written for name, value in (item | unpack(item)).items() for kind in value}
    assert found == set(ATTRIBUTES.items())


# --- what lies beside the messages


@pytest.mark.parametrize("release", RELEASES)
def test_every_task_is_read(release: str) -> None:
    message, first_page, next_page = (parse(json.dumps(task)) for task in beside(release)["tasks"])
    assert isinstance(message, Task)
    assert (message.via, message.deferrals, len(message.observations)) == ("webhook", 2, 1)
    assert isinstance(first_page, PageTask)
    assert isinstance(next_page, PageTask)
    assert (first_page.page, next_page.page, next_page.cursor) == (0, 1, "c1")


@pytest.mark.parametrize("release", RELEASES)
def test_a_sync_goes_on_whichever_release_began_it(dynamodb: Any, release: str) -> None:
    content = beside(release)
    for item in content["sync"]["items"]:
        dynamodb.put_item(TableName=TABLE, Item=item)
    syncs = SyncState(table_of(dynamodb), now=Clock(NOW))
    progress = syncs.progress(content["provider"], content["sync"]["id"])
    assert (progress.state, progress.pages, progress.seen, progress.new, progress.total) == ("running", 1, 3, 2, 7)
    page = parse(json.dumps(content["tasks"][1]))
    assert isinstance(page, PageTask)
    assert syncs.is_done(page)
    assert syncs.hold(page)


@pytest.mark.parametrize("release", RELEASES)
def test_a_token_is_used_on_whichever_release_saved_it(dynamodb: Any, release: str) -> None:
    content = beside(release)
    for item in content["token"]:
        dynamodb.put_item(TableName=TABLE, Item=item)
    provider = providers.load(content["provider"])
    account = FirstAccount().account(content["provider"], content["account"], provider.schema)
    token = DynamoTokens(table_of(dynamodb)).read_token(account)
    assert token is not None
    assert (token.access_token, token.valid_until, token.refresh_token) == ("access", NOW + 3_600, "refresh")
