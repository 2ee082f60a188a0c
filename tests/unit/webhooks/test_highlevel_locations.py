"""Whose event it is at HighLevel, where one key signs for all locations: its location's, and never another's."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import pytest

from message_detail.adapters.aws.account_directory import UNITS, noted
from message_detail.adapters.aws.secrets import SecretStore
from message_detail.providers.base.webhook import Delivery
from message_detail.providers.highlevel import signature
from message_detail.providers.highlevel.account import SCHEMA
from message_detail.testing import Signed
from tests.unit.webhooks.cloud import STACK, Cloud, body_of, counts, is_problem
from tests.unit.webhooks.schemes.highlevel import HIGHLEVEL, outbound, public_of

OURS = "Loc0000000000000Demo"
THEIRS = "LocOfSomebodyElse001"
VENDOR = "what stands for the vendor's private key"


@pytest.fixture(autouse=True)
def vendors_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that the tests can sign with takes the place of the vendor's published one."""
    monkeypatch.setattr(signature, "PUBLIC_KEY", public_of(VENDOR))


def signed(location: Any = OURS, key: str = HIGHLEVEL.key, **changes: Any) -> Signed:
    body = outbound(time.time(), locationId=location, **changes)
    return HIGHLEVEL.signed(json.dumps(body).encode(), key=key)


def accepted_for(cloud: Cloud) -> list[str]:
    return [task["account"] for task in cloud.tasks("highlevel")]


def is_ignored(cloud: Cloud, response: Any, reason: str = "other_location") -> None:
    assert (response["statusCode"], body_of(response)) == (200, {"ignored": reason})
    assert cloud.tasks("highlevel") == []
    assert cloud.rows() == []


def test_an_event_of_the_accounts_location_is_taken_in(cloud: Cloud) -> None:
    cloud.put_account(HIGHLEVEL)
    assert body_of(cloud.post("highlevel", signed())) == {"accepted": 1}
    assert accepted_for(cloud) == ["default"]


@pytest.mark.parametrize(
    "location", [THEIRS, "../default", "a" * 65, "default", OURS.lower(), OURS + " ", " " + OURS, "Loc", "b:c", "ü"]
)
@pytest.mark.parametrize("path", ["", "/default"])
def test_a_genuine_event_of_another_location_is_ignored(cloud: Cloud, location: str, path: str) -> None:
    cloud.put_account(HIGHLEVEL)
    is_ignored(cloud, cloud.post("highlevel", signed(location), path=path))


