"""Over the API, on the running system: rows of other releases and whatever is large stop nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from message_detail.domain.message import Body, Failure, Party
from message_detail.domain.normalized import NormalizedMessage
from message_detail.domain.status import Status
from message_detail.domain.timeline import state_from_answer
from tests.integration.conftest import System
from tests.integration.driving import erase, store_of
from tests.stored_rows import FOLDER, RELEASES, read_lines
from tests.unit.samples import message, observation

ROWS = [path for kind in ("earlier", "later", "unreadable") for path in sorted((FOLDER / kind).glob("*.json"))]
ADDRESS = "+61491570156"
ERROR = "550 5.1.1 user unknown " * 45_000


def put(system: System, path: Path) -> str:
    """Puts a row and its entries into the table as they are; the provider's id of its message."""
    row: dict[str, Any] = json.loads(path.read_text())
    for item in (row["item"], *row["entries"]):
        system.stack.client("dynamodb").put_item(TableName=system.stack.table_name, Item=item)
    return str(row["item"]["pk"]["S"]).rpartition(":")[2]


def stored(system: System, native_id: str, **changes: Any) -> str:
    new = message(Status.FAILED, id=f"cellcast:default:{native_id}", provider_message_id=native_id, **changes)
    reason = changes.get("status_reason")
    seen = observation(Status.FAILED, reason=reason, failure=changes.get("failure"))
    store_of(system.stack).add(new.id, state_from_answer(NormalizedMessage(new, (seen,))))
    return native_id


@pytest.mark.parametrize("path", ROWS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_row_of_another_release_is_answered_listed_and_erased(system: System, path: Path) -> None:
    native_id = put(system, path)
    readable = path.parent.name != "unreadable"
    listed = system.get("/v1/messages", params={"provider": "cellcast", "limit": "100"})
    assert listed.status_code == 200
    assert (f"cellcast:default:{native_id}" in {item["id"] for item in listed.json()["items"]}) is readable
    looked_up = system.get(f"/v1/messages/cellcast/{native_id}", params={"max_age": "86400"})
    assert looked_up.status_code in (200, 404), "404: the provider has never had it"
    timeline = system.get(f"/v1/messages/cellcast/{native_id}/timeline")
    assert timeline.status_code == 200 or path.stem == "without_provenance"
    assert erase(system, message_ids=[f"cellcast:default:{native_id}"])["erased"] == 1
    assert system.get(f"/v1/messages/cellcast/{native_id}").json()["code"] == "message_not_found"


@pytest.mark.parametrize("release", RELEASES)
def test_what_a_release_stored_is_answered_listed_and_erased(system: System, release: str) -> None:
    table, bucket = system.stack.table_name, system.stack.bucket_name
    for row in read_lines(FOLDER / release / "states.jsonl"):
        for item in (row["item"], *row["entries"]):
            system.stack.client("dynamodb").put_item(TableName=table, Item=item)
        for key, text in row["objects"].items():
            system.stack.client("s3").put_object(Bucket=bucket, Key=key, Body=text.encode())
        whole_id = row["item"]["pk"]["S"].removeprefix("message#")
        provider, _, native_id = whole_id.split(":", 2)
        lives = row["reads_as"] is not None and "expires_at" not in row["item"]
        if lives and row["reads_as"]["message"] is not None:
            listed = system.get("/v1/messages", params={"provider": provider, "limit": "100"}).json()["items"]
            assert whole_id in {item["id"] for item in listed}, row["name"]
            timeline = system.get(f"/v1/messages/{provider}/{native_id}/timeline").json()["items"]
            assert [one["status"] for one in timeline] == [one["status"] for one in row["reads_as"]["timeline"]]
        erase(system, message_ids=[whole_id])
        assert system.get(f"/v1/messages/{provider}/{native_id}").json()["code"] == "message_not_found"


def test_an_error_text_of_a_megabyte_is_stored_listed_and_erased(system: System) -> None:
    native_id = stored(system, "odd-large", status_reason=ERROR, failure=Failure(message=ERROR))
    timeline = system.get(f"/v1/messages/cellcast/{native_id}/timeline")
    assert [event["status"] for event in timeline.json()["items"]] == ["failed"]
    listed = system.get("/v1/messages", params={"provider": "cellcast", "status": "failed", "limit": "100"})
    (found,) = [item for item in listed.json()["items"] if item["provider_message_id"] == native_id]
    assert found["failure"]["message"] == ERROR
    assert erase(system, message_ids=[f"cellcast:default:{native_id}"])["erased"] == 1


def test_a_text_that_is_gone_from_the_bucket_is_told_and_stops_no_list(system: System) -> None:
    native_id = stored(system, "odd-lost", body=Body(text="x" * 500_000), to=(Party(address="lost@example.com"),))
    s3, bucket = system.stack.client("s3"), system.stack.bucket_name
    for found in s3.list_objects_v2(Bucket=bucket, Prefix="cellcast/")["Contents"]:
        s3.delete_object(Bucket=bucket, Key=found["Key"])
    listed = system.get("/v1/messages", params={"address": "lost@example.com"})
    (item,) = listed.json()["items"]
    assert (item["provider_message_id"], item["body"]["text"]) == (native_id, None)
    assert item["provenance"]["drift"] == [{"path": "body.text", "problem": "lost", "value": None}]
    assert erase(system, address="lost@example.com")["erased"] == 1


def test_ten_thousand_recipients_are_found_and_erased(system: System) -> None:
    people = tuple(Party(address=f"person{i}@many.example.com", name="N" * 40) for i in range(10_000))
    stored(system, "odd-many", to=people)
    listed = system.get("/v1/messages", params={"address": "person9999@many.example.com"})
    assert [item["provider_message_id"] for item in listed.json()["items"]] == ["odd-many"]
    assert erase(system, address="person5000@many.example.com")["erased"] == 1
    assert system.get("/v1/messages", params={"address": "person1@many.example.com"}).json()["items"] == []
