"""An erasure is a job: whatever dies, comes twice or late, or refuses, all is erased in the end, and counted once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from message_detail.adapters.aws.erasures import MOST_TARGET_BYTES
from message_detail.adapters.aws.message_store import Store
from message_detail.domain.erasure import Erasure, ErasureState
from message_detail.domain.errors import (
    InternalError,
    NoSuchErasure,
    StorageRefused,
    StorageUnavailable,
    Unprocessable,
)
from message_detail.domain.message import Message
from message_detail.domain.tasks import ErasureTask, parse_erasure
from message_detail.providers.base.parties import party
from message_detail.services.erase_job import MOST_REFUSED, STEP
from message_detail.services.erase_runner import YET_TO_COME
from message_detail.services.task_runner import HORIZON_SECONDS, Delivered
from tests.unit.conftest import Clock
from tests.unit.services.erasing import KEY_ID, MAX_RECEIVES, Erasing, task_of
from tests.unit.services.test_erase import ADA, BOB, Room, dies


@pytest.fixture
def room(dynamodb: Any, s3: Any, clock: Clock) -> Room:
    return Room(dynamodb, s3, clock)


@pytest.fixture
def erasing(room: Room) -> Erasing:
    return room.erasing


Erase = Callable[[Store, str, str | None], bool]


def interrupt(monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[str], object], *, after: bool = False) -> None:
    """Something happens just before, or after, each message is erased."""
    original: Erase = Store.erase

    def erase(store: Store, message_id: str, erasure: str | None = None) -> bool:
        if not after:
            meanwhile(message_id)
        done = original(store, message_id, erasure)
        if after:
            meanwhile(message_id)
        return done

    monkeypatch.setattr(Store, "erase", erase)


def refuse(monkeypatch: pytest.MonkeyPatch, error: Exception, *ids: str) -> None:
    """These messages, or all, can't be erased."""

    def meanwhile(message_id: str) -> None:
        if not ids or message_id in ids:
            raise error

    interrupt(monkeypatch, meanwhile)


# --- taken on


def test_an_erasure_says_how_many_it_has_found_and_erases_nothing_yet(room: Room, erasing: Erasing) -> None:
    room.put(1)
    begun = erasing.begin(address=ADA)
    assert (begun.state, begun.messages, begun.erased, begun.left) == (ErasureState.RUNNING, 1, 0, 1)
    assert room.found(ADA) == ["m1"]
    erasing.work()
    ended = erasing.erasures.read(begun.erase_id)
    assert (ended.state, ended.messages, ended.erased, ended.left) == (ErasureState.DONE, 1, 1, 0)
    assert room.found(ADA) == []


def test_where_the_queue_refuses_no_erasure_is_there_that_nobody_works_on(room: Room, erasing: Erasing) -> None:
    room.put(1)
    erasing.queue.refusal = StorageUnavailable("the queue is away")
    with pytest.raises(StorageUnavailable):
        erasing.begin(address=ADA)
    assert "erasure#" not in room.everything()


def test_a_task_that_comes_before_its_erasure_is_written_waits_for_it(room: Room, erasing: Erasing) -> None:
    room.put(1)
    erasure = erasing.erasures.prepare(KEY_ID, "s", 1, erasing.begin(address=ADA).target)
    erasing.queue.sent = [ErasureTask(erase_id=erasure.erase_id)]
    assert erasing.deliver(erasing.queue.sent.pop())
    assert erasing.queue.delays[-1] > 0
    erasing.erasures.begin(erasure)
    erasing.work()
    assert erasing.erasures.read(erasure.erase_id).state is ErasureState.DONE


