"""The emulator's policies know the partition keys that a request names, as AWS's do."""

from __future__ import annotations

import json
import queue
import re
import threading
import time
from typing import Any

import pytest
from ministack.core import iam_evaluator, lambda_runtime

from local.enforcing_emulator import (
    END,
    LEADING_KEYS,
    end_idle,
    leading_keys,
    whole_log,
    with_end_marked,
    with_leading_keys,
)


def key(pk: str) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": "message"}}


@pytest.mark.parametrize(
    ("request_", "keys"),
    [
        ({"TableName": "t", "Key": key("message#samva:a:1")}, ["message#samva:a:1"]),
        (
            {"TableName": "t", "Item": {**key("message#samva:a:1"), "due_shard": {"S": "samva#0"}}},
            ["message#samva:a:1"],
        ),
        (
            {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": "drift#samva"}}},
            ["drift#samva"],
        ),
        (
            {
                "KeyConditionExpression": "#k = :pk AND sk BETWEEN :a AND :b",
                "ExpressionAttributeNames": {"#k": "pk"},
                "ExpressionAttributeValues": {":pk": {"S": "index#x#0"}, ":a": {"S": "0"}, ":b": {"S": "1"}},
            },
            ["index#x#0"],
        ),
        (
            {
                "IndexName": "due",
                "KeyConditionExpression": "due_shard = :shard AND due_at <= :now",
                "ExpressionAttributeValues": {":shard": {"S": "samva#3"}, ":now": {"S": "2026"}},
            },
            ["samva#3"],
        ),
        ({"RequestItems": {"t": {"Keys": [key("message#a"), key("message#b")]}}}, ["message#a", "message#b"]),
        (
            {
                "RequestItems": {
                    "t": [{"PutRequest": {"Item": key("index#a#0")}}, {"DeleteRequest": {"Key": key("index#b#0")}}]
                }
            },
            ["index#a#0", "index#b#0"],
        ),
        (
            {"TransactItems": [{"Put": {"Item": key("message#a")}}, {"Delete": {"Key": key("index#b#0")}}]},
            ["message#a", "index#b#0"],
        ),
        ({"TableName": "t"}, []),
    ],
)
def test_the_partition_keys_of_each_sort_of_request_are_found(request_: dict[str, Any], keys: list[str]) -> None:
    assert leading_keys(request_) == keys


def test_a_key_with_a_line_break_fits_the_wildcard_that_it_fits_on_aws() -> None:
    body = json.dumps({"TableName": "t", "Key": key("index#reference#a\nb#0")}).encode()
    (found,) = with_leading_keys(lambda _: {})(body)[LEADING_KEYS]
    assert iam_evaluator._fnmatch_compile("index#reference#*", False).match(found)


def test_they_come_beside_what_the_emulator_knows() -> None:
    context = with_leading_keys(lambda _body: {"dynamodb:Select": "ALL_ATTRIBUTES"})
    body = json.dumps({"Key": key("token#samva:default")}).encode()
    assert context(body) == {"dynamodb:Select": "ALL_ATTRIBUTES", LEADING_KEYS: ["token#samva:default"]}


@pytest.mark.parametrize("body", [b"", b"no json", b"[]", b'{"Key": 1}', b'{"KeyConditionExpression": "pk = :pk"}'])
def test_a_request_that_names_none_in_a_way_that_can_be_read_is_left_to_the_emulator(body: bytes) -> None:
    assert with_leading_keys(lambda _body: {})(body) == {}


# --- logs


class Worker:
    """What is used of ministack's worker: the lines that a thread of its own reads from the function's process."""

    def __init__(self, *lines: str, seconds: float = 0.0) -> None:
        self._stderr_queue: queue.Queue[str] = queue.Queue()
        self._stderr_thread = threading.Thread(target=self._read, args=(lines, seconds))
        self._stderr_thread.start()

    def _read(self, lines: tuple[str, ...], seconds: float) -> None:
        for line in lines:
            time.sleep(seconds)
            self._stderr_queue.put(line)


def test_lines_that_come_late_are_those_of_their_own_invocation() -> None:
    worker = Worker("one", "two", END, "three", END, seconds=0.06)
    assert whole_log(worker, idle_confirm=0.005) == "one\ntwo"
    assert whole_log(worker) == "three"


def test_a_process_that_ends_without_a_word_keeps_nobody_waiting() -> None:
    worker = Worker("one")
    worker._stderr_thread.join()
    assert whole_log(worker) == "one"


def test_each_end_of_an_invocation_is_marked_before_it_is_told() -> None:
    """As the pinned ministack runs functions."""
    program = with_end_marked(lambda_runtime._PYTHON_WORKER_SCRIPT)
    assert re.findall(
        rf'print\({END!r}, flush=True\); _real_stdout.write\(json.dumps\({{"status": "(\w+)"', program
    ) == [
        "ok",
        "error",
    ]
    compile(program, "worker", "exec")


def test_a_program_that_is_not_known_is_refused() -> None:
    with pytest.raises(ValueError, match="another way"):
        with_end_marked("run()")


class Process:
    """A function's, as the emulator keeps it."""

    def __init__(self, last_used: float, *, in_use: bool = False) -> None:
        self.last_used = last_used
        self.in_use = in_use
        self._lock = threading.Lock()


def test_a_function_that_is_not_called_has_no_process_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[Process] = []
    old, young, busy, at_work = Process(0), Process(90), Process(0, in_use=True), Process(0)
    at_work._lock.acquire()
    pools = {"a": [old], "b": [old, young], "c": [busy, at_work]}
    monkeypatch.setattr(lambda_runtime, "_workers", pools)
    monkeypatch.setattr(lambda_runtime, "kill_workers", ended.extend)
    assert end_idle(45, now=100) == 2
    assert pools == {"a": [], "b": [young], "c": [busy, at_work]}
    assert ended == [old, old]
