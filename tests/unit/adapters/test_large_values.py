"""Large texts: whatever is large, the item is not; and a text that can't be read any more stops nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from local.package import load_template
from local.stack import ROOT
from message_detail.adapters.aws.cursors import cursor_key
from message_detail.adapters.aws.large_values import ERASED, KEEP_DAYS, KEEP_TAG, LargeValues, tagging
from message_detail.adapters.aws.message_store import SECONDS_PER_DAY, Store
from message_detail.adapters.aws.search import Search
from message_detail.domain.errors import StorageUnavailable
from message_detail.domain.message import Body, Failure, Labels, Message, Party, Reference, Reply, Upstream
from message_detail.domain.normalized import NormalizedMessage
from message_detail.domain.status import Status
from message_detail.domain.timeline import MessageState, merge_observations, state_from_answer
from message_detail.services.search_query import parse
from tests.unit.conftest import BUCKET, TABLE, Calls, Clock, table_of
from tests.unit.samples import ID, message, observation, stand_in
from tests.unit.services.erasing import TOMBSTONE, Erasing, rows

ITEM_LIMIT = 400 * 1024
ADDRESS = "ada@example.com"
MEGABYTE = "550 5.1.1 user unknown " * 45_000


class House:
    """The store with all that its functions put around it."""

    def __init__(self, dynamodb: Any, s3: Any, clock: Clock, retention_days: int = 0) -> None:
        self.dynamodb, self.s3, self.clock = dynamodb, s3, clock
        self.calls = Calls(s3)
        self.store = Store(
            table_of(dynamodb), LargeValues(lambda: stand_in(self.calls), BUCKET), retention_days, now=clock
        )
        self.search = Search(table_of(dynamodb), self.store.read_many, cursor_key(table_of(dynamodb)))

    def put(self, new: Message, **event: Any) -> MessageState:
        return self.store.add(new.id, self.record(new, **event))

    def record(self, new: Message, **event: Any) -> MessageState:
        seen = observation(new.status, new.provenance.fetched_at, **event)
        return state_from_answer(NormalizedMessage(new, (seen,)))

    def now(self) -> Message:
        found = self.store.read(ID).state.message
        assert found is not None
        return found

    def item(self) -> dict[str, Any]:
        item: dict[str, Any] = self.dynamodb.get_item(
            TableName=TABLE, Key={"pk": {"S": f"message#{ID}"}, "sk": {"S": "message"}}
        )["Item"]
        return item

    def texts(self) -> list[str]:
        found = self.s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])
        return [one["Key"] for one in found if not one["Key"].startswith(ERASED)]

    def erase(self, address: str) -> int:
        return Erasing(table_of(self.dynamodb), self.search, self.store, self.clock).erase(address=address).erased

    def listed(self, **parameters: str) -> list[Message]:
        return list(self.search.find(parse(parameters)).items)


@pytest.fixture
def house(dynamodb: Any, s3: Any, clock: Clock) -> House:
    return House(dynamodb, s3, clock)


def _size(item: dict[str, Any]) -> int:
    return sum(len(name) + len(str(value).encode()) for name, value in item.items())


LARGE: list[tuple[str, dict[str, Any]]] = [
    ("failure.message", {"failure": Failure(message=MEGABYTE)}),
    ("status_reason", {"status_reason": MEGABYTE}),
    ("status_native", {"status_native": MEGABYTE}),
    ("subject", {"subject": MEGABYTE}),
    ("body of control characters", {"body": Body(text="\x01" * 300_000)}),
    ("body of pictures", {"body": Body(html="😀" * 150_000)}),
    ("recipients with long names", {"to": tuple(Party(address=f"p{i}@x.com", name="n" * 90) for i in range(5_000))}),
    ("tags", {"labels": Labels(tags=tuple(f"tag-{i}" for i in range(50_000)))}),
    ("references", {"references": tuple(Reference(type="external_id", value="v" * 900 + str(i)) for i in range(700))}),
    ("replies", {"replies": tuple(Reply(text=f"{i}" * 300) for i in range(3_000))}),
    ("what a carrier said", {"upstream": Upstream(response={"log": [MEGABYTE, {"a": MEGABYTE}]})}),
    ("a field of the provider", {"extensions": {"a": {"b": [MEGABYTE]}}}),
    ("fields of the provider", {"extensions": {f"field{i}": "x" * 2_000 for i in range(500)}}),
    ("a key of the provider", {"extensions": {"k" * 500_000: 1}}),
]


@pytest.mark.parametrize("changes", [changes for _, changes in LARGE], ids=[name for name, _ in LARGE])
def test_whatever_is_large_is_kept_whole_beside_an_item_that_is_not(house: House, changes: dict[str, Any]) -> None:
    new = message(Status.FAILED, **changes)
    event = {name: changes.get(other) for name, other in (("failure", "failure"), ("reason", "status_reason"))}
    if "status_native" in changes:
        event["status_native"] = changes["status_native"]
    stored = house.put(new, **event)
    assert house.store.read(ID).state == stored
    assert _size(house.item()) < ITEM_LIMIT
    assert house.listed(provider="cellcast")[0].id == ID


def test_the_same_text_in_several_places_is_stored_once(house: House) -> None:
    new = message(Status.FAILED, status_reason=MEGABYTE, failure=Failure(message=MEGABYTE))
    house.put(new, reason=MEGABYTE, failure=Failure(message=MEGABYTE))
    assert house.calls.made.count("put_object") == len(house.texts()) == 1


def test_large_reasons_of_a_verified_webhook_alone_are_kept(house: House) -> None:
    events = [observation(status, reason=f"{status} {MEGABYTE}") for status in (Status.FAILED, Status.UNDELIVERED)]
    house.store.add(ID, MessageState(events=merge_observations(events)))
    assert house.store.read(ID).state.timeline == MessageState(events=merge_observations(events)).timeline
    assert _size(house.item()) < ITEM_LIMIT


def test_very_many_large_texts_are_few_requests(house: House) -> None:
    house.put(message(extensions={f"field{i}": f"{i}" * 1_200 for i in range(2_000)}))
    assert house.calls.made.count("put_object") <= 25


def test_ten_thousand_recipients_are_stored_found_and_erased(house: House) -> None:
    people = tuple(
        Party(address=f"person.{i}@example.com", address_raw=f"Person {i} <Person.{i}@Example.com>", name="N" * 60)
        for i in range(10_000)
    )
    new = message(to=people)
    house.put(new)
    assert _size(house.item()) < ITEM_LIMIT
    assert [one.id for one in house.listed(address="person.9999@example.com")] == [ID]
    assert house.erase("PERSON.5000@example.com") == 1
    assert rows(house.dynamodb) == [f"message#{ID}"]
    assert set(house.item()) == TOMBSTONE
    assert house.texts() == []


# A text that can't be read any more


def _gone(house: House) -> None:
    for key in house.texts():
        house.s3.delete_object(Bucket=BUCKET, Key=key)


def _damaged(house: House) -> None:
    for key in house.texts():
        house.s3.put_object(Bucket=BUCKET, Key=key, Body=b'"another text"')


def _denied(house: House) -> None:
    for _ in range(20):
        house.calls.fail("get_object", ClientError({"Error": {"Code": "AccessDenied"}}, "GetObject"))


LOSSES = [_gone, _damaged, _denied]
BIG = message(body=Body(text="x" * 500_000, preview="kept"), to=(Party(address=ADDRESS),))


@pytest.mark.parametrize("lose", LOSSES)
def test_a_text_that_is_lost_is_null_and_told(house: House, lose: Callable[[House], None]) -> None:
    house.put(BIG)
    lose(house)
    read = house.now()
    assert (read.body.text, read.body.preview) == (None, "kept")
    assert [(drift.path, drift.problem) for drift in read.provenance.drift] == [("body.text", "lost")]
    assert [one.body.preview for one in house.listed(provider="cellcast")] == ["kept"]
    assert house.store.read(ID).state.timeline


@pytest.mark.parametrize("lose", LOSSES)
def test_the_next_fetch_brings_a_lost_text_back_though_nothing_has_changed(
    house: House, lose: Callable[[House], None]
) -> None:
    dated = BIG.with_provenance(source_updated_at="2026-06-01T11:00:00.000Z")
    house.put(dated)
    lose(house)
    stored = house.store.read(ID)
    house.store.add(ID, house.record(dated), stored)
    house.calls.failures.clear()
    assert house.now().body.text == "x" * 500_000
    assert house.now().provenance.drift == ()


def test_a_text_that_could_not_be_read_once_is_not_given_up_by_a_write(house: House) -> None:
    house.put(BIG)
    house.calls.fail("get_object", ClientError({"Error": {"Code": "AccessDenied"}}, "GetObject"))
    house.store.add(ID, MessageState(events=merge_observations([observation(Status.DELIVERED)])))
    assert house.now().body.text == "x" * 500_000
    assert house.now().status is Status.DELIVERED


@pytest.mark.parametrize("lose", [_gone, _denied])
def test_what_has_lost_texts_is_erased(house: House, lose: Callable[[House], None]) -> None:
    house.put(BIG)
    lose(house)
    assert house.erase(ADDRESS) == 1
    assert set(house.item()) == TOMBSTONE


@pytest.mark.parametrize(
    "error",
    [ClientError({"Error": {"Code": "SlowDown"}}, "GetObject"), EndpointConnectionError(endpoint_url="x")],
    ids=str,
)
def test_a_bucket_that_is_unavailable_loses_nothing(house: House, error: Exception) -> None:
    house.put(BIG)
    house.calls.fail("get_object", error)
    with pytest.raises(StorageUnavailable):
        house.store.read(ID)
    assert house.now().body.text == "x" * 500_000


def test_a_page_gets_only_the_texts_that_it_can_show(house: House) -> None:
    """A hundred messages of some megabytes each are more than a function has memory for."""
    for number in range(12):
        native_id = f"n{number}"
        new = message(
            id=f"cellcast:default:{native_id}", provider_message_id=native_id, body=Body(text="y" * 2_000_000)
        )
        house.put(new)
    house.calls.made.clear()
    page = house.search.find(parse({"provider": "cellcast", "limit": "100"}))
    assert len(page.items) == 2
    assert page.next_cursor is not None
    assert house.calls.made.count("get_object") <= 3


# How long


def _rules() -> dict[str, int]:
    """Days after which the template deletes objects with the tag, by the tag's value."""
    configuration = load_template(ROOT)["Resources"]["ContentBucket"]["Properties"]["LifecycleConfiguration"]
    rules = json.loads(json.dumps(configuration, default=str))["Rules"]
    return {
        rule["TagFilters"][0]["Value"]: rule["ExpirationInDays"]
        for rule in rules
        if rule.get("TagFilters", [{}])[0].get("Key") == KEEP_TAG
    }


