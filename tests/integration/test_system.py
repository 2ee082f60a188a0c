"""That the running system is whole: functions start, answer by the contract, have no right too many."""

from __future__ import annotations

import json

import pytest

from tests.integration.conftest import System

PROVIDERS = ("carecloud", "cellcast", "highlevel", "samva", "portsip")


def test_health_needs_no_key(system: System) -> None:
    answer = system.get("/v1/health", key=None)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_message_of_each_provider_is_looked_up(system: System, provider: str) -> None:
    message_id = system.simulators[provider].message_ids()[0]
    answer = system.get(f"/v1/messages/{provider}/{message_id}")
    assert answer.status_code == 200, answer.text
    assert answer.json()["id"] == f"{provider}:default:{message_id}"


@pytest.mark.parametrize("key", [None, "none", "write"])
def test_a_message_is_not_shown_without_the_scope(system: System, key: str | None) -> None:
    message_id = system.simulators["cellcast"].message_ids()[0]
    answer = system.get(f"/v1/messages/cellcast/{message_id}", key=key)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == ("unauthorized" if key is None else "forbidden")
    assert answer.status_code == answer.json()["status"] == (401 if key is None else 403)


def test_a_removed_right_is_refused(system: System) -> None:
    """Least privilege is really enforced: the same call fails once the function may not send to its queue."""
    iam, functions = system.stack.client("iam"), system.stack.client("lambda")
    name = system.stack.functions["CellcastOperations"]
    role = functions.get_function(FunctionName=name)["Configuration"]["Role"].rpartition("/")[2]
    policy = iam.list_role_policies(RoleName=role)["PolicyNames"][0]
    document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    without = [statement for statement in document["Statement"] if statement["Sid"] != "Queue"]
    body = {"message_ids": [system.simulators["cellcast"].message_ids()[0]]}
    assert system.post("/v1/messages/cellcast/refresh", json=body).status_code == 202
    put = {"RoleName": role, "PolicyName": policy}
    iam.put_role_policy(**put, PolicyDocument=json.dumps(document | {"Statement": without}))
    try:
        refused = system.post("/v1/messages/cellcast/refresh", json=body)
    finally:
        iam.put_role_policy(**put, PolicyDocument=json.dumps(document))
    assert (refused.status_code, refused.json()["code"]) == (503, "storage_unavailable")
    assert system.post("/v1/messages/cellcast/refresh", json=body).status_code == 202
