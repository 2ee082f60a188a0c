"""Write docs/api.md from the OpenAPI document and the example events.

Usage: python -m tools.api_reference
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from message_detail.entrypoints.methods import fits
from message_detail.entrypoints.openapi.document import document
from message_detail.providers import names
from tools.make_events import ADDRESS_PROVIDER, EVENTS
from tools.marked import MarkedPart, head, row

PART: Final = MarkedPart("api.md", "reference", "tools.api_reference")
ELSEWHERE = {"Message": "message.md"}
"""Schemas that have a page of their own."""
LONGEST_EXAMPLE: Final = 100
"""Characters of an example that a table has room for."""

Schema = dict[str, Any]


def reference() -> str:
    """The routes, and the schemas that they refer to."""
    return "\n".join([*_routes(), *_schemas()])


def _routes() -> Iterator[str]:
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            yield from _route(f"{method.upper()} {path}", operation)


def _route(name: str, operation: Schema) -> Iterator[str]:
    yield from (f"## {name}", "", f"{operation['summary']}. {operation.get('description', 'Needs no API key.')}", "")
    if operation["parameters"]:
        yield head("parameter", "in", "is", "", "for example")
        yield from map(_parameter, operation["parameters"])
        yield ""
    if "requestBody" in operation:
        needed = "" if operation["requestBody"]["required"] else ", or none"
        yield from (f"Body: {_kind(_schema(operation['requestBody']))}{needed}.", "")
    if example := _example(name):
        yield from ("```http", example, "```", "")
    yield head("answer", "body", "")
    for status, answer in operation["responses"].items():
        body = _kind(_schema(answer)) if "content" in answer else ""
        yield row(status, body, answer["description"])
    yield ""


def _parameter(parameter: Schema) -> str:
    name = f"`{parameter['name']}`{' (required)' if parameter.get('required') else ''}"
    return row(name, parameter["in"], _kind(parameter["schema"]), parameter["description"], f"`{parameter['example']}`")


def _shown(schema: Schema) -> str:
    """An example of a key, where that is no object with a table of its own."""
    (example,) = schema["examples"]
    text = json.dumps(example, ensure_ascii=False)
    return f"`{text}`" if len(text) <= LONGEST_EXAMPLE else ""


def _example(name: str) -> str | None:
    """The example event that is a request to the route: always the same provider's, however many there are."""
    method, _, template = name.partition(" ")
    for path in sorted(EVENTS.glob("*/*.json")):
        if path.parent.name in names() and path.parent.name != ADDRESS_PROVIDER:
            continue
        event = json.loads(path.read_text(encoding="utf-8"))
        is_request = event.get("version") == "2.0" and event.get("type") != "REQUEST"
        if is_request and event["requestContext"]["http"]["method"] == method and fits(template, event["rawPath"]):
            query = f"?{event['rawQueryString']}" if event["rawQueryString"] else ""
            return "\n\n".join(filter(None, [f"{method} {event['rawPath']}{query}", event.get("body")]))
    return None


def _schemas() -> Iterator[str]:
    yield from ("## Bodies", "")
    schemas = document()["components"]["schemas"]
    for name in _told(schemas):
        yield from (f"### {name}", "", " ".join(schemas[name]["description"].split()), "")
        yield head("key", "is", "", "for example")
        required = schemas[name].get("required", [])
        for key, schema in schemas[name]["properties"].items():
            label = f"`{key}`" if key in required else f"`{key}` (may lack)"
            yield row(label, _kind(schema), schema["description"], _shown(schema))
        yield ""


def _told(schemas: Schema) -> list[str]:
    """The objects that routes refer to, and what they are made of, by name."""
    found: set[str] = set()
    left = [document()["paths"]]
    while left:
        part = left.pop()
        if isinstance(part, list):
            left.extend(part)
        elif isinstance(part, dict):
            left.extend(part.values())
            name = _referred(part)
            if name and name not in found and name not in ELSEWHERE:
                found.add(name)
                left.append(schemas[name])
    return sorted(name for name in found if "properties" in schemas[name])


def _schema(part: Schema) -> Schema:
    content = next(iter(part["content"].values()))  # what may come in several types is told by the first
    schema: Schema = content["schema"]
    return schema


def _referred(schema: Schema) -> str | None:
    place = schema.get("$ref")
    return place.rpartition("/")[2] if isinstance(place, str) else None


def _kind(schema: Schema) -> str:
    """What values a schema takes, in a few words."""
    if name := _referred(schema):
        return _named(name)
    if "anyOf" in schema:
        return " or ".join(map(_kind, schema["anyOf"]))
    if schema.get("enum") == list(names()):
        return "a provider's name"
    if "enum" in schema or "const" in schema:
        return ", ".join(f"`{value}`" for value in schema.get("enum", [schema.get("const")])) + _default(schema)
    if "type" not in schema:
        return "any JSON"
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return " or ".join(_words(kind, schema) for kind in kinds) + _default(schema)


def _named(name: str) -> str:
    schema = document()["components"]["schemas"][name]
    if "enum" in schema:
        return _kind(schema)
    return f"[{name}]({ELSEWHERE.get(name, f'#{name.lower()}')})"


def _words(kind: str, schema: Schema) -> str:
    if kind == "array":
        return f"list of {_kind(schema['items'])}{_bounds(schema, 'minItems', 'maxItems')}"
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"object of {_kind(schema['additionalProperties'])}"
    if kind == "integer":
        return f"integer{_bounds(schema, 'minimum', 'maximum')}"
    if schema.get("format") == "date-time" and kind == "string":
        return "time (RFC 3339)"
    return {"string": "text", "null": "null"}.get(kind, kind)


def _bounds(schema: Schema, least: str, most: str) -> str:
    low, high = schema.get(least), schema.get(most)
    if low is None and high is None:
        return ""
    return f" from {low} on" if high is None else f" up to {high}" if low is None else f" ({low} to {high})"


def _default(schema: Schema) -> str:
    return f", by default `{json.dumps(schema['default'])}`" if "default" in schema else ""


if __name__ == "__main__":
    PART.write(reference())