def test_the_template_has_a_rule_for_each_number_of_days() -> None:
    assert _rules() == {str(days): days for days in KEEP_DAYS}
    assert list(KEEP_DAYS) == sorted(set(KEEP_DAYS))
    assert len(KEEP_DAYS) + 10 < 1_000, "S3's limit of a bucket"


@pytest.mark.parametrize("days", [1, 7, 14, 30, 31, 60, 90, 180, 365, 730, 3650, 36_500])
def test_usual_retentions_are_kept_to_within_a_hundredth(days: int) -> None:
    (kept,) = re.findall(r"=(\d+)$", tagging(days)["Tagging"])
    assert days <= int(kept) <= days * 1.01


@pytest.mark.parametrize(("stack", "account"), [(30, 7), (30, 365), (0, 30), (30, None), (0, None)])
def test_a_text_lives_as_long_as_its_row_whatever_the_stack_says(
    dynamodb: Any, s3: Any, clock: Clock, stack: int, account: int | None
) -> None:
    house = House(dynamodb, s3, clock, stack)
    for _ in range(2):  # a second write lengthens both
        clock.now += 5 * SECONDS_PER_DAY
        new = BIG.with_provenance(fetched_at=f"2026-06-{int(clock.now) % 28 + 1:02d}T12:00:00.000Z")
        house.store.add(ID, house.record(new, reason=str(clock.now)), retention_days=account)
    days = stack if account is None else account
    (key,) = house.texts()
    tags = {tag["Key"]: tag["Value"] for tag in s3.get_object_tagging(Bucket=BUCKET, Key=key)["TagSet"]}
    if not days:
        assert tags == {}
        assert "expires_at" not in house.item()
        return
    expires_at = int(house.item()["expires_at"]["N"])
    assert expires_at == int(clock.now) + days * SECONDS_PER_DAY
    assert _rules()[tags[KEEP_TAG]] == days
    clock.now = expires_at - 1
    assert house.now().body.text == "x" * 500_000
    clock.now = expires_at
    assert house.store.read(ID).state == MessageState()
    assert house.listed(provider="cellcast") == []


def test_what_has_expired_is_stored_anew_as_if_it_had_never_been_there(dynamodb: Any, s3: Any, clock: Clock) -> None:
    house = House(dynamodb, s3, clock, 2)
    house.put(BIG)
    clock.now += 2 * SECONDS_PER_DAY
    again = message(Status.READ)
    house.put(again)
    assert [event.status for event in house.store.read(ID).state.timeline] == [Status.READ]
    assert int(house.item()["expires_at"]["N"]) == int(clock.now) + 2 * SECONDS_PER_DAY


def test_what_has_expired_and_waits_for_its_deletion_is_erased(dynamodb: Any, s3: Any, clock: Clock) -> None:
    house = House(dynamodb, s3, clock, 2)
    house.put(BIG)
    clock.now += 3 * SECONDS_PER_DAY
    assert house.listed(address=ADDRESS) == []

    def all_of_them(ids: Any) -> Any:
        return house.store.read_many(ids, expired=True)

    search = Search(table_of(dynamodb), all_of_them, cursor_key(table_of(dynamodb)))
    assert Erasing(table_of(dynamodb), search, house.store, clock).erase(address=ADDRESS).erased == 1
    assert set(house.item()) == TOMBSTONE
    assert house.texts() == []
