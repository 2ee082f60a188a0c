"""The OpenAPI document: every route of the template is in it, and nothing else, and what it says is well-formed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse

from message_detail.entrypoints.openapi.document import document
from message_detail.providers import names
from message_detail.services.search_query import FILTERS, PARAMETERS
from tests.unit.entrypoints.document import validator

ROOT = Path(__file__).resolve().parents[3]
NO_ROUTES = {"POST /v1/webhooks/{proxy}", "GET /console", "GET /console/{proxy}", "GET /v1/docs/{proxy}"}
"""What only says that there is no such thing, and further addresses of a page."""


def template_routes() -> dict[str, bool]:
    """The template's routes as the document spells them, and whether they need a key."""
    resources = yaml_parse((ROOT / "template.yaml").read_text(encoding="utf-8"))["Resources"]
    found = {}
    for resource in resources.values():
        if resource["Type"] != "AWS::Serverless::Function":
            continue
        for event in resource["Properties"].get("Events", {}).values():
            given = event["Properties"]
            if event["Type"] != "HttpApi" or "Path" not in given:
                continue
            path = re.sub(rf"/({'|'.join(names())})(?=/|$)", "/{provider}", given["Path"].replace("+}", "}"))
            if given["Method"] in ("HEAD", "OPTIONS"):
                continue  # a GET without a body; what methods there are
            found[f"{given['Method']} {path}"] = given.get("Auth", {}).get("Authorizer") != "NONE"
    return {route: key for route, key in found.items() if route not in NO_ROUTES}


def operations() -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path}": operation
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    }


def test_the_routes_of_the_template_are_those_of_the_document() -> None:
    greedy = {
        f"GET /v1/messages/{{provider}}/{{message_id}}/{part}" for part in ("timeline", "explanation", "raw")
    }  # served by the route of the message
    assert set(operations()) == set(template_routes()) | greedy


@pytest.mark.parametrize(("route", "needs_key"), template_routes().items())
def test_a_key_is_asked_for_where_the_template_has_the_authorizer(route: str, needs_key: bool) -> None:
    operation = operations()[route]
    assert operation["security"] == ([{"apiKey": []}] if needs_key else [])
    assert {"401", "403"} <= set(operation["responses"]) or not needs_key


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        part = list(part.values())
    if isinstance(part, list):
        for one in part:
            yield from _references(one)


def test_every_reference_leads_to_a_schema_and_every_schema_is_referred_to() -> None:
    schemas = {f"#/components/schemas/{name}" for name in document()["components"]["schemas"]}
    assert set(_references(document())) == schemas


def test_the_model_that_answers_are_made_of_is_told_as_it_is_written() -> None:
    """Message, and so all that holds one, with every key; a problem without the keys that have nothing to say."""
    schemas = document()["components"]["schemas"]
    for name in ("Message", "MessagePage", "SyncProgress", "UsedAccount", "Event"):
        assert set(schemas[name]["required"]) == set(schemas[name]["properties"]), name
    assert set(schemas["Problem"]["properties"]) - set(schemas["Problem"]["required"]) == {
        "correlation_id",
        "provider",
        "account",
        "retry_after",
    }


def test_operation_ids_are_unique() -> None:
    ids = [operation["operationId"] for operation in operations().values()]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("route", operations())
def test_path_parameters_are_declared_and_schemas_are_valid(route: str) -> None:
    operation = operations()[route]
    declared = {one["name"] for one in operation["parameters"] if one["in"] == "path"}
    assert declared == set(re.findall(r"{(\w+)}", route))
    bodies = [operation["requestBody"]] if "requestBody" in operation else []
    for part in (*operation["responses"].values(), *bodies):
        for content in part.get("content", {}).values():
            validator(content["schema"])


def test_the_search_has_all_its_parameters() -> None:
    parameters = [one for one in operations()["GET /v1/messages"]["parameters"] if one["in"] == "query"]
    assert {one["name"] for one in parameters} == set(PARAMETERS)
    assert set(FILTERS) <= {one["name"] for one in parameters}
    assert all(one["description"] for one in parameters)


def test_every_answer_tells_its_correlation_id_and_who_has_a_key_may_bring_one() -> None:
    for route, operation in operations().items():
        assert all("X-Correlation-Id" in answer["headers"] for answer in operation["responses"].values()), route
        taken = "X-Correlation-Id" in {one["name"] for one in operation["parameters"] if one["in"] == "header"}
        assert taken == bool(operation["security"]), route


@pytest.mark.parametrize(
    ("route", "scope"),
    [
        ("GET /v1/messages", "metadata"),
        ("GET /v1/providers", "metadata"),
        ("GET /v1/drift", "metadata"),
        ("GET /v1/providers/{provider}/sync/{sync_id}", "metadata"),
        ("POST /v1/providers/{provider}/sync", "write"),
        ("POST /v1/providers/{provider}/redrive", "write"),
        ("POST /v1/providers/{provider}/resume", "write"),
        ("POST /v1/messages/{provider}/refresh", "write"),
        ("POST /v1/erase", "admin"),
        ("GET /v1/erase/{erase_id}", "admin"),
    ],
)
def test_the_scope_is_told(route: str, scope: str) -> None:
    assert f"`{scope}`" in operations()[route]["description"]


def test_a_parameter_that_must_be_given_is_required() -> None:
    parameters = {
        one["name"]: one.get("required", False) for one in document()["paths"]["/v1/search"]["get"]["parameters"]
    }
    assert [name for name, needed in parameters.items() if needed] == ["q"]
