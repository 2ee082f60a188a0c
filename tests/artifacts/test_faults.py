"""Built functions that are deployed wrongly, or whose provider hangs: what they answer, and what their logs say."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.artifacts.conftest import Built
from tests.example_events import first_message, load
from tests.rie import Answer, Rie
from tests.running import System

Start = Callable[..., Rie]
#: Seconds: more than the function keeps for itself at the end, and than a busy machine takes for an answer.
LIMIT = 6


def refusal(answer: Answer) -> dict[str, Any]:
    """The one line of the log that says why nothing was done."""
    [line] = [json.loads(line) for line in answer.log if '"message":"refused"' in line]
    assert line["level"] == "ERROR"
    return dict(line)


@pytest.mark.parametrize(
    ("name", "folder", "event", "variable"),
    [
        ("SamvaLookup", "samva", "lookup", "TABLE_NAME"),
        ("CellcastWebhook", "cellcast", "webhook", "QUEUE_URL"),
        ("Messages", "messages", "search", "TABLE_NAME"),
    ],
)
def test_http_function_without_its_environment_answers_500_and_logs_what_is_missing(
    start: Start, name: str, folder: str, event: str, variable: str
) -> None:
    with start(name, without=(variable,)) as function:
        answer = function.invoke(load(folder, event))
    assert (answer.payload["statusCode"], answer.body()["code"]) == (500, "internal_error")
    assert variable not in answer.payload["body"]
    assert f"not set in the function's environment: {variable}; template.yaml" in refusal(answer)["reason"]


@pytest.mark.parametrize(
    ("name", "folder", "event", "variable"),
    [
        ("PortsipWorker", "portsip", "worker", "TABLE_NAME"),
        ("Reconcile", "reconcile", "schedule", "QUEUE_URLS"),
        ("Authorizer", "authorizer", "request", "API_KEYS_SECRET"),
    ],
)
def test_other_function_without_its_environment_fails_and_says_what_is_missing(
    start: Start, name: str, folder: str, event: str, variable: str
) -> None:
    with start(name, without=(variable,)) as function:
        answer = function.invoke(load(folder, event))
    assert answer.payload["errorType"] == "NotConfigured"
    assert answer.payload["errorMessage"] == refusal(answer)["reason"]
    assert f"not set in the function's environment: {variable}; template.yaml" in answer.payload["errorMessage"]


def test_a_lookup_whose_provider_hangs_answers_before_lambda_ends_it(start: Start, empty: System) -> None:
    with start("SamvaLookup", timeout=LIMIT) as function:
        function.invoke({})  # loaded, so that the limit is for the call alone
        empty.simulators["samva"].fault("hang")
        answer = function.invoke(load("samva", "lookup"))
        assert (answer.payload["statusCode"], answer.body()["code"]) == (504, "provider_timeout"), answer
        empty.simulators["samva"].reset()
        empty.empty_table()  # the circuit's state is there
        assert function.invoke(load("samva", "lookup")).payload["statusCode"] == 200


def test_a_worker_whose_provider_hangs_puts_its_tasks_off_before_lambda_ends_it(start: Start, empty: System) -> None:
    with start("SamvaWorker", timeout=LIMIT) as function:
        function.invoke({})
        empty.simulators["samva"].fault("hang")
        tasks = load("samva", "worker")
        assert Built(function, empty).invoke(tasks) == {"batchItemFailures": []}
    assert empty.stack.waiting("samva") == len(tasks["Records"])
    assert Built(function, empty).stored("samva", first_message("samva")) is None
