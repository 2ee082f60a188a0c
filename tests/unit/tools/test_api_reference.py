"""docs/api.md says what the OpenAPI document says."""

from __future__ import annotations

import re

import pytest

from message_detail.entrypoints.http import MAX_BODY_BYTES
from message_detail.entrypoints.openapi.document import document
from message_detail.providers.base.webhook import MAX_BYTES
from tools import api_reference

PAGE = api_reference.PART.read()


def test_the_page_is_in_step_with_the_document() -> None:
    in_step = api_reference.PART.updated(api_reference.reference())
    assert in_step == PAGE, "docs/api.md is out of step: run `python -m tools.api_reference`"


@pytest.mark.parametrize(
    "route", [f"{method.upper()} {path}" for path, methods in document()["paths"].items() for method in methods]
)
def test_every_route_is_told_with_its_parameters_and_answers(route: str) -> None:
    method, _, path = route.partition(" ")
    operation = document()["paths"][path][method.lower()]
    section = PAGE.partition(f"\n## {route}\n")[2].partition("\n## ")[0]
    for parameter in operation["parameters"]:
        assert f"`{parameter['name']}`" in section
    for status, answer in operation["responses"].items():
        assert f"| {status} |" in section
        assert answer["description"] in section


@pytest.mark.parametrize("method", ["getMessage", "listMessages", "refreshMessages", "eraseMessages", "receiveWebhook"])
def test_the_routes_that_take_something_have_an_example(method: str) -> None:
    route = next(
        f"{verb.upper()} {path}"
        for path, methods in document()["paths"].items()
        for verb, operation in methods.items()
        if operation["operationId"] == method
    )
    assert "```http" in PAGE.partition(f"\n## {route}\n")[2].partition("\n## ")[0]


def test_what_the_page_links_to_on_itself_is_there() -> None:
    headings = {line.lstrip("# ").lower() for line in PAGE.splitlines() if line.startswith("#")}
    assert set(re.findall(r"\]\(#([^)]+)\)", PAGE)) <= headings


def test_the_largest_bodies_are_told_as_they_are() -> None:
    assert f"at most {MAX_BODY_BYTES // 2**20} MiB (a webhook's {MAX_BYTES // 2**20} MiB)" in " ".join(PAGE.split())