def test_ignored_events_of_other_locations_are_counted(cloud: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    cloud.put_account(HIGHLEVEL)
    cloud.post("highlevel", signed(THEIRS))
    assert counts(capsys.readouterr().out)["ignored_other_location"] == 1


@pytest.mark.parametrize("location", ["", None, 17, [OURS], {"id": OURS}, ..., True])
def test_a_genuine_event_without_a_location_is_no_accounts(cloud: Cloud, location: Any) -> None:
    cloud.put_account(HIGHLEVEL)
    is_ignored(cloud, cloud.post("highlevel", signed(location)), "event_without_location")


def test_the_accounts_name_is_its_location_where_none_is_set(cloud: Cloud) -> None:
    cloud.put_account(HIGHLEVEL, THEIRS, location_id=...)
    is_ignored(cloud, cloud.post("highlevel", signed(OURS), path=f"/{THEIRS}"))
    assert body_of(cloud.post("highlevel", signed(THEIRS), path=f"/{THEIRS}")) == {"accepted": 1}
    assert accepted_for(cloud) == [THEIRS]


def test_location_with_an_account_of_its_name_is_that_account(cloud: Cloud) -> None:
    """One address for all installed locations: the account of the address needs not be there."""
    cloud.put_account(HIGHLEVEL, "default", HIGHLEVEL.other_key, location_id=OURS)
    cloud.put_account(HIGHLEVEL, THEIRS, location_id=...)
    assert body_of(cloud.post("highlevel", signed(THEIRS))) == {"accepted": 1}
    assert accepted_for(cloud) == [THEIRS]


@pytest.mark.parametrize("key", [HIGHLEVEL.key, VENDOR])
def test_without_an_account_of_the_address_the_location_finds_its_own(cloud: Cloud, key: str) -> None:
    keys = {} if key == HIGHLEVEL.key else {"webhook_public_keys": ...}
    cloud.put_account(HIGHLEVEL, OURS, location_id=..., **keys)
    assert body_of(cloud.post("highlevel", signed(key=key))) == {"accepted": 1}
    assert accepted_for(cloud) == [OURS]


def test_two_accounts_each_with_a_location_get_their_own_events_only(cloud: Cloud) -> None:
    cloud.put_account(HIGHLEVEL, "a", location_id="LocA")
    cloud.put_account(HIGHLEVEL, "b", location_id="LocB")
    is_ignored(cloud, cloud.post("highlevel", signed("LocB"), path="/a"))
    is_ignored(cloud, cloud.post("highlevel", signed("LocA"), path="/b"))
    is_ignored(cloud, cloud.post("highlevel", signed("b"), path="/a"))
    assert cloud.post("highlevel", signed("LocA"), path="/a")["statusCode"] == 200
    assert cloud.post("highlevel", signed("LocB"), path="/b")["statusCode"] == 200
    assert sorted(accepted_for(cloud)) == ["a", "b"]


def stored_with(cloud: Cloud, location: str, account: str) -> None:
    text = json.dumps(noted({}, SCHEMA.unit_of({"location_id": location}), account))
    name = f"{STACK}/highlevel/{UNITS}"
    try:
        cloud.secrets.create_secret(Name=name, SecretString=text)
    except cloud.secrets.exceptions.ResourceExistsException:
        cloud.secrets.put_secret_value(SecretId=name, SecretString=text)


@pytest.mark.parametrize("default", [OURS, ..., None], ids=["with a location", "without one", "not there"])
def test_under_the_address_of_all_an_event_finds_the_account_that_was_stored_with_its_location(
    cloud: Cloud, default: Any
) -> None:
    if default is not None:
        cloud.put_account(HIGHLEVEL, location_id=default)
    cloud.put_account(HIGHLEVEL, "hamburg", location_id=THEIRS)
    stored_with(cloud, THEIRS, "hamburg")
    assert body_of(cloud.post("highlevel", signed(THEIRS))) == {"accepted": 1}
    assert accepted_for(cloud) == ["hamburg"]


def test_what_the_directory_says_is_held_against_what_the_account_says(cloud: Cloud) -> None:
    cloud.put_account(HIGHLEVEL)
    cloud.put_account(HIGHLEVEL, "moved", location_id="LocElsewhere")
    for account in ("moved", "removed"):
        stored_with(cloud, THEIRS, account)
        response = cloud.post("highlevel", signed(THEIRS))
        assert (response["statusCode"], body_of(response)) == (200, {"ignored": "other_location"})
    assert cloud.tasks("highlevel") == []


def test_an_address_that_names_its_account_is_for_no_others_events(cloud: Cloud) -> None:
    cloud.put_account(HIGHLEVEL, "a", location_id="LocA")
    cloud.put_account(HIGHLEVEL, "b", location_id="LocB")
    stored_with(cloud, "LocB", "b")
    response = cloud.post("highlevel", signed("LocB"), path="/a")
    assert body_of(response) == {"ignored": "other_location"}
    assert cloud.tasks("highlevel") == []


def test_a_forged_event_of_a_stored_location_is_refused(cloud: Cloud) -> None:
    cloud.put_account(HIGHLEVEL)
    cloud.put_account(HIGHLEVEL, "hamburg", location_id=THEIRS)
    stored_with(cloud, THEIRS, "hamburg")
    is_problem(cloud.post("highlevel", signed(THEIRS, key=HIGHLEVEL.other_key)), 401, "signature_invalid")
    assert cloud.tasks("highlevel") == []


def test_an_account_named_like_a_location_with_another_location_id_is_not_it(cloud: Cloud) -> None:
    cloud.put_account(HIGHLEVEL)
    cloud.put_account(HIGHLEVEL, THEIRS, location_id="LocA")
    is_ignored(cloud, cloud.post("highlevel", signed(THEIRS)))


def test_location_of_another_account_is_not_proved_by_the_named_ones_key(cloud: Cloud) -> None:
    cloud.put_account(HIGHLEVEL, THEIRS, HIGHLEVEL.other_key, location_id=...)
    cloud.put_account(HIGHLEVEL, "second")
    assert cloud.post("highlevel", signed(THEIRS), path="/second")["statusCode"] == 401
    assert accepted_for(cloud) == []


def test_a_genuine_event_of_a_location_that_no_account_has_is_acknowledged(cloud: Cloud) -> None:
    """Without an account at the address the vendor's key tells: too many failures, and it stops delivering."""
    is_ignored(cloud, cloud.post("highlevel", signed(THEIRS, key=VENDOR)))
    is_problem(cloud.post("highlevel", signed(THEIRS)), 401, "signature_invalid")


def test_without_a_location_the_default_account_lets_the_vendor_send_again(cloud: Cloud, logged: list[str]) -> None:
    """It may be the event's, and nothing is lost without a word: the log names the setting."""
    cloud.put_account(HIGHLEVEL, location_id=...)
    is_problem(cloud.post("highlevel", signed()), 503, "storage_unavailable")
    assert any("location_id" in line for line in logged)
    assert cloud.tasks("highlevel") == []
    assert cloud.rows() == []


def test_the_default_accounts_missing_location_hinders_no_other(cloud: Cloud) -> None:
    cloud.put_account(HIGHLEVEL, location_id=...)
    cloud.put_account(HIGHLEVEL, THEIRS, location_id=...)
    assert cloud.post("highlevel", signed(THEIRS))["statusCode"] == 200
    assert accepted_for(cloud) == [THEIRS]


@pytest.mark.parametrize("key", [HIGHLEVEL.key, VENDOR])
def test_the_default_accounts_unusable_settings_hinder_no_other(cloud: Cloud, key: str) -> None:
    cloud.put_account(HIGHLEVEL, nonsense=1)
    keys = {} if key == HIGHLEVEL.key else {"webhook_public_keys": ...}
    cloud.put_account(HIGHLEVEL, THEIRS, location_id=..., **keys)
    assert body_of(cloud.post("highlevel", signed(THEIRS, key))) == {"accepted": 1}
    assert accepted_for(cloud) == [THEIRS]
    for location, signing in ((OURS, VENDOR), (OURS, HIGHLEVEL.key), ("LocNobody", VENDOR)):
        is_problem(cloud.post("highlevel", signed(location, signing)), 503, "storage_unavailable")


def test_a_location_inside_the_body_is_not_the_events(cloud: Cloud) -> None:
    cloud.put_account(HIGHLEVEL)
    nested = {"contact": {"locationId": OURS}, **outbound(time.time(), locationId=THEIRS)}
    is_ignored(cloud, cloud.post("highlevel", HIGHLEVEL.signed(json.dumps(nested).encode())))
    text = outbound(time.time(), locationId=THEIRS, body=f'"locationId":"{OURS}"')
    is_ignored(cloud, cloud.post("highlevel", HIGHLEVEL.signed(json.dumps(text).encode())))


def test_a_location_whose_name_is_escaped_is_the_events(cloud: Cloud) -> None:
    cloud.put_account(HIGHLEVEL)
    body = json.dumps(outbound(time.time())).replace('"locationId"', '"location\\u0049d"').encode()
    assert body_of(cloud.post("highlevel", HIGHLEVEL.signed(body))) == {"accepted": 1}


# --- before the proof


def test_what_is_not_signed_is_refused_whatever_its_location(cloud: Cloud) -> None:
    cloud.put_account(HIGHLEVEL)
    cloud.put_account(HIGHLEVEL, THEIRS, location_id=...)
    for location in (OURS, THEIRS, "LocNobody", None, ...):
        body = signed(location).body
        for headers in ({}, {"x-ghl-signature": "N/A"}, {"x-ghl-signature": base64.b64encode(bytes(64)).decode()}):
            is_problem(cloud.post("highlevel", HIGHLEVEL.unsigned(body, headers)), 401, "signature_invalid")
    assert accepted_for(cloud) == []


def test_without_a_signature_neither_a_secret_nor_the_body_is_read(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unread(*_: Any) -> Any:
        raise AssertionError("an account was read")

    monkeypatch.setattr(SecretStore, "account", unread)
    is_problem(cloud.post("highlevel", HIGHLEVEL.unsigned(b'{"' + b"[" * 100_000)), 401, "signature_invalid")


@pytest.mark.parametrize("header", [base64.b64encode(bytes(64)).decode(), "x", ""])
def test_nothing_of_an_unproved_body_is_parsed(cloud: Cloud, monkeypatch: pytest.MonkeyPatch, header: str) -> None:
    cloud.put_account(HIGHLEVEL)

    def parse(_delivery: Delivery) -> Any:
        raise AssertionError("the body was parsed")

    monkeypatch.setattr(Delivery, "json", parse)
    refused = cloud.post("highlevel", HIGHLEVEL.unsigned(signed("LocNobody").body, {"x-ghl-signature": header}))
    is_problem(refused, 401, "signature_invalid")


def test_the_accounts_that_a_stranger_can_have_read_are_two(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud.put_account(HIGHLEVEL)
    asked: list[str] = []
    original = SecretStore.account

    def account(self: Any, provider: str, name: str, keys: Any) -> Any:
        asked.append(name)
        return original(self, provider, name, keys)

    monkeypatch.setattr(SecretStore, "account", account)
    names = ",".join(f'"locationId":"Loc{number}"' for number in range(1_000))
    headers = {"x-ghl-signature": base64.b64encode(bytes(64)).decode()}
    cloud.post("highlevel", HIGHLEVEL.unsigned(f"{{{names}}}".encode(), headers))
    assert asked == ["default", "Loc0"]


def test_an_unreadable_body_with_a_good_signature_is_a_bad_request(cloud: Cloud) -> None:
    cloud.put_account(HIGHLEVEL)
    for body in (b"", b"[]", b"locationId"):
        is_problem(cloud.post("highlevel", HIGHLEVEL.signed(body)), 400, "invalid_request")
