"""Keys that are for some providers or accounts only: nothing of the others is shown or done, on any route."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Final

import pytest

from message_detail.domain.reach import Reach
from message_detail.entrypoints.limits import OF_A_PROVIDER, OF_ALL
from message_detail.entrypoints.lookup import lookup_handler
from message_detail.entrypoints.messages import messages_handler
from message_detail.entrypoints.openapi.document import document
from message_detail.entrypoints.operations import operations_handler
from message_detail.providers import load
from tests.unit.container import Context
from tests.unit.entrypoints.conftest import Cloud
from tests.unit.entrypoints.events import body_of, http
from tests.unit.entrypoints.test_lookup import assert_problem
from tests.unit.samples import NATIVE_ID, says

PROVIDER: Final = {"providers": "cellcast"}
ACCOUNT: Final = {"accounts": "cellcast:default"}
OTHER_ACCOUNT: Final = {"accounts": "cellcast:main"}
OTHER_PROVIDER: Final = {"providers": "samva"}
BOTH: Final = {"providers": "cellcast samva", "accounts": "cellcast:default"}

look_up: Callable[..., dict[str, Any]] = lookup_handler(load("cellcast"))


def ask(handler: Callable[..., dict[str, Any]], path: str, limits: dict[str, str], **given: Any) -> dict[str, Any]:
    event = http(path, **given)
    event["requestContext"]["authorizer"]["lambda"] |= limits
    return handler(event, Context())


@pytest.fixture(autouse=True)
def _stored(cloud: Cloud) -> None:
    """A message of each of two accounts, and one of them asked for."""
    cloud.put_account()
    cloud.put_account("main")
    for account in ("default", "main"):
        cloud.vendor.then(says())
        assert ask(look_up, f"/v1/messages/cellcast/{NATIVE_ID}", {}, query=f"account={account}")["statusCode"] == 200


def ids(response: dict[str, Any]) -> list[str]:
    assert response["statusCode"] == 200, response["body"]
    return sorted(one.get("message", one)["account"] for one in body_of(response)["items"])


# --- one message -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["", "/timeline", "/explanation", "/raw"])
@pytest.mark.parametrize(
    ("limits", "accounts"),
    [
        ({}, {"default", "main"}),
        (PROVIDER, {"default", "main"}),
        (ACCOUNT, {"default"}),
        (BOTH, {"default"}),
        (OTHER_ACCOUNT, {"main"}),
        (OTHER_PROVIDER, set()),
        ({"providers": "samva", "accounts": "cellcast:default"}, set()),
    ],
)
def test_a_message_is_shown_by_a_key_that_is_for_its_account(
    part: str, limits: dict[str, str], accounts: set[str]
) -> None:
    for account in ("default", "main"):
        response = ask(look_up, f"/v1/messages/cellcast/{NATIVE_ID}{part}", limits, query=f"account={account}")
        if account in accounts:
            assert response["statusCode"] == 200, response["body"]
        else:
            assert_problem(response, 403, "forbidden")


def test_no_call_is_made_for_a_key_that_is_not_for_the_account(cloud: Cloud) -> None:
    made = len(cloud.vendor.requests)
    assert_problem(ask(look_up, "/v1/messages/cellcast/new", OTHER_ACCOUNT, query="max_age=0"), 403, "forbidden")
    assert len(cloud.vendor.requests) == made


# --- lists -------------------------------------------------------------------------------------------------

QUERIES: Final = (
    "",
    "provider=cellcast",
    "provider=cellcast&status=delivered,sent,queued,sending,received,unknown",
    "address=%2B61491570156",
    "outcome=success",
    "outcome=pending",
)


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("limits", [PROVIDER, ACCOUNT, OTHER_ACCOUNT, BOTH], ids=str)
def test_a_list_shows_what_is_within_reach(query: str, limits: dict[str, str]) -> None:
    reach = Reach.of(*(limits.get(name, "").split() for name in ("providers", "accounts")))
    everything = ids(ask(messages_handler, "/v1/messages", {}, query=query))
    shown = ids(ask(messages_handler, "/v1/messages", limits, query=query))
    assert shown == [account for account in everything if reach.includes("cellcast", account)]


@pytest.mark.parametrize("limits", [ACCOUNT, OTHER_ACCOUNT, OTHER_PROVIDER], ids=str)
def test_an_export_holds_what_is_within_reach(limits: dict[str, str]) -> None:
    lines = str(ask(messages_handler, "/v1/export", limits)["body"]).splitlines()
    accounts = [json.loads(line)["account"] for line in lines]
    assert accounts == [name.partition(":")[2] for name in limits.get("accounts", "").split()]


def test_the_pages_of_a_list_are_full_though_others_stand_in_between() -> None:
    first = body_of(ask(messages_handler, "/v1/messages", OTHER_ACCOUNT, query="address=%2B61491570156&limit=1"))
    assert [item["account"] for item in first["items"]] == ["main"]


@pytest.mark.parametrize("limits", [OTHER_PROVIDER, {"accounts": "samva:default"}, {"providers": "gone"}], ids=str)
def test_a_list_of_nothing_within_reach_is_empty(limits: dict[str, str]) -> None:
    for query in ("", "address=%2B61491570156", "status=delivered", "outcome=failure"):
        assert ids(ask(messages_handler, "/v1/messages", limits, query=query)) == []


@pytest.mark.parametrize("query", ["provider=cellcast", "provider=cellcast&account=default"])
def test_a_list_of_what_is_not_within_reach_is_refused(query: str) -> None:
    for limits in (OTHER_PROVIDER, {"accounts": "samva:default"}):
        assert_problem(ask(messages_handler, "/v1/messages", limits, query=query), 403, "forbidden")
    refused = ask(messages_handler, "/v1/messages", ACCOUNT, query="provider=cellcast&account=main")
    assert "cellcast:default only" in assert_problem(refused, 403, "forbidden")["detail"]


@pytest.mark.parametrize("text", [NATIVE_ID, "%2B61491570156", f"cellcast:main:{NATIVE_ID}"])
def test_a_search_finds_what_is_within_reach(text: str) -> None:
    shown = ids(ask(messages_handler, "/v1/search", ACCOUNT, query=f"q={text}"))
    assert set(shown) <= {"default"}
    assert ids(ask(messages_handler, "/v1/search", OTHER_PROVIDER, query=f"q={text}")) == []


def test_providers_and_their_accounts_are_those_within_reach() -> None:
    def named(limits: dict[str, str]) -> dict[str, list[str]]:
        items = body_of(ask(messages_handler, "/v1/providers", limits))["items"]
        return {one["provider"]: [account["account"] for account in one["accounts"]] for one in items}

    assert named(PROVIDER) == {"cellcast": ["default", "main"]}
    assert named(OTHER_ACCOUNT) == {"cellcast": ["main"]}
    assert named(OTHER_PROVIDER) == {"samva": []}


def test_drift_is_that_of_providers_within_reach(cloud: Cloud) -> None:
    cloud.vendor.then(says(status="brandnew"))
    ask(look_up, f"/v1/messages/cellcast/{NATIVE_ID}", {}, query="max_age=0")
    (row,) = body_of(ask(messages_handler, "/v1/drift", PROVIDER))["items"]
    (masked,) = body_of(ask(messages_handler, "/v1/drift", ACCOUNT))["items"]
    assert masked == row | {"sample": None}, "it may be of another account"
    assert (row["sample"] is not None, row["message_id"]) == (True, NATIVE_ID)
    (other,) = body_of(ask(messages_handler, "/v1/drift", OTHER_ACCOUNT))["items"]
    assert other == masked | {"account": None, "id": None, "message_id": None}
    assert body_of(ask(messages_handler, "/v1/drift", OTHER_PROVIDER))["items"] == []


# --- operations --------------------------------------------------------------------------------------------

OPERATIONS: Final = {
    "/v1/messages/cellcast/refresh": {"message_ids": ["m1"]},
    "/v1/providers/cellcast/sync": {},
    "/v1/providers/cellcast/resume": {},
    "/v1/providers/cellcast/redrive": {"account": "default"},
}


@pytest.mark.parametrize("path", OPERATIONS)
def test_an_operation_is_one_of_an_account_within_reach(cloud: Cloud, path: str) -> None:
    def status(limits: dict[str, str]) -> int:
        response = ask(operations_handler, path, limits, method="POST", body=OPERATIONS[path])
        return int(response["statusCode"])

    assert status(OTHER_ACCOUNT) == status(OTHER_PROVIDER) == 403
    assert cloud.waiting() == []
    assert status(ACCOUNT) in (200, 202)


def test_a_redrive_of_all_accounts_is_for_a_key_of_all() -> None:
    path = "/v1/providers/cellcast/redrive"
    refused = ask(operations_handler, path, ACCOUNT, method="POST", body={})
    assert_problem(refused, 403, "forbidden")


def test_a_sync_is_shown_to_a_key_that_is_for_its_account() -> None:
    started = ask(operations_handler, "/v1/providers/cellcast/sync", {}, method="POST", body={"account": "main"})
    sync = f"/v1/providers/cellcast/sync/{body_of(started)['sync_id']}"
    assert ask(operations_handler, sync, OTHER_ACCOUNT)["statusCode"] == 200
    assert_problem(ask(operations_handler, sync, ACCOUNT), 403, "forbidden")
    listed = "/v1/providers/cellcast/sync"
    assert len(body_of(ask(operations_handler, listed, OTHER_ACCOUNT))["items"]) == 1
    assert body_of(ask(operations_handler, listed, ACCOUNT))["items"] == []


# --- all others --------------------------------------------------------------------------------------------


def test_of_what_concerns_all_such_a_key_can_do_nothing() -> None:
    for method, path, body in (
        ("POST", "/v1/erase", {"address": "+61491570156", "dry_run": True}),
        ("POST", "/v1/erase", {"message_ids": ["cellcast:default:m1"]}),
        ("GET", "/v1/nothing", None),
    ):
        for limits in (PROVIDER, ACCOUNT):
            assert_problem(ask(messages_handler, path, limits, method=method, body=body), 403, "forbidden")


KEYED: Final = [
    path for path, methods in document()["paths"].items() if any(one["security"] for one in methods.values())
]


@pytest.mark.parametrize("path", KEYED)
def test_a_route_that_a_key_with_limits_may_use_is_tried_here(path: str) -> None:
    """A new route is closed to such keys, until it looks at the account and is named among these."""
    filled = re.sub(r"{provider}", "cellcast", path)
    is_open = filled in OF_ALL or OF_A_PROVIDER.fullmatch(re.sub(r"{\w+}", "x", filled)) is not None
    tried = {
        "/v1/messages",
        "/v1/search",
        "/v1/export",
        "/v1/providers",
        "/v1/drift",
        "/v1/me",
        "/v1/session",
        "/v1/messages/{provider}/{message_id}",
        "/v1/messages/{provider}/{message_id}/timeline",
        "/v1/messages/{provider}/{message_id}/explanation",
        "/v1/messages/{provider}/{message_id}/raw",
        "/v1/messages/{provider}/refresh",
        "/v1/providers/{provider}/redrive",
        "/v1/providers/{provider}/resume",
        "/v1/providers/{provider}/sync",
        "/v1/providers/{provider}/sync/{sync_id}",
        "/v1/providers/{provider}/dead-letters",
        "/v1/webhooks/{provider}/rejected",
    }
    assert is_open == (path in tried)
