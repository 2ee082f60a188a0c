"""Whose webhook it is: the account that the body names, if we have it, else that of the address."""

from __future__ import annotations

import json
import time

import pytest

from tests.unit.webhooks.cloud import Cloud, is_problem
from tests.unit.webhooks.payloads import outbound
from tests.unit.webhooks.schemes import HIGHLEVEL, ONE_OF_EACH, Scheme

each = pytest.mark.parametrize("scheme", ONE_OF_EACH, ids=str)


@each
def test_named_account_is_used(cloud: Cloud, scheme: Scheme) -> None:
    cloud.put_account(scheme, "default", scheme.other_key)
    cloud.put_account(scheme, "second")
    assert cloud.post(scheme.provider, scheme.signed())["statusCode"] == 401
    assert cloud.post(scheme.provider, scheme.signed(), path="/second")["statusCode"] == 200
    assert [task["account"] for task in cloud.tasks(scheme.provider)] == ["second"]


@each
def test_unknown_account_is_404(cloud: Cloud, scheme: Scheme) -> None:
    is_problem(cloud.post(scheme.provider, scheme.signed()), 404, "unknown_account")
    cloud.put_account(scheme)
    is_problem(cloud.post(scheme.provider, scheme.signed(), path="/nobody"), 404, "unknown_account")
    assert cloud.tasks(scheme.provider) == []


@each
@pytest.mark.parametrize("name", ["/a b", "/default/more", "/%2e", "/" + "a" * 65])
def test_name_that_no_account_can_have_is_400(cloud: Cloud, scheme: Scheme, name: str) -> None:
    is_problem(cloud.post(scheme.provider, scheme.signed(), path=name), 400, "invalid_request")


def test_location_with_an_account_of_its_name_is_that_account(cloud: Cloud) -> None:
    cloud.put_account(HIGHLEVEL, "default", HIGHLEVEL.other_key)
    cloud.put_account(HIGHLEVEL, "Loc0000000000000Demo")
    assert cloud.post("highlevel", HIGHLEVEL.signed())["statusCode"] == 200
    assert [task["account"] for task in cloud.tasks("highlevel")] == ["Loc0000000000000Demo"]


def test_location_of_another_account_is_not_proved_by_the_named_ones_key(cloud: Cloud) -> None:
    cloud.put_account(HIGHLEVEL, "Loc0000000000000Demo", HIGHLEVEL.other_key)
    cloud.put_account(HIGHLEVEL, "second")
    assert cloud.post("highlevel", HIGHLEVEL.signed(), path="/second")["statusCode"] == 401
    assert cloud.tasks("highlevel") == []


@pytest.mark.parametrize("location", ["NoSuchLocation", "../default", "", None, "a" * 65])
def test_location_without_an_account_is_the_addresss_account(cloud: Cloud, location: str | None) -> None:
    cloud.put_account(HIGHLEVEL)
    body = json.dumps(outbound(time.time(), locationId=location)).encode()
    assert cloud.post("highlevel", HIGHLEVEL.signed(body))["statusCode"] == 200
    assert [task["account"] for task in cloud.tasks("highlevel")] == ["default"]
