"""The simulators answer in the vendors' shapes, each account with its own messages."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from local.simulators import SIMULATORS, Simulator
from tests.unit.simulators.client import PATHS, assert_holds, call, control, get, login, unwrapped

#: Contract, section 7.
ALLOWED = {
    "carecloud": {"token", "login", "password", "external_application_id", "language", "time_zone"},
    "cellcast": {"token"},
    "highlevel": {
        "token",
        "client_id",
        "client_secret",
        "refresh_token",
        "version",
        "webhook_public_keys",
        "location_id",
    },
    "samva": {"api_key"},
    "portsip": {"token", "username", "password", "domain", "ca_certificate"},
}
FOR_ALL = {"base_url", "default_region", "webhook_secrets", "timeout_seconds", "max_concurrency"}


def test_every_message_is_served_to_its_own_account(simulator: Simulator) -> None:
    for account in simulator.account_names():
        headers = login(simulator, account)
        ids = simulator.message_ids(account)
        assert len(ids) >= (2 if account == "second" else 6)
        for message_id in ids:
            held = simulator.store.get(simulator.owner(account), message_id)
            assert held.shows
            assert unwrapped(simulator, get(simulator, message_id, headers)) == held.message
    ours, theirs = simulator.message_ids(), simulator.message_ids("second")
    twin, alone = set(ours) & set(theirs), set(theirs) - set(ours)
    assert len(twin) == len(alone) == 1
    assert get(simulator, alone.pop(), login(simulator)).status_code == 404
    same = twin.pop()
    first, other = (get(simulator, same, login(simulator, name)) for name in ("default", "second"))
    assert unwrapped(simulator, first) != unwrapped(simulator, other)


def test_accounts_hold_only_the_settings_of_the_contract(simulator: Simulator) -> None:
    for name in simulator.account_names():
        assert set(simulator.account(name)) <= FOR_ALL | ALLOWED[simulator.provider]
        assert simulator.account(name)["base_url"].startswith(f"{simulator.origin}/{simulator.provider}")
    assert control(simulator, "GET", "accounts")["second"] == simulator.account("second")


@pytest.mark.parametrize(
    ("provider", "expected"),
    [
        ("carecloud", {"error": {"type": "unauthorized_exception"}}),
        ("cellcast", {"code": 401, "message": "Please authenticate"}),
        ("highlevel", {"statusCode": 401, "message": "Invalid token: access token is invalid"}),
        ("samva", {"_tag": "UnauthorizedError"}),
        ("portsip", {"errors": [{"code": "UNAUTHORIZED"}]}),
    ],
)
def test_wrong_credentials_are_refused_in_the_vendors_words(provider: str, expected: dict[str, Any]) -> None:
    simulator = SIMULATORS[provider]()
    headers = {"authorization": "Bearer wrong", "x-api-key": "wrong", "version": "v3"}
    answer = get(simulator, simulator.message_ids()[0], headers)
    assert answer.status_code == 401
    assert_holds(answer.json(), expected)
    assert get(simulator, simulator.message_ids()[0], {}).status_code == 401


@pytest.mark.parametrize(
    ("provider", "message_id", "status", "expected"),
    [
        (
            "carecloud",
            "8f00",
            404,
            {"error": {"error_data": {"resource_name": "messages", "resource_id": "8f00"}}},
        ),
        (
            "cellcast",
            "6a1c0de5f0aa11bb22cc33ff",
            404,
            {"status": False, "data": {"message": "Message not found"}},
        ),
        ("cellcast", "not-hex", 500, {"status": False, "error": {"name": "CastError", "path": "_id"}}),
        ("cellcast", "", 400, {"status": False, "message": "Message ID is required"}),
        ("highlevel", "Nothing", 404, {"statusCode": 404, "message": "Message not found"}),
        (
            "samva",
            "msg_none",
            404,
            {"_tag": "ResourceNotFoundError", "resource": "message", "id": "msg_none"},
        ),
        ("samva", "odd", 422, {"_tag": "ValidationError", "fields": {"id": ["Invalid uuid"]}}),
        ("portsip", "bm9uZQ==", 404, {"errors": [{"code": "NOT_FOUND"}]}),
    ],
)
def test_a_message_that_is_not_there(provider: str, message_id: str, status: int, expected: dict[str, Any]) -> None:
    simulator = SIMULATORS[provider]()
    answer = get(simulator, message_id, login(simulator))
    assert answer.status_code == status
    assert_holds(answer.json(), expected)


def test_carecloud_tells_a_deleted_message_and_answers_in_the_language_asked_for() -> None:
    simulator = SIMULATORS["carecloud"]()
    message_id, headers = simulator.message_ids()[0], login(simulator)
    control(simulator, "DELETE", "message", message_id=message_id)
    answer = get(simulator, message_id, headers)
    assert answer.status_code == 400
    assert_holds(answer.json(), {"error": {"error_data": {"invalid_params": [{"reason": "deleted"}]}}})
    assert answer.json()["error"]["title"] == "Neplatný parametr"
    english = get(simulator, message_id, {**headers, "accept-language": "en"})
    assert english.json()["error"]["title"] == "Bad input parameter"


@pytest.mark.parametrize("message_id", ["a/b", "../x", "a+b=c", "žluťoučký 😀", "50%", "%2F", "a?b#c", ".."])
def test_an_odd_id_is_one_id(simulator: Simulator, message_id: str) -> None:
    held = {**simulator.store.all("default")[0].message, simulator.id_field: message_id}
    control(simulator, "POST", "message", message=held)
    url = simulator.base_url + PATHS[simulator.provider]
    # httpx resolves dots by itself, as many clients do: they are sent encoded.
    encoded = quote(message_id, safe="").replace(".", "%2E")
    answer = call(simulator, "GET", url + encoded, headers=login(simulator))
    assert unwrapped(simulator, answer)[simulator.id_field] == message_id
    assert simulator.requests("message")[-1]["message_id"] == message_id


def test_second_calls() -> None:
    carecloud = SIMULATORS["carecloud"]()
    url = f"{carecloud.base_url}/messages/8f0000000000000000000c0001/detail"
    detail = call(carecloud, "GET", url, headers=login(carecloud)).json()["data"]
    assert detail["html_body"].startswith("<p>Dear")
    assert [one["attachment_format"] for one in detail["attachments"]] == ["general_terms.pdf", "pixel.gif"]

    highlevel = SIMULATORS["highlevel"]()
    headers = login(highlevel)
    meta = unwrapped(highlevel, get(highlevel, "SimMessageEmailOpen1", headers))["meta"]
    emails = [
        call(highlevel, "GET", f"{highlevel.base_url}/conversations/messages/email/{one}", headers=headers).json()
        for one in meta["email"]["messageIds"]
    ]
    assert [email["threadId"] for email in emails] == ["SimMessageEmailOpen1"] * 2
    assert emails[1]["replyToMessageId"] == emails[0]["id"]


def test_highlevel_wants_a_version_and_has_two_envelopes() -> None:
    simulator = SIMULATORS["highlevel"]()
    bearer = {"authorization": login(simulator)["authorization"]}
    message_id = "SimMessageSmsFailed1"
    assert get(simulator, message_id, bearer).status_code == 401
    assert get(simulator, message_id, {**bearer, "version": "1999-01-01"}).status_code == 400
    answer = get(simulator, message_id, {**bearer, "version": "v3"})
    assert answer.json()["message"]["error"] == "Unreachable destination handset"
    assert answer.headers["x-ratelimit-max"] == "100"
    assert int(answer.headers["x-ratelimit-remaining"]) < 100
    control(simulator, "POST", "options", enveloped=False)
    assert get(simulator, message_id, {**bearer, "version": "v3"}).json()["id"] == message_id
