"""Endpoints are the stack's secrets below `endpoint`, found by their names and kept for a minute."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from message_detail.adapters.aws.endpoints import Endpoints
from message_detail.adapters.aws.secrets import SecretStore
from message_detail.domain.errors import EndpointUnusable, NoSuchEndpoint, StorageRefused
from message_detail.domain.events_out.endpoint import Endpoint
from tests.unit.aws import client
from tests.unit.conftest import Calls, Clock
from tests.unit.domain.test_endpoint import GOOD

STACK: Final = "stack"


@pytest.fixture
def secrets(aws: None) -> Any:
    return Calls(client("secretsmanager"))


@pytest.fixture
def endpoints(secrets: Any, clock: Clock) -> Endpoints:
    return Endpoints(SecretStore(secrets, STACK, clock), ["127.0.0.0/8"], clock)


def put(name: str, values: Any, stack: str = STACK) -> None:
    client("secretsmanager").create_secret(Name=f"{stack}/endpoint/{name}", SecretString=json.dumps(values))


def test_an_endpoint_is_found_by_its_name(endpoints: Endpoints) -> None:
    put("crm", GOOD)
    made = endpoints.get("crm")
    assert (made.name, made.url) == ("crm", GOOD["url"])
    assert [str(network) for network in made.allow_networks] == ["127.0.0.0/8"]


def test_all_of_the_stack_are_found_and_nothing_else(endpoints: Endpoints) -> None:
    for name in ("crm", "bi"):
        put(name, GOOD)
    put("other", GOOD, "stack-2")
    client("secretsmanager").create_secret(Name=f"{STACK}/samva/default", SecretString="{}")
    client("secretsmanager").create_secret(Name=f"{STACK}/endpoint/a/b", SecretString="{}")
    assert list(endpoints.all()) == ["bi", "crm"]


def test_more_than_a_page_of_them_are_found(endpoints: Endpoints) -> None:
    names = [f"e{number:03d}" for number in range(130)]
    for name in names:
        put(name, GOOD)
    assert list(endpoints.names()) == names


def test_one_that_cannot_be_used_keeps_no_other_back(endpoints: Endpoints) -> None:
    put("bad", {**GOOD, "secrets": ["hunter2-hunter2-hunter2"]})
    put("list", [1])
    put("crm", GOOD)
    found = endpoints.all()
    assert isinstance(found["crm"], Endpoint)
    assert isinstance(found["bad"], EndpointUnusable)
    assert "hunter2" not in found["bad"].detail
    assert isinstance(found["list"], EndpointUnusable)


def test_one_that_is_not_there_is_said_so(endpoints: Endpoints) -> None:
    with pytest.raises(NoSuchEndpoint, match="no endpoint 'crm'"):
        endpoints.get("crm")
    with pytest.raises(EndpointUnusable):
        endpoints.get("../samva")


def test_they_are_kept_for_a_minute(endpoints: Endpoints, secrets: Any, clock: Clock) -> None:
    put("crm", GOOD)
    for _ in range(3):
        endpoints.all()
        clock.now += 19
    assert sorted(secrets.made) == ["get_secret_value", "list_secrets"]
    client("secretsmanager").put_secret_value(SecretId=f"{STACK}/endpoint/crm", SecretString="{}")
    clock.now += 61
    assert endpoints.all() == {}


def test_a_store_that_refuses_is_told_as_such(endpoints: Endpoints, secrets: Any) -> None:
    from botocore.exceptions import ClientError

    secrets.fail("list_secrets", ClientError({"Error": {"Code": "AccessDeniedException"}}, "ListSecrets"))
    with pytest.raises(StorageRefused):
        endpoints.all()
