"""Syncs by each account's schedule: each gets its turn, and what a late one missed."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import Any

import pytest

from message_detail.adapters.aws.sync_state import PageResult
from message_detail.adapters.aws.task_queue import TaskQueue
from message_detail.domain.errors import StorageError, StorageRefused, StorageUnavailable, UnknownAccount
from message_detail.domain.tasks import PageTask
from message_detail.domain.times import from_epoch
from message_detail.entrypoints.reconcile import reconcile_handler
from message_detail.providers.base.account import build
from message_detail.services.reconcile import ASKED_AGAIN_SECONDS, OVERLAP_SECONDS, SYNCS_PER_RUN
from tests.unit.container import Context, make_anew, put
from tests.unit.entrypoints.conftest import Cloud
from tests.unit.entrypoints.timed import CELLCAST, HOUR, Timed


def test_a_sync_is_started_by_the_account_s_schedule(timed: Timed, cloud: Cloud) -> None:
    cloud.put_account("scheduled", token="t", sync_minutes=15)
    timed.lookup(account="scheduled")
    timed.lookup()
    assert timed.run() == {"queued": 0, "syncs": 1}
    (task,) = timed.queued()
    assert isinstance(task, PageTask)
    assert (task.account, task.page, task.until) == ("scheduled", 0, None)
    assert task.since == from_epoch(timed.clock.now - 15 * 60 - OVERLAP_SECONDS)
    assert timed.run()["syncs"] == 0
    timed.clock.now += 15 * 60 - 1
    assert timed.run()["syncs"] == 0
    timed.clock.now += 1
    assert timed.run()["syncs"] == 1
    again = [one for one in timed.queued() if isinstance(one, PageTask)]
    assert [one.sync_id for one in again] == [task.sync_id], "the first one is running still"


def test_without_a_schedule_or_a_use_no_sync_is_started(timed: Timed, cloud: Cloud) -> None:
    cloud.put_account("never-used", token="t", sync_minutes=1)
    timed.lookup()
    timed.clock.now += 59
    assert timed.run() == {"queued": 0, "syncs": 0}


def test_an_account_that_can_not_be_read_does_not_stop_the_others(timed: Timed, cloud: Cloud) -> None:
    cloud.put_account("broken", token="t")
    cloud.put_account("good", token="t", sync_minutes=1)
    timed.lookup(account="broken")
    timed.lookup(account="good")
    cloud.secrets.put_secret_value(SecretId="stack/cellcast/broken", SecretString="{}")
    make_anew("secrets")
    assert timed.run()["syncs"] == 1


def test_a_sync_every_hour_is_the_default_and_0_switches_it_off(timed: Timed, cloud: Cloud) -> None:
    cloud.put_account("usual", token="t")
    cloud.put_account("off", token="t", sync_minutes=0)
    for name in ("usual", "off"):
        timed.health.register("cellcast", name)
    assert timed.run()["syncs"] == 1
    (task,) = timed.queued()
    assert (task.account, task.since) == ("usual", from_epoch(timed.clock.now - HOUR - OVERLAP_SECONDS))
    timed.clock.now += HOUR - 1
    assert timed.run()["syncs"] == 0
    timed.clock.now += 1
    assert timed.run()["syncs"] == 1


def test_an_account_that_is_switched_on_is_found_within_ten_minutes(timed: Timed, cloud: Cloud) -> None:
    timed.health.register("cellcast", "default")
    assert timed.run()["syncs"] == 0
    cloud.secrets.put_secret_value(SecretId="stack/cellcast/default", SecretString='{"token": "t"}')
    make_anew("secrets")
    timed.clock.now += ASKED_AGAIN_SECONDS
    assert timed.run()["syncs"] == 1


def test_a_late_turn_reaches_back_to_the_one_before(timed: Timed, cloud: Cloud) -> None:
    cloud.put_account("scheduled", token="t", sync_minutes=15)
    timed.health.register("cellcast", "scheduled")
    timed.run()
    (task,) = timed.queued()
    timed.book.record(task, PageResult(0, 0, 0, None, last=True))
    began_at = timed.clock.now
    timed.clock.now += 10 * HOUR  # nothing ran meanwhile
    assert timed.run()["syncs"] == 1
    (task,) = timed.queued()
    assert task.since == from_epoch(began_at - OVERLAP_SECONDS)


@pytest.mark.parametrize(("days", "reaches_back"), [(3, 3), (30, 7)])
def test_an_account_that_was_unusable_for_days_is_listed_from_its_last_turn_on(
    timed: Timed, cloud: Cloud, days: int, reaches_back: int
) -> None:
    """However often it was asked in vain meanwhile; a week at most, as for any late turn."""
    cloud.put_account("daily", token="t", sync_minutes=24 * 60)
    timed.health.register("cellcast", "daily")
    timed.run()
    (task,) = timed.queued()
    timed.book.record(task, PageResult(0, 0, 0, None, last=True))
    cloud.secrets.put_secret_value(SecretId="stack/cellcast/daily", SecretString="{}")
    make_anew("secrets")
    timed.clock.now += 24 * HOUR
    due_at = timed.clock.now
    for _ in range(days * 6):
        assert timed.run()["syncs"] == 0
        timed.clock.now += 4 * HOUR
    cloud.secrets.put_secret_value(SecretId="stack/cellcast/daily", SecretString='{"token": "t", "sync_minutes": 1440}')
    make_anew("secrets")
    assert timed.run()["syncs"] == 1
    (task,) = timed.queued()
    late = min(timed.clock.now - due_at, reaches_back * 24 * HOUR)
    assert task.since == from_epoch(timed.clock.now - late - 24 * HOUR - OVERLAP_SECONDS)
    timed.book.record(task, PageResult(0, 0, 0, None, last=True))
    timed.clock.now += 24 * HOUR
    timed.run()
    (task,) = timed.queued()
    assert task.since == from_epoch(timed.clock.now - 24 * HOUR - OVERLAP_SECONDS)


@pytest.mark.parametrize("part", ["queue", "lock"])
@pytest.mark.parametrize("refusal", [StorageUnavailable("away", retry_after=2), StorageRefused("no right")])
def test_a_turn_whose_sync_could_not_be_queued_comes_again(
    timed: Timed, cloud: Cloud, monkeypatch: pytest.MonkeyPatch, part: str, refusal: StorageError
) -> None:
    cloud.put_account("daily", token="t", sync_minutes=24 * 60)
    timed.health.register("cellcast", "daily")
    began_at = timed.clock.now
    timed.run()
    (task,) = timed.queued()
    timed.book.record(task, PageResult(0, 0, 0, None, last=True))
    timed.clock.now += 24 * HOUR

    def refuse(*_: Any) -> Any:
        raise refusal

    target: tuple[object, str] = (timed.book, "start") if part == "lock" else (TaskQueue, "send")
    with monkeypatch.context() as patch, suppress(StorageUnavailable):
        patch.setattr(*target, refuse)
        assert timed.run()["syncs"] == 0
    timed.clock.now += ASKED_AGAIN_SECONDS
    assert timed.run()["syncs"] == 1
    (task,) = timed.queued()
    assert task.since is not None
    assert task.since <= from_epoch(began_at)


def test_the_syncs_of_very_many_accounts_are_spread_and_each_gets_its_turn(
    timed: Timed, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"loc{number:04d}" for number in range(150)]
    for name in names:
        timed.health.register("cellcast", name)
    read: Counter[str] = Counter()

    class Secrets:
        def account(self, provider: str, name: str, keys: Any) -> Any:
            read[name] += 1
            return build(provider, name, {"token": "t"}, keys)

    put(secrets=Secrets())
    started = []
    for _ in range(60):
        started.append(timed.run()["syncs"])
        timed.clock.now += 60
    assert started[:4] == [SYNCS_PER_RUN, SYNCS_PER_RUN, 30, 0]
    assert read == Counter(names), "only what is due is read"
    assert sorted(task.account for task in timed.queued()) == names
    assert timed.run()["syncs"] == SYNCS_PER_RUN, "an hour later the first ones are due again"


def test_accounts_that_can_not_be_used_keep_no_other_from_its_turn(
    timed: Timed, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(SYNCS_PER_RUN):
        timed.health.register("cellcast", f"bad{number:02d}")
    timed.health.register("cellcast", "good")

    class Secrets:
        def account(self, provider: str, name: str, keys: Any) -> Any:
            if name == "good":
                return build(provider, name, {"token": "t"}, keys)
            raise KeyError("a bug") if int(name[3:]) % 2 else UnknownAccount("gone")

    put(secrets=Secrets())
    assert timed.run()["syncs"] == 0
    assert timed.run()["syncs"] == 1
    assert [task.account for task in timed.queued()] == ["good"]


def test_a_run_that_has_no_time_left_starts_no_sync(timed: Timed, cloud: Cloud) -> None:
    cloud.put_account("usual", token="t")
    timed.health.register("cellcast", "usual")
    in_a_hurry = Context()
    in_a_hurry.get_remaining_time_in_millis = lambda: 9_999  # type: ignore[method-assign]
    assert reconcile_handler(CELLCAST, in_a_hurry)["syncs"] == 0
    assert timed.run()["syncs"] == 1


def test_a_location_that_is_not_known_makes_no_sync_of_highlevel(timed: Timed, cloud: Cloud) -> None:
    cloud.put_account("default", provider="highlevel", token="t")
    timed.health.register("highlevel", "default")
    assert reconcile_handler({"provider": "highlevel"}, Context()) == {"queued": 0, "syncs": 0}
    assert timed.queued() == []


def test_syncs_are_started_even_if_what_is_due_can_not_be_read(
    timed: Timed, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud.put_account("usual", token="t")
    timed.health.register("cellcast", "usual")

    def fail(*_: Any) -> Any:
        raise StorageUnavailable("throttled")

    monkeypatch.setattr(timed.index, "due", fail)
    with pytest.raises(StorageUnavailable):
        timed.run()
    assert [task.account for task in timed.queued()] == ["usual"]


def test_a_table_that_refuses_for_good_is_in_the_log_and_starts_no_sync(
    timed: Timed, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud.put_account("usual", token="t")
    timed.health.register("cellcast", "usual")

    def refuse(*_: Any) -> Any:
        raise StorageRefused("no right to write")

    monkeypatch.setattr(timed.book, "is_time", refuse)
    assert timed.run() == {"queued": 0, "syncs": 0}
