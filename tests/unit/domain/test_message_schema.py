"""The published schema and its explanation are in step with the model."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from message_detail.domain import message as schema_module
from message_detail.domain.message import Message, Observation, Part, Provenance, Via
from message_detail.domain.status import RANKS, Status, is_final, outcome_for
from message_detail.entrypoints.openapi.json_schemas import message_schema
from message_detail.providers import names
from tests.recorded import recordings
from tools import field_reference, publish_schema

SMALLEST: dict[str, Any] = {
    "id": "p:default:1",
    "provider": "p",
    "account": "default",
    "provider_message_id": "1",
    "provenance": {"fetched_at": "2026-06-01T12:00:00.000Z"},
}


def test_the_published_schema_is_that_of_the_model() -> None:
    assert publish_schema.FILE.read_text(encoding="utf-8") == publish_schema.text(), (
        "docs/message.schema.json is out of step: run `python -m tools.publish_schema`"
    )


def test_the_published_schema_is_one() -> None:
    Draft202012Validator.check_schema(message_schema())


def test_it_wants_every_key_and_lets_more_come() -> None:
    for definition in _objects(message_schema()):
        assert "additionalProperties" not in definition
        assert set(definition["required"]) == set(definition["properties"])


def test_it_accepts_what_we_answer() -> None:
    validator = Draft202012Validator(message_schema())
    answered = [
        recording.expected()["message"] for name in names() for recording in recordings(name) if recording.succeeds
    ]
    assert answered
    for answer in answered:
        validator.validate(answer)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("provenance", "fetched_at"), "2026-06-01T12:00:00Z"),
        (("timestamps", "sent"), "2026-06-01 12:00:00.000Z"),
        (("billing", "lines"), [{"kind": "price", "amount": "1,5", "unit": None}]),
        (("billing", "lines"), [{"kind": "price", "amount": 1.5, "unit": None}]),
        (("status",), "gone"),
        (("channel",), "pigeon"),
    ],
)
def test_model_and_schema_refuse_what_is_not_canonical(path: tuple[str, ...], value: Any) -> None:
    data = Message.model_validate(SMALLEST).as_json()
    inner = data
    for part in path[:-1]:
        inner = inner[part]
    inner[path[-1]] = value
    with pytest.raises(ValidationError):
        Message.model_validate(data)
    assert not Draft202012Validator(message_schema()).is_valid(data)


def test_the_model_refuses_what_has_no_field() -> None:
    data = Message.model_validate(SMALLEST).as_json()
    data["body"]["markdown"] = "x"
    with pytest.raises(ValidationError):
        Message.model_validate(data)


def test_every_key_is_written() -> None:
    data = Message.model_validate(SMALLEST).as_json()
    assert set(data) == {field.alias or name for name, field in Message.model_fields.items()}
    assert data["from"] is None
    assert data["engagement"]["opened"] is None
    assert data["extensions"] == {}


def test_the_defaults_of_two_messages_are_apart() -> None:
    one, other = Message.model_validate(SMALLEST), Message.model_validate(SMALLEST)
    one.extensions["x"] = 1
    assert other.extensions == {}


def test_a_message_changes_by_copy() -> None:
    one = Message.model_validate(SMALLEST)
    other = one.with_status(Status.DELIVERED, "DELIVRD", None, None)
    assert (one.status, one.final, one.outcome) == ("unknown", False, "pending")
    assert (other.status, other.final, other.outcome, other.status_native) == ("delivered", True, "success", "DELIVRD")
    with pytest.raises(ValidationError):
        one.status = Status.READ  # type: ignore[misc]  # frozen, as is tested here
    assert one.with_provenance(via=Via.SYNC).provenance == Provenance(
        fetched_at=one.provenance.fetched_at, via=Via.SYNC
    )


# --- docs/message.md


def test_the_explanation_has_a_row_for_each_field() -> None:
    sections = dict(re.findall(r"^## `(\w+)`\n(.*?)(?=^## |\Z)", _explanation(), re.MULTILINE | re.DOTALL))
    models: dict[str, type[Part]] = {
        model.__name__: model for model in Part.__subclasses__() if model.__module__ == schema_module.__name__
    }
    assert {Message, Observation} <= set(models.values())
    assert set(sections) == set(models)
    for name, model in models.items():
        rows = re.findall(r"^\| `([^`]+)` \|", sections[name], re.MULTILINE)
        assert rows == [field.alias or key for key, field in model.model_fields.items()], name


def test_the_explanation_has_each_word() -> None:
    enums = [
        one
        for one in vars(schema_module).values()
        if isinstance(one, type) and issubclass(one, StrEnum) and one is not StrEnum
    ]
    assert Status in enums
    missing = [f"{enum.__name__}.{word}" for enum in enums for word in enum if f"`{word}`" not in _explanation()]
    assert missing == []


def test_the_explanation_has_the_ladder() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \| (yes|no) \| `(\w+)` \|", _explanation(), re.MULTILINE)
    ladder = [(str(one), str(RANKS[one]), "yes" if is_final(one) else "no", str(outcome_for(one))) for one in RANKS]
    assert rows == ladder


def test_the_words_of_amounts_and_references_are_explained() -> None:
    """A provider takes a word that is there, or explains its own."""
    messages = [one.expected()["message"] for name in names() for one in recordings(name) if one.succeeds]
    kinds = {line["kind"] for message in messages for line in message["billing"]["lines"]}
    types = {reference["type"] for message in messages for reference in message["references"]}
    assert kinds == _first_column("kind of amount")
    assert types == _first_column("type of reference")


def _first_column(heading: str) -> set[str]:
    """The words of the table with this heading."""
    table = _explanation().partition(f"| {heading} |")[2].partition("\n\n")[0]
    return set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE))


def test_the_tables_of_sources_are_in_step() -> None:
    written = field_reference.PART.read()
    assert written == field_reference.PART.updated(field_reference.reference()), (
        "docs/message.md is out of step with FIELDS: run `python -m tools.field_reference`"
    )


def test_the_tables_of_sources_name_every_field() -> None:
    from message_detail import providers

    written = field_reference.reference()
    for name in names():
        for field in providers.load(name).fields.rules:
            assert f"`{field}`" in written, f"{name}: {field}"


def _explanation() -> str:
    return field_reference.PART.read().partition("## Where each field comes from")[0]


def _objects(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in (schema, *schema["$defs"].values()) if one.get("type") == "object"]


def test_models_are_built_by_their_import_and_not_by_ten_threads_at_once() -> None:
    program = (
        "from pydantic_core import SchemaValidator\n"
        "from message_detail import providers\n"
        "from message_detail.providers.base.document_reader import Payload\n"
        "from message_detail.domain.message import Part\n"
        "for name in providers.names():\n    providers.load(name)\n"
        "models = [Part, Payload]\n"
        "for model in models:\n    models += model.__subclasses__()\n"
        "built = [model for model in models if isinstance(model.__pydantic_validator__, SchemaValidator)]\n"
        "print(len(models), sorted({model.__name__ for model in models} - {model.__name__ for model in built}))"
    )
    layer = Path(__file__).parents[3] / "layers" / "message_detail" / "python"
    said = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(layer)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout
    count, _, deferred = said.strip().partition(" ")
    assert int(count) > 40
    assert deferred == "[]"
