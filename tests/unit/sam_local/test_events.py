"""Which function an event is for, and what its result means."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from local.package import load_template
from local.sam_local.events import UnknownEvent, chosen, function_of
from local.sam_local.invoke import described
from local.stack import ROOT

TEMPLATE = load_template(ROOT)


def test_every_event_is_for_a_function_and_every_function_has_one() -> None:
    events = chosen([], ROOT)
    assert {event.file for event in events} == set((ROOT / "events").glob("*/*.json"))
    kinds = {name for name, item in TEMPLATE["Resources"].items() if item["Type"] == "AWS::Serverless::Function"}
    assert kinds == {event.function for event in events}


@pytest.mark.parametrize(
    ("event", "function"),
    [
        ("samva/lookup", "SamvaLookup"),
        ("samva/lookup_of_a_timeline", "SamvaLookup"),
        ("operations/redrive", "Operations"),
        ("authorizer/key", "Authorizer"),
        ("messages/list", "Messages"),
    ],
)
def test_the_folder_and_the_beginning_of_the_name_say_which_function(event: str, function: str) -> None:
    assert function_of(ROOT / "events" / f"{event}.json", TEMPLATE) == function


@pytest.mark.parametrize("name", ["samva/lookup", "samva/lookup.json", "events/samva/lookup.json"])
def test_an_event_is_named_with_or_without_its_folder_and_ending(name: str) -> None:
    (event,) = chosen([name], ROOT)
    assert (event.function, event.file) == ("SamvaLookup", ROOT / "events" / "samva" / "lookup.json")


@pytest.mark.parametrize("name", ["samva/nothing", "lookup", "nobody/lookup", "", "/", "../../etc/passwd"])
def test_an_event_that_is_not_there_is_named(name: str) -> None:
    with pytest.raises(UnknownEvent, match="there is no event"):
        chosen([name], ROOT)


def test_an_event_of_no_function_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnknownEvent, match="samva/unheard"):
        function_of(Path("events/samva/unheard.json"), TEMPLATE)


@pytest.mark.parametrize(
    ("result", "good", "text"),
    [
        ({"statusCode": 200, "body": '{"status": "delivered"}'}, True, "200 status delivered"),
        ({"statusCode": 202, "body": '{"accepted": 2}'}, True, "202 accepted 2"),
        ({"statusCode": 401, "body": '{"code": "unauthorized"}'}, False, "401 code unauthorized"),
        ({"statusCode": 200, "body": "<html>\n<p>"}, True, "200 <html> <p>"),
        ({"batchItemFailures": []}, True, "every task done"),
        ({"batchItemFailures": [{"itemIdentifier": "1"}]}, False, "1 of the tasks failed"),
        ({"errorType": "KeyError", "errorMessage": "x"}, False, "KeyError: x"),
        ({"queued": 0}, True, '{"queued": 0}'),
        (None, True, "null"),
    ],
)
def test_a_result_is_told_in_a_few_words(result: Any, good: bool, text: str) -> None:
    assert described(f"a line of the function's own\n{json.dumps(result)}\n") == (good, text)


@pytest.mark.parametrize("output", ["", "\n", "Traceback"])
def test_a_function_without_a_result_has_failed(output: str) -> None:
    assert described(output) == (False, "no result")


def test_a_long_result_is_cut() -> None:
    good, text = described(json.dumps({"statusCode": 200, "body": "x" * 500}))
    assert good
    assert len(text) < 120
