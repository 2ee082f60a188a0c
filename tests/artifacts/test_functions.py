"""Every built function, run as Lambda runs it: it does what its events promise, and refuses other events plainly."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import pytest

from local.package import load_template
from local.sam_local.events import function_of
from message_detail.providers import names
from tests.artifacts.conftest import Built
from tests.example_events import PROMISES, load
from tests.rie import ARCHITECTURE, Answer, Rie, functions_of
from tests.running import System
from tools.make_events import EVENTS, ROOT, all_events

TEMPLATE: Final = load_template(ROOT)
FUNCTIONS: Final = sorted(
    name for name, resource in TEMPLATE["Resources"].items() if resource["Type"] == "AWS::Serverless::Function"
)
_OTHERS: Final = tuple(name.capitalize() for name in names()[1:])
#: Those of one provider and of none are tried in every way. The others run the same code: they do what they promise.
WHOLE: Final = [name for name in FUNCTIONS if not name.startswith(_OTHERS)]
SMOKE: Final = [name for name in FUNCTIONS if name.startswith(_OTHERS)]
#: The folder and the name of each function's events.
EVENTS_OF: Final[dict[str, list[tuple[str, str]]]] = {name: [] for name in FUNCTIONS}
for _folder, _made in all_events().items():
    for _name in _made:
        EVENTS_OF[function_of(EVENTS / _folder / f"{_name}.json", TEMPLATE)].append((_folder, _name))
#: Nearly the most that Lambda hands to a function: 6 MB.
LARGE: Final = "x" * 5_900_000
#: An event of each kind, and a few things that are none.
KINDS: Final[Mapping[str, Any]] = {
    "http": load("samva", "lookup"),
    "sqs": load("samva", "worker"),
    "stream": load("changes", "stream"),
    "schedule": load("reconcile", "schedule"),
    "authorization": load("authorizer", "request"),
    "empty": {},
    "list": [1, 2],
    "text": "text",
}
#: What a function takes, by the end of its name; the others are for HTTP.
TAKEN: Final = {
    **dict.fromkeys(("Worker", "Erase", "Deliver"), ("sqs",)),
    **{"Changes": ("stream",), "Reconcile": ("schedule",), "Authorizer": ("authorization",)},
}


@pytest.fixture(scope="module")
def function(request: pytest.FixtureRequest, start: Callable[..., Rie]) -> Iterator[Rie]:
    """A function for all of its tests: loading it takes most of their time."""
    with start(request.param) as rie:
        yield rie


#: The same order in both, so that a function is started once.
each = pytest.mark.parametrize("function", [*WHOLE, *SMOKE], indirect=True)
each_whole = pytest.mark.parametrize("function", WHOLE, indirect=True)


def kind_of(name: str) -> tuple[str, ...]:
    """The kinds of events that a function takes."""
    return next((kinds for ending, kinds in TAKEN.items() if name.endswith(ending)), ("http",))


def problem_of(answer: Answer, status: int) -> Any:
    """The problem that an HTTP function answers with, in which nothing of the code is to be seen."""
    assert not answer.failed, answer.payload
    assert (answer.payload["statusCode"], answer.payload["headers"]["content-type"]) == (
        status,
        "application/problem+json",
    ), answer.payload
    for trace in ("Traceback", "stackTrace", ".py"):
        assert trace not in json.dumps(answer.payload)
    return answer.body()


def test_the_build_has_the_templates_functions(built: Callable[[str], Any]) -> None:
    assert len(FUNCTIONS) == 3 * len(names()) + 11
    assert sorted(functions_of(built(ARCHITECTURE))) == FUNCTIONS
    assert [name for name, events in EVENTS_OF.items() if not events] == []


@each
def test_it_does_what_each_of_its_events_promises(function: Rie, empty: System) -> None:
    for folder, name in EVENTS_OF[function.function.name]:
        empty.empty_table()
        PROMISES[name](Built(function, empty), folder)


@each_whole
def test_it_logs_each_invocation_as_json_and_without_the_key(function: Rie, empty: System) -> None:
    folder, name = EVENTS_OF[function.function.name][0]
    lines = [json.loads(line) for line in function.invoke(load(folder, name)).log if line.startswith("{")]
    assert any(line.get("service") == "message-detail" for line in lines), lines
    assert [line for line in lines if line.get("level") in ("ERROR", "CRITICAL")] == []
    assert "example-key" not in json.dumps(lines)


@each_whole
def test_it_refuses_an_event_of_another_kind_in_plain_words(function: Rie) -> None:
    own = kind_of(function.function.name)
    for kind, event in KINDS.items():
        if kind in own:
            continue
        answer = function.invoke(event)
        if own == ("http",):
            said = problem_of(answer, 400)["detail"]
        else:
            assert answer.payload["errorType"] == "WrongEvent", (kind, answer.payload)
            said = answer.payload["errorMessage"]
        assert said.startswith("this function takes "), kind
        assert said.endswith(": call it as template.yaml does"), kind
        [line] = [json.loads(line) for line in answer.log if '"message":"refused"' in line]
        assert (line["level"], line["error"], line["reason"]) == ("ERROR", "WrongEvent", said)


@each_whole
def test_it_bears_the_largest_event(function: Rie, empty: System) -> None:
    folder, name = EVENTS_OF[function.function.name][-1]
    event = enlarged(load(folder, name))
    answer = function.invoke(event)
    assert not answer.failed, answer.payload
    assert sum(map(len, answer.log)) < 100_000
    if function.function.name in ("Erase", "Changes"):
        assert answer.payload == {"batchItemFailures": []}, "what is no task is taken off the queue"
    elif function.function.name == "Deliver":
        assert answer.payload == {"batchItemFailures": [{"itemIdentifier": event["Records"][0]["messageId"]}]}
    elif "Records" in event:
        assert_only_the_large_task_is_left(answer, event)
    elif name in ("webhook", "refresh", "erase"):
        assert "bytes" in problem_of(answer, 413)["detail"]
        # of a webhook that was refused a sample may be queued, and nothing else
        queued = [provider for provider in empty.stack.task_queue_urls if empty.stack.waiting(provider)]
        assert queued == [] or (name, queued) == ("webhook", [folder])
    elif "statusCode" in answer.payload:
        assert answer.payload["statusCode"] == 200, answer.payload


def enlarged(event: Mapping[str, Any]) -> dict[str, Any]:
    """The event with a very large part where it may have one."""
    large = copy.deepcopy(dict(event))
    if "Records" in large:
        large["Records"][0]["body"] = LARGE
    elif "requestContext" in large:
        large |= {"body": LARGE}
    else:
        large["detail"] = {"text": LARGE}
    return large


def assert_only_the_large_task_is_left(answer: Answer, event: Mapping[str, Any]) -> None:
    """It stays on its queue, since the dead-letter queue doesn't take it, and the log says so."""
    assert answer.payload == {"batchItemFailures": [{"itemIdentifier": event["Records"][0]["messageId"]}]}
    assert [line for line in answer.log if '"message":"dead letter refused"' in line]
