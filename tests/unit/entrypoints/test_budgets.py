"""The worker's time: it returns before it is ended, whatever providers do, and a slow account holds up no other."""

from __future__ import annotations

import threading

import httpx
import pytest

from message_detail.adapters.aws import throttle
from message_detail.domain.tasks import Task
from message_detail.entrypoints.worker import seconds_for_calls
from tests.unit.container import Context
from tests.unit.entrypoints.conftest import Cloud
from tests.unit.entrypoints.events import sqs
from tests.unit.entrypoints.test_worker import delayed, handler, stored, task
from tests.unit.samples import says


def ids(number: int) -> list[str]:
    return [f"6a1c0de5f0aa11bb22cc33{one:02x}" for one in range(number)]


def work(*tasks: Task, context: Context | None = None) -> list[str]:
    """The records of a batch that stay on their queue."""
    result = handler(sqs(*(one.to_json() for one in tasks)), context or Context())
    return [failure["itemIdentifier"] for failure in result["batchItemFailures"]]


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "SLOT_SECONDS", 0.05)


def test_ten_tasks_of_one_place_at_a_provider_that_hangs_make_one_call_and_wait_on_the_queue(cloud: Cloud) -> None:
    cloud.put_account("one-place", token="t", max_concurrency=1, timeout_seconds=20)
    others_gone = threading.Event()

    def hang(_: httpx.Request) -> httpx.Response:
        others_gone.wait(3)
        raise httpx.ReadTimeout("slow")

    cloud.vendor._answers = [hang]
    assert work(*(task("one-place", one) for one in ids(10))) == []
    assert len(cloud.vendor.requests) == 1
    assert (delayed(cloud), cloud.dead()) == (10, [])


def test_tasks_of_another_account_are_done_while_a_slow_one_hangs(cloud: Cloud) -> None:
    cloud.put_account("hangs", token="slow", max_concurrency=1)
    cloud.put_account("well", token="fast")
    well_done, in_time = threading.Event(), []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.headers["authorization"].endswith("slow"):
            in_time.append(well_done.wait(20))
            raise httpx.ReadTimeout("slow")
        well_done.set()
        return says(_id=request.url.path.rpartition("/")[2])

    cloud.vendor._answers = [answer]
    slow, fast = ids(9), "6a1c0de5f0aa11bb22cc44ff"
    assert work(*(task("hangs", one) for one in slow), task("well", fast)) == []
    assert in_time
    assert all(in_time)
    assert stored(cloud) == [f"message#cellcast:well:{fast}"]


def test_slots_are_given_back_however_a_call_ends(cloud: Cloud) -> None:
    cloud.put_account("returns", token="t", max_concurrency=1)
    for how in (httpx.ReadTimeout("slow"), httpx.Response(404), httpx.Response(200, text="<html>"), says()):
        cloud.vendor.then(how)
        work(task("returns"))
    assert len(cloud.vendor.requests) == 4


@pytest.mark.parametrize("left", [0, 500, 900])
def test_no_task_is_begun_with_less_time_than_a_call_needs(cloud: Cloud, left: int) -> None:
    cloud.put_account("hurry", token="t")

    class Hurry(Context):
        def get_remaining_time_in_millis(self) -> int:
            return left

    assert work(*(task("hurry", one) for one in ids(3)), context=Hurry()) == []
    assert cloud.vendor.requests == []
    assert (delayed(cloud), cloud.dead()) == (3, [])


def test_of_the_time_left_a_part_is_kept_for_storing() -> None:
    assert [seconds_for_calls(left) for left in (0, 0.5, 5, 25, 120, 300)] == [0, 0, 4, 22.5, 110, 290]


def test_waiting_for_a_place_is_no_outage_of_the_provider(cloud: Cloud) -> None:
    """Neither the circuit nor `last_error` learns of it."""
    cloud.put_account("busy", token="t", max_concurrency=1)
    others_gone = threading.Event()

    def slow(request: httpx.Request) -> httpx.Response:
        others_gone.wait(1)
        return says(_id=request.url.path.rpartition("/")[2])

    cloud.vendor._answers = [slow]
    for _ in range(2):  # 18 tasks that find no place would open the circuit
        work(*(task("busy", one) for one in ids(10)))
    assert len(cloud.vendor.requests) == 2
    assert (len(stored(cloud)) > 0, delayed(cloud)) == (True, 18)
