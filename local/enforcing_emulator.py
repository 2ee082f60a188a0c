"""ministack as it starts here: with the condition key `dynamodb:LeadingKeys`, with whole logs, and at rest small.

AWS refuses a request by a condition on the partition keys that it names; ministack 1.5 has no such key, and would let
every function at every item.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html

It also takes for an invocation's log what has come when nothing came for 5 ms. On a busy machine the rest was told as
the next invocation's, or lost. Here the log is read to the invocation's end, which the function's process marks.

And it keeps one process of each function for ever, some 60 MB each. Where REST_SECONDS is set, a function that has not
been called for so long has none, and starts anew with the next call.

Run as a program, `python -P enforcing_emulator.py`.
"""

from __future__ import annotations

import json
import os
import queue
import re
import runpy
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NoReturn

from ministack.core import iam_actions, lambda_runtime

LEADING_KEYS: Final = "dynamodb:LeadingKeys"
#: The partition keys of the template's table and of its index. An item of the table can have both.
TABLE_KEY: Final = "pk"
INDEX_KEY: Final = "due_shard"
_EQUALS: Final = re.compile(r"(#?\w+) *= *(:\w+)")

END: Final = "-- end of the invocation --"
REST_SECONDS: Final = "REST_SECONDS"
LOOK_SECONDS: Final = 5.0
LOG_SECONDS: Final = 5.0
"""How long the end of a log is waited for."""
#: How ministack's program for Python functions begins to tell that an invocation is over, well or badly.
_OVER: Final = (
    '_real_stdout.write(json.dumps({"status": "ok", "result": result}',
    '_real_stdout.write(json.dumps({"status": "error", "error": str(e), "trace":',
)

Context = Callable[[bytes], dict[str, Any]]


def leading_keys(request: Mapping[str, Any]) -> list[str]:
    """The values of partition keys that a request of DynamoDB's API names, those of a batch or a transaction alike."""
    return list(_leading_keys(request))


def _leading_keys(request: Mapping[str, Any]) -> Iterator[str]:
    for name in ("Key", "Item"):
        if name in request:
            yield request[name][TABLE_KEY]["S"]
    if "KeyConditionExpression" in request:
        yield from _condition(request)
    for table in request.get("RequestItems", {}).values():
        for key in table.get("Keys", ()) if isinstance(table, dict) else ():
            yield key[TABLE_KEY]["S"]
        for write in table if isinstance(table, list) else ():
            yield from (key for kind in write.values() for key in _leading_keys(kind))
    for part in request.get("TransactItems", ()):
        yield from (key for kind in part.values() for key in _leading_keys(kind))


def _condition(request: Mapping[str, Any]) -> Iterator[str]:
    names, values = request.get("ExpressionAttributeNames", {}), request.get("ExpressionAttributeValues", {})
    partition_key = INDEX_KEY if "IndexName" in request else TABLE_KEY
    for name, value in _EQUALS.findall(request["KeyConditionExpression"]):
        if names.get(name, name) == partition_key:
            yield values[value]["S"]


def with_leading_keys(context_of: Context) -> Context:
    """What gives a request's condition keys, with this one among them where the request names a partition key."""

    def context(body: bytes) -> dict[str, Any]:
        found = context_of(body)
        try:
            keys = leading_keys(json.loads(body))
        except (ValueError, KeyError, TypeError, AttributeError):  # the emulator itself refuses such a request
            keys = []
        # The emulator's wildcards stop at a line's end, which a key may hold; those of AWS don't.
        return found | {LEADING_KEYS: [key.replace("\n", " ") for key in keys]} if keys else found

    return context


def with_end_marked(program: str) -> str:
    """ministack's program for Python functions, made to mark the end of each invocation in its log.

    :raises ValueError: it is none that is known here.
    """
    for over in _OVER:
        if program.count(over) != 1:
            raise ValueError("ministack runs functions in another way than it did: see where an invocation ends")
        program = program.replace(over, f"print({END!r}, flush=True); {over}")
    return program


def whole_log(worker: Any, **_limits: float) -> str:
    """What an invocation has printed, up to the mark; what there is where its process ended before."""
    lines: list[str] = []
    deadline = time.monotonic() + LOG_SECONDS
    while time.monotonic() < deadline:
        is_over = not worker._stderr_thread.is_alive()
        try:
            line = worker._stderr_queue.get(timeout=0.05)
        except queue.Empty:
            if is_over:
                break
            continue
        if line == END:
            break
        lines.append(line)
    return "\n".join(lines)


def keep_small(seconds: float) -> NoReturn:
    """End idle functions from now on; the emulator itself looks twice a minute only, and spares the first of each."""
    while True:
        time.sleep(LOOK_SECONDS)
        end_idle(seconds)


def _is_busy(worker: Any) -> bool:
    """Whether a process is at work: some of its callers only hold its lock."""
    if worker.in_use or not worker._lock.acquire(blocking=False):
        return True
    worker._lock.release()
    return False


def end_idle(seconds: float, now: float | None = None) -> int:
    """End the processes of functions that have not been called for so long; how many."""
    now = time.time() if now is None else now
    ended = []
    with lambda_runtime._lock:
        for key, workers in list(lambda_runtime._workers.items()):
            idle = [worker for worker in workers if now - worker.last_used >= seconds and not _is_busy(worker)]
            ended += idle
            lambda_runtime._workers[key] = [worker for worker in workers if worker not in idle]
    lambda_runtime.kill_workers(ended)
    return len(ended)


if __name__ == "__main__":
    if rest := os.environ.get(REST_SECONDS):
        threading.Thread(target=keep_small, args=(float(rest),), name="rest", daemon=True).start()
    lambda_runtime._PYTHON_WORKER_SCRIPT = with_end_marked(lambda_runtime._PYTHON_WORKER_SCRIPT)
    lambda_runtime.Worker._drain_stderr_bounded = whole_log
    iam_actions.dynamodb_service_context = with_leading_keys(iam_actions.dynamodb_service_context)
    runpy.run_module("ministack", run_name="__main__", alter_sys=True)
