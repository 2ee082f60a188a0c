"""The rights of who deploys: those that the template's resources take, and no message's data."""

from __future__ import annotations

import json

import pytest

from tools import deploy_policy
from tools.deploy_policy import MOST_CHARACTERS, OF_DATA, RESOURCES, actions, kinds, policies, registered

STATEMENTS = [one for policy in policies("my-stack", "111122223333", "us-east-1") for one in policy["Statement"]]


def test_the_file_is_what_the_template_takes() -> None:
    assert deploy_policy.FILE.read_text(encoding="utf-8") == deploy_policy.text(), (
        "docs/deploy-policy.json is out of step: run `python -m tools.deploy_policy`"
    )


def test_the_page_says_for_how_many_providers_there_is_room() -> None:
    written = deploy_policy.PART.read()
    assert written == deploy_policy.PART.updated(deploy_policy.quotas()), (
        "docs/deploy.md is out of step: run `python -m tools.deploy_policy`"
    )


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_cloudformation_tells_of_each_kind_of_resource_what_it_takes(kind: str) -> None:
    allowed = {action for statement in STATEMENTS for action in statement["Action"]}
    own = {action for action in registered()[kind] if action.partition(":")[0] in RESOURCES} - OF_DATA
    assert own
    assert own <= allowed


def test_each_policy_is_as_short_as_a_managed_one_must_be() -> None:
    for policy in policies("my-stack", "111122223333", "us-east-1"):
        assert len(json.dumps(policy, separators=(",", ":"))) <= MOST_CHARACTERS


def test_who_deploys_gets_at_no_message_and_no_secret() -> None:
    for statement in STATEMENTS:
        assert not set(statement["Action"]) & OF_DATA, statement["Sid"]
        assert not [action for action in statement["Action"] if action.startswith(("secretsmanager:", "*"))]


def test_what_changes_something_is_for_this_stack() -> None:
    """But for what AWS names by numbers of its own, such as an API."""
    for statement in STATEMENTS:
        if statement["Resource"] == "*":
            assert statement["Sid"] in ("Look", "AccessLog")
        elif statement["Sid"] not in ("Apigateway", "Artifacts"):
            assert any("my-stack" in resource for resource in statement["Resource"]), statement["Sid"]


def test_no_service_is_named_for_nothing() -> None:
    assert all(actions().values())
