"""Schemas of the document with what each property means and an example, by the tables of texts.

A schema of an answer is open: keys may be added to any answer, and clients ignore what they don't know.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Any, Final

from message_detail.domain.errors import WAIT_STATUSES
from message_detail.entrypoints.openapi import message_texts, texts
from message_detail.providers import names, provider_title

Schema = dict[str, Any]
Told = tuple[str, Any]
"""What something means, and an example; MISSING for none."""
MISSING: Final = object()
ANY_MODEL: Final = "*"
PARAMETERS: Final = "parameters"
WAIT_TOLD: Final = frozenset(map(str, WAIT_STATUSES))


def described(schemas: Mapping[str, Schema], closed: Collection[str]) -> Schema:
    """The schemas of models, by name, with their texts. `closed`: those of requests, which take no further keys."""
    examples = _Examples(schemas)
    return {name: _described(name, schema, name in closed, examples) for name, schema in schemas.items()}


def with_examples(paths: Schema, schemas: Mapping[str, Schema]) -> Schema:
    """Operations, by path and method, with what each parameter means, and an example of each, of bodies and answers."""
    examples = _Examples(schemas)
    return {
        path: {method: _operation(operation, examples) for method, operation in methods.items()}
        for path, methods in paths.items()
    }


def told(model: str, key: str) -> Told:
    """What the tables say of a model's key."""
    lines = _lines()
    meaning, example = lines.get((model, key), ("", MISSING))
    common = lines.get((ANY_MODEL, key), ("", MISSING))
    return meaning or common[0], common[1] if example is MISSING else example


@cache
def _lines() -> dict[tuple[str, str], Told]:
    return dict(_read(with_provider(f"{message_texts.TEXTS}{texts.TEXTS}")))


def with_provider(text: str) -> str:
    """A text of the tables, with a provider where it has none by name."""
    name, *_ = names()
    return text.replace("<provider>", name).replace("<Provider>", provider_title(name))


def _read(table: str) -> Iterator[tuple[tuple[str, str], Told]]:
    for line in filter(None, table.splitlines()):
        name, meaning, example = (part.strip() for part in line.split("|", 2))
        model, _, key = name.partition(".")
        yield (model, key), (meaning, json.loads(example) if example else MISSING)


def _described(name: str, schema: Schema, is_closed: bool, examples: _Examples) -> Schema:
    if "properties" not in schema:
        return schema
    properties = {key: _property(name, key, one, examples) for key, one in schema["properties"].items()}
    made = {**schema, "properties": properties, "examples": [examples.of_model(name)]}
    return made if is_closed else {key: value for key, value in made.items() if key != "additionalProperties"}


def _operation(operation: Schema, examples: _Examples) -> Schema:
    made = {**operation, "parameters": [_parameter(one) for one in operation["parameters"]]}
    if "requestBody" in operation:
        made["requestBody"] = _body(operation["requestBody"], examples)
    made["responses"] = {status: _body(one, examples, status) for status, one in operation["responses"].items()}
    return made


def _parameter(parameter: Schema) -> Schema:
    meaning, example = told(PARAMETERS, parameter["name"])
    words = parameter["schema"].get("enum", (example,))
    example = example if example in words else words[0]  # of a name that means something else elsewhere
    return {"description": meaning, **parameter, **({} if example is MISSING else {"example": example})}


def _body(body: Schema, examples: _Examples, status: str = "") -> Schema:
    """A body with an example; of a problem, one of its status."""
    if "content" not in body:
        return body
    content = {}
    for kind, one in body["content"].items():
        example = examples.of(one["schema"])
        if status in texts.PROBLEMS:
            words = map(with_provider, texts.PROBLEMS[status])
            example = {**example, **dict(zip(("code", "title", "detail"), words, strict=True))}
            example |= {"status": int(status), "type": f"/problems/{example['code']}"}
            if status not in WAIT_TOLD:
                del example["retry_after"]
        content[kind] = {**one, "example": example}
    return {**body, "content": content}


def _property(model: str, key: str, schema: Schema, examples: _Examples) -> Schema:
    meaning = schema.get("description") or told(model, key)[0]
    return {**schema, "description": meaning, "examples": [examples.of_key(model, key, schema)]}


class _Examples:
    """Examples of the document's schemas, put together of those of their properties."""

    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        self._schemas = schemas

    def of_model(self, name: str) -> Any:
        """The table's example, else an object with every key."""
        example = told(name, "")[1]
        if example is not MISSING:
            return example
        schema = self._schemas[name]
        if "properties" not in schema:
            return schema["enum"][0]
        return {key: self.of_key(name, key, one) for key, one in schema["properties"].items()}

    def of_key(self, model: str, key: str, schema: Schema) -> Any:
        """The table's example, else one of what the key holds."""
        example = told(model, key)[1]
        return self.of(schema) if example is MISSING else example

    def of(self, schema: Schema) -> Any:
        """An example of what a schema refers to."""
        if "$ref" in schema:
            return self.of_model(schema["$ref"].rpartition("/")[2])
        if "anyOf" in schema:
            return self.of(schema["anyOf"][0])
        if schema.get("type") == "array":
            return [self.of(schema["items"])]
        return schema.get("examples", [None])[0]