def test_an_erasure_that_is_written_just_after_its_task_looked_for_it_is_done(
    room: Room, erasing: Erasing, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.put(1)
    begun = erasing.begin(address=ADA)
    read, once = erasing.erasures.read, [NoSuchErasure("not yet")]

    def late(erase_id: str) -> Erasure:
        if once:
            raise once.pop()
        return read(erase_id)

    monkeypatch.setattr(erasing.erasures, "read", late)
    erasing.work()
    assert read(begun.erase_id).state is ErasureState.DONE


def test_a_task_whose_erasure_never_comes_ends(erasing: Erasing) -> None:
    erasing.queue.sent = [ErasureTask(erase_id="0" * 32)]
    assert erasing.work() == YET_TO_COME + 1
    with pytest.raises(NoSuchErasure):
        erasing.erasures.read("0" * 32)


@pytest.mark.parametrize("erase_id", ["", "x", "0" * 31, "0" * 33, "../" + "0" * 29, "0" * 31 + "\n"])
def test_an_id_that_no_erasure_has_is_told_without_a_read(erasing: Erasing, erase_id: str) -> None:
    with pytest.raises(NoSuchErasure):
        erasing.erasures.read(erase_id)


def test_ids_that_are_too_long_together_are_refused(erasing: Erasing) -> None:
    ids = [f"samva:default:{number:04d}{'x' * 900}" for number in range(MOST_TARGET_BYTES // 900)]
    with pytest.raises(Unprocessable, match="send fewer"):
        erasing.begin(message_ids=ids, expected=0)
    assert erasing.queue.sent == []


# --- in slices, and whatever dies


def test_a_large_one_is_done_in_slices_and_says_how_far_it_is(room: Room, erasing: Erasing) -> None:
    for number in range(5):
        room.put(number)
    begun = erasing.begin(address=ADA)
    ticking = iter(range(1_000))
    erasing.job._monotonic = lambda: room.clock.now + next(ticking)
    progress = []
    while erasing.queue.sent:
        assert erasing.deliver(erasing.queue.sent.pop(0), seconds=1.5)
        now = erasing.erasures.read(begun.erase_id)
        progress.append((now.state.value, now.erased, now.left))
        ticking = iter(range(1_000))
    assert progress[-1] == ("done", 5, 0)
    assert len(progress) > 2, "one slice would not be the test"
    assert all(erased + left == 5 for _, erased, left in progress)
    assert progress == sorted(progress, key=lambda one: one[1])


def test_time_that_is_up_before_it_begins_does_nothing_and_goes_on(room: Room, erasing: Erasing) -> None:
    room.put(1)
    begun = erasing.begin(address=ADA)
    room.clock.now += 1
    assert erasing.deliver(erasing.queue.sent.pop(), seconds=-1)
    assert erasing.queue.sent == [task_of(begun)]
    erasing.work()
    assert erasing.erasures.read(begun.erase_id).erased == 1


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("by", ["address", "message_ids"])
def test_a_crash_at_any_write_and_redelivery_end_in_all_erased_and_counted_once(
    dynamodb: Any, s3: Any, clock: Clock, by: str, *, after: bool
) -> None:
    crashes, died = 0, True
    while died:
        writes = [0]
        room = Room(dynamodb, s3, clock, writes, after=after)
        ids = [room.put(10 * crashes + number).id for number in range(2)]
        begun = room.erasing.begin(**({"address": ADA} if by == "address" else {"message_ids": ids}))
        (task,) = room.erasing.queue.sent
        writes[0] = crashes + 1
        died = dies(partial(room.erasing.deliver, task))
        writes[0] = 0
        room.erasing.work()
        ended = room.erasing.erasures.read(begun.erase_id)
        assert (ended.state, ended.messages, ended.erased, ended.left) == (ErasureState.DONE, 2, 2, 0)
        assert room.found(ADA) == []
        assert ADA not in room.everything()
        crashes += 1
    assert crashes >= 8


# --- at once, and late


def test_two_erasures_of_one_person_at_once_erase_each_message_once(
    room: Room, erasing: Erasing, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [room.put(number).id for number in range(6)]
    first, second = erasing.begin(address=ADA), erasing.begin(address="0061 491 570 156")
    assert first.subject == second.subject
    erasing.queue.sent.clear()
    once = [lambda: erasing.deliver(task_of(second))]
    interrupt(monkeypatch, lambda message_id: message_id == ids[3] and once and once.pop()())
    assert erasing.deliver(task_of(first))
    ended = [erasing.erasures.read(one.erase_id) for one in (first, second)]
    assert [one.state for one in ended] == [ErasureState.DONE] * 2
    assert sum(one.erased for one in ended) == 6
    assert all(one.erased for one in ended), "both had their part in it"
    assert [one.left for one in ended] == [0, 0]
    assert room.found(ADA) == []


@pytest.mark.parametrize("at", range(3))
def test_a_task_that_is_delivered_twice_at_once_counts_nothing_twice(
    room: Room, erasing: Erasing, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    ids = [room.put(number).id for number in range(3)]
    begun = erasing.begin(address=ADA)
    once = [lambda: erasing.deliver(task_of(begun))]
    interrupt(monkeypatch, lambda message_id: message_id == ids[at] and once and once.pop()(), after=True)
    erasing.work()
    ended = erasing.erasures.read(begun.erase_id)
    assert (ended.state, ended.erased, ended.left) == (ErasureState.DONE, 3, 0)


def test_messages_that_come_in_while_it_runs_are_erased_too(
    room: Room, erasing: Erasing, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = room.put(1)
    begun = erasing.begin(address=ADA)
    late = [lambda: room.put(2), lambda: room.put(3, cc=(party(ADA),), to=(party(BOB),))]
    interrupt(monkeypatch, lambda message_id: late.pop()() if late and message_id != "" else None)
    erasing.work()
    ended = erasing.erasures.read(begun.erase_id)
    assert (ended.messages, ended.erased, ended.left) == (3, 3, 0)
    assert room.found(ADA) == room.found(BOB) == []
    assert first.id


def test_of_ids_those_that_come_in_while_it_runs_are_erased_too(room: Room, erasing: Erasing) -> None:
    stored, late = room.put(1), "cellcast:default:m2"
    begun = erasing.begin(message_ids=[stored.id, late])
    assert begun.messages == 1
    assert room.put(2).id == late
    erasing.work()
    assert erasing.erasures.read(begun.erase_id).erased == 2


def test_a_number_of_another_country_that_comes_in_while_it_runs_is_left_alone(room: Room, erasing: Erasing) -> None:
    room.regions = ("AU",)
    room.put(1, to=(party("211234567", region="AU"),))
    begun = erasing.begin(address="211234567")
    room.put(2, to=(party("211234567", region="NZ"),))
    room.put(3, to=(party("211234567", region="AU"), party("211234567", region="NZ")))
    erasing.work()
    assert erasing.erasures.read(begun.erase_id).erased == 2
    assert room.found("+64211234567") == ["m2"]


def test_more_than_a_step_holds_is_erased_and_counted(room: Room, erasing: Erasing) -> None:
    for number in range(STEP + 3):
        room.put(number)
    assert erasing.erase(address=ADA).erased == STEP + 3


def test_a_contact_of_another_account_that_comes_in_while_it_runs_is_left_alone(room: Room, erasing: Erasing) -> None:
    room.put(1, provider="samva", to=(party(None, contact_id="42"),))
    begun = erasing.begin(contact_id="42", provider="samva")
    other = room.put(2, provider="carecloud", to=(party(None, contact_id="42"),))
    erasing.work()
    assert erasing.erasures.read(begun.erase_id).erased == 1
    assert room.store.read(other.id).revision == 1


# --- what refuses


@pytest.mark.parametrize("error", [StorageRefused("denied"), ValueError("a bug")], ids=["refused", "bug"])
def test_what_can_not_be_erased_keeps_no_other_from_it_and_is_told(
    room: Room, erasing: Erasing, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    ids = [room.put(number).id for number in range(4)]
    with monkeypatch.context() as patch:
        refuse(patch, error, ids[1])
        begun = erasing.begin(address=ADA)
        task = erasing.queue.sent.pop()
        over = [erasing.deliver(task, tries) for tries in range(1, MAX_RECEIVES + 1)]
    bug = not isinstance(error, StorageRefused)
    assert over == ([False] * (MAX_RECEIVES - 1) + [True] if bug else [True] * MAX_RECEIVES)
    ended = erasing.erasures.read(begun.erase_id)
    assert (ended.state, ended.erased, ended.left) == (ErasureState.FAILED, 3, 1)
    assert ended.reason == (InternalError.code if bug else StorageRefused.code)
    assert room.found(ADA) == ["m1"]
    assert erasing.erase(address=ADA).erased == 1, "asked for again, once it is mended"


def test_where_all_refuse_it_is_given_up_soon(room: Room, erasing: Erasing, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(MOST_REFUSED + STEP + 1):
        room.put(number)
    tried: list[str] = []
    interrupt(monkeypatch, tried.append)
    refuse(monkeypatch, StorageRefused("denied"))
    begun = erasing.begin(address=ADA, expected=MOST_REFUSED + STEP + 1)
    erasing.work()
    assert erasing.erasures.read(begun.erase_id).state is ErasureState.FAILED
    assert tried == []


def test_storage_that_is_away_is_waited_for_and_what_was_done_is_noted(
    room: Room, erasing: Erasing, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [room.put(number).id for number in range(3)]
    begun = erasing.begin(address=ADA)
    with monkeypatch.context() as patch:
        refuse(patch, StorageUnavailable("away", retry_after=7), ids[0])
        assert erasing.deliver(erasing.queue.sent.pop())
    assert erasing.queue.delays[-1] >= 7
    assert erasing.erasures.read(begun.erase_id).erased == 2
    erasing.work()
    assert erasing.erasures.read(begun.erase_id).erased == 3


def test_storage_that_stays_away_fails_it_in_the_end(
    room: Room, erasing: Erasing, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.put(1)
    begun = erasing.begin(address=ADA)
    refuse(monkeypatch, StorageUnavailable("away"))
    room.clock.now += HORIZON_SECONDS + 1
    assert erasing.deliver(erasing.queue.sent.pop(), tries=2)
    assert erasing.deliver(task_of(begun), tries=1)
    ended = erasing.erasures.read(begun.erase_id)
    assert (ended.state, ended.reason, ended.left) == (ErasureState.FAILED, "storage_unavailable", 1)
    assert erasing.queue.sent == []


def test_a_task_that_kills_every_container_fails_it_in_the_end(room: Room, erasing: Erasing) -> None:
    """A container that is ended leaves its task on the queue, which delivers it again, and counts."""
    room.put(1)
    begun = erasing.begin(address=ADA)
    assert erasing.deliver(erasing.queue.sent.pop(), tries=MAX_RECEIVES + 1)
    ended = erasing.erasures.read(begun.erase_id)
    assert (ended.state, ended.reason) == (ErasureState.FAILED, InternalError.code)


def test_where_not_even_that_can_be_noted_the_task_stays_on_its_queue(
    room: Room, erasing: Erasing, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.put(1)
    erasing.begin(address=ADA)
    monkeypatch.setattr(type(erasing.erasures), "read", _refusing)
    assert not erasing.deliver(erasing.queue.sent.pop(), tries=MAX_RECEIVES + 1)


def _refusing(*_: object) -> None:
    raise StorageRefused("denied")


@pytest.mark.parametrize("body", ["", "{}", "[]", '{"v":1}', '{"v":1,"erase_id":5}', '{"v":2,"erase_id":"e"}'])
def test_what_is_no_task_is_taken_off_the_queue(erasing: Erasing, body: str) -> None:
    assert erasing.runner.end(Delivered("m", body, 1), 0.0)


def test_a_task_of_a_neighbouring_release_is_read() -> None:
    assert parse_erasure('{"v":1,"erase_id":"e","more":[1]}') == ErasureTask(erase_id="e")
    assert parse_erasure('{"v":1,"erase_id":"e","deferrals":"x","correlation_id":7}') == ErasureTask(erase_id="e")


# --- the record


def row_of(room: Room, erase_id: str) -> dict[str, Any]:
    key = {"pk": {"S": f"erasure#{erase_id}"}, "sk": {"S": "erasure"}}
    item: dict[str, Any] = room.dynamodb.get_item(TableName="messages", Key=key)["Item"]
    return item


def test_the_record_outlives_the_job_and_leads_to_nobody(room: Room, erasing: Erasing) -> None:
    message: Message = room.put(1)
    begun = erasing.begin(address=ADA)
    assert ADA in row_of(room, begun.erase_id)["target"]["S"], "the job has to know whom"
    room.clock.now += 5
    erasing.work()
    row = row_of(room, begun.erase_id)
    assert set(row) == {
        *("pk", "sk", "state", "key_id", "subject", "messages", "erased", "step"),
        *("asked_at", "changed_at", "ended_at"),
    }, "and no time to live"
    assert row["key_id"] == {"S": KEY_ID}
    assert row["asked_at"]["S"] < row["ended_at"]["S"]
    assert ADA.removeprefix("+") not in str(row)
    assert room.tombstone(message)["erasure"] == {"S": begun.erase_id}


def test_one_that_failed_leads_to_nobody_either(room: Room, erasing: Erasing, monkeypatch: pytest.MonkeyPatch) -> None:
    room.put(1)
    refuse(monkeypatch, StorageRefused("denied"))
    failed = erasing.erase(address=ADA)
    assert failed.state is ErasureState.FAILED
    assert "target" not in row_of(room, failed.erase_id)


def test_a_person_has_one_hash_in_every_spelling_and_it_is_no_plain_one(room: Room, erasing: Erasing) -> None:
    room.regions = ("AU",)
    spelled = {erasing.begin(address=one).subject for one in (ADA, "0491 570 156", "tel:+61-491-570-156", "491570156")}
    assert len(spelled) == 1
    others = {
        erasing.begin(**body).subject
        for body in ({"address": BOB}, {"contact_id": "x"}, {"message_ids": ["samva:default:1"]})
    }
    assert len(others - spelled) == 3
    erasing.eraser._secret = lambda: b"another secret"
    assert erasing.begin(address=ADA).subject not in spelled
