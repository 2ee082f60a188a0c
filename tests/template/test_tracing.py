"""X-Ray is off, and its rights are nobody's, until the parameter turns it on."""

from __future__ import annotations

from typing import Any

import pytest

from tests.template.reading import FUNCTIONS, ROOT
from tools.lint_template import translate


@pytest.fixture(scope="module")
def traced() -> dict[str, Any]:
    """The template as it is deployed with tracing."""
    return translate(ROOT / "template.yaml", Tracing="Active")


def properties(template: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    """Of the resources of a kind, by name."""
    return {name: item["Properties"] for name, item in template["Resources"].items() if item["Type"] == kind}


def may_trace(role: dict[str, Any]) -> bool:
    """Whether a role has the policy that SAM adds for X-Ray."""
    return any("xray" in str(policy).lower() for policy in role["ManagedPolicyArns"])


def test_by_default_nothing_is_traced_and_no_role_may(translated: dict[str, Any]) -> None:
    functions, roles = (properties(translated, f"AWS::{kind}") for kind in ("Lambda::Function", "IAM::Role"))
    assert not any("TracingConfig" in function for function in functions.values())
    assert not any(map(may_trace, roles.values()))


def test_turned_on_every_function_is_traced_and_may_write_its_traces(traced: dict[str, Any]) -> None:
    functions, roles = (properties(traced, f"AWS::{kind}") for kind in ("Lambda::Function", "IAM::Role"))
    assert functions.keys() == FUNCTIONS.keys()
    assert all(function["TracingConfig"] for function in functions.values())
    assert all(may_trace(roles[f"{name}Role"]) for name in functions)


def test_turning_it_on_publishes_new_versions_of_what_answers_requests(
    translated: dict[str, Any], traced: dict[str, Any]
) -> None:
    """A published version is frozen: without a new one the functions behind the API would not be traced."""
    before, after = (set(properties(template, "AWS::Lambda::Version")) for template in (translated, traced))
    assert len(before) == len(after)
    assert not before & after
