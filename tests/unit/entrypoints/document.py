"""Whether an answer is what the OpenAPI document says."""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for

from message_detail.entrypoints.openapi.document import document


def fits(response: dict[str, Any], route: str) -> dict[str, Any]:
    """The answer, once it is of a status, content type and shape that the document has for the route
    (`GET /v1/…`, in the document's own spelling)."""
    method, _, path = route.partition(" ")
    described = document()["paths"][path][method.lower()]["responses"]
    status = str(response["statusCode"])
    assert status in described, f"{route} answers {status}, which the document has not"
    content = described[status].get("content", {})
    kind = response["headers"].get("content-type", "").partition(";")[0]
    assert kind in content, f"{route} answers {status} as {kind}"
    if kind.endswith("json") and kind != "application/x-ndjson":
        problems = [error.message for error in validator(content[kind]["schema"]).iter_errors(_json(response))]
        assert problems == [], f"{route} {status}: {problems[:3]}"
    for name, header in described[status].get("headers", {}).items():
        value = response["headers"][name.lower()]
        if "const" in header["schema"]:
            assert value == header["schema"]["const"]
    return response


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    """A validator of one of the document's schemas, whose references it finds."""
    whole = {**schema, "components": closed(document())["components"]}
    Draft202012Validator.check_schema(whole)
    assert validator_for(whole, Draft202012Validator) is Draft202012Validator
    return Draft202012Validator(whole)


def closed(whole: dict[str, Any]) -> dict[str, Any]:
    """A document whose models take no further keys: clients ignore them, tests don't."""
    components = whole["components"]
    schemas = {
        name: {"additionalProperties": False, **schema} if "properties" in schema else schema
        for name, schema in components["schemas"].items()
    }
    return {**whole, "components": {**components, "schemas": schemas}}


def _json(response: dict[str, Any]) -> Any:
    from tests.unit.entrypoints.events import body_of

    return body_of(response)
