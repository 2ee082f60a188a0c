"""The document tells of everything what it means, and shows an example that is one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest

from message_detail.entrypoints.openapi import message_texts, texts
from message_detail.entrypoints.openapi.document import document
from message_detail.services.request_model import RequestModel
from tests.unit.entrypoints.document import validator
from tools import message_texts as tool

SCHEMAS: Final = document()["components"]["schemas"]
OBJECTS: Final = {name: schema for name, schema in SCHEMAS.items() if "properties" in schema}


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for group in ("paths", "webhooks"):
        for path, methods in document()[group].items():
            yield from ((f"{method} {path}", operation) for method, operation in methods.items())


@pytest.mark.parametrize("name", OBJECTS)
def test_each_key_says_what_it_means_and_has_an_example(name: str) -> None:
    assert SCHEMAS[name]["description"]
    for key, schema in OBJECTS[name]["properties"].items():
        assert schema["description"], f"a line {name}.{key} lacks in entrypoints/openapi/texts.py"
        assert schema["examples"], f"{name}.{key} has no example: entrypoints/openapi/texts.py"


@pytest.mark.parametrize("name", OBJECTS)
def test_an_example_is_one(name: str) -> None:
    (example,) = OBJECTS[name]["examples"]
    problems = [f"{list(error.path)}: {error.message}" for error in validator(OBJECTS[name]).iter_errors(example)]
    assert problems == []


@pytest.mark.parametrize(
    ("name", "operation"), list(operations()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_each_route_shows_what_is_sent_and_answered(name: str, operation: dict[str, Any]) -> None:
    assert operation["summary"]
    for parameter in operation["parameters"]:
        assert parameter["description"], f"{name}: a line parameters.{parameter['name']} lacks in texts.py"
        assert list(validator(parameter["schema"]).iter_errors(parameter["example"])) == []
    bodies = [operation["requestBody"]] if "requestBody" in operation else []
    for part in (*bodies, *operation["responses"].values()):
        for content in part.get("content", {}).values():
            assert "example" in content
            assert [error.message for error in validator(content["schema"]).iter_errors(content["example"])] == []


def test_an_example_of_a_problem_is_of_its_status() -> None:
    for name, operation in operations():
        for status, answer in operation["responses"].items():
            example = answer.get("content", {}).get("application/problem+json", {}).get("example")
            if example is not None:
                assert example["status"] == int(status), name
                assert example["type"].endswith(example["code"])
                assert ("retry_after" in example) == (status in ("429", "503", "504"))


def test_the_document_says_that_keys_may_be_added_to_answers_and_that_requests_are_closed() -> None:
    assert "ignore keys that they" in document()["info"]["description"]
    requests = {model.__name__ for model in RequestModel.__subclasses__()}
    for name, schema in OBJECTS.items():
        assert (schema.get("additionalProperties") is False) == (name in requests), name


def test_the_texts_of_a_message_are_those_of_its_page() -> None:
    assert tool.FILE.read_text(encoding="utf-8") == tool.module(), "run `python -m tools.message_texts`"


def test_no_text_is_of_a_key_that_is_not_there() -> None:
    keys = {f"{name}.{key}" for name, schema in OBJECTS.items() for key in schema["properties"]}
    parameters = {f"parameters.{one['name']}" for _, operation in operations() for one in operation["parameters"]}
    shared = {f"*.{name.partition('.')[2]}" for name in keys}
    named = [line.split(" | ")[0] for line in texts.TEXTS.split("\n") if line]
    assert [name for name in named if name not in keys | parameters | shared | set(OBJECTS)] == []
    assert len(named) == len(set(named))
    assert message_texts.TEXTS
