"""An endpoint's settings: every key, what is wrong in words that name the key, never the value; whom it wants."""

from __future__ import annotations

import base64
from typing import Any, Final

import pytest

from message_detail.domain.errors import EndpointUnusable
from message_detail.domain.events_out.endpoint import Endpoint, build
from message_detail.domain.events_out.event import Event, account_event, message_event, paused_event, trial_event
from tests.unit.samples import T0, odd_id

SECRET: Final = "whsec_" + base64.b64encode(b"k" * 24).decode()
GOOD: Final[dict[str, Any]] = {"url": "https://hooks.example.com/in?x=1", "secrets": [SECRET]}


def endpoint(**changes: Any) -> Endpoint:
    return build("crm", {**GOOD, **changes})


def problem(**changes: Any) -> str:
    values = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    with pytest.raises(EndpointUnusable) as refused:
        build("crm", values)
    return refused.value.detail


def test_what_is_left_out_is_as_the_page_says() -> None:
    made = endpoint()
    assert (made.include, made.mode, made.timeout_seconds, dict(made.headers)) == ("summary", "all", 15.0, {})
    assert made.types is made.providers is made.accounts is made.channels is made.outcomes is None
    assert made.allow_networks == ()


def test_a_list_of_networks_takes_the_place_of_the_default() -> None:
    assert [str(one) for one in build("crm", GOOD, ["127.0.0.0/8"]).allow_networks] == ["127.0.0.0/8"]
    own = build("crm", {**GOOD, "allow_networks": ["10.1.0.0/16"]}, ["127.0.0.0/8"])
    assert [str(one) for one in own.allow_networks] == ["10.1.0.0/16"]


def test_two_endpoints_may_have_one_url() -> None:
    assert build("crm", GOOD).url == build("bi", GOOD).url


def test_what_copying_adds_to_a_secret_is_no_part_of_it() -> None:
    assert endpoint(secrets=[f" v1,{SECRET}\n"]).secrets == (SECRET,)


@pytest.mark.parametrize(
    "secret",
    ["", "topsecret-topsecret-topsecret", "whsec_", "whsec_!!!!", "whsec_c2hvcnQ=", 7, None, "whsec_" + "QUFB" * 40],
    ids=odd_id,
)
def test_a_secret_that_is_none_is_refused_by_its_place_and_never_shown(secret: Any) -> None:
    said = problem(secrets=[SECRET, secret])
    assert "'secrets': number 2 is no secret" in said
    assert str(secret) not in said or len(str(secret)) < 7


@pytest.mark.parametrize("secrets", [[], "whsec_x", {}, [SECRET] * 11], ids=odd_id)
def test_secrets_are_a_list_of_some(secrets: Any) -> None:
    assert "'secrets' must be a list" in problem(secrets=secrets)


def test_unknown_and_missing_keys_are_named() -> None:
    said = problem(url=None, secret=SECRET, Types=[])
    assert "unknown key 'Types'; unknown key 'secret'; 'url' is missing" in said
    assert SECRET not in said


@pytest.mark.parametrize(
    "url",
    [
        "", "hooks.example.com", "ftp://hooks.example.com", "https://", "https:///in", "https://user:pw@example.com/in",
        "https://user@example.com", "https://example.com/#there", "https://example.com:0/", "https://example.com:99999/",
        "https://example.com:x/", "https://exa mple.com", "https://example.com\\@evil.com", "https://exämple.com",
        "https://１２７.0.0.1/", "https://example.com/\n", "https://[::1", "https://[fe80::1%25eth0]/",
        "https://[fe80::1%eth0]/", "https://2130706433/", "https://0x7f000001/", "https://0177.0.0.1/",
        "https://127.1/", "https://0x7f.0.0.1/", "https://%31%32%37.0.0.1/", "https://a..b/", "https://.example.com/",
        "https://" + "a" * 3000, 7, ["https://example.com"],
    ],
    ids=odd_id,
)  # fmt: skip
def test_a_url_that_can_be_read_in_two_ways_or_in_none_is_refused(url: Any) -> None:
    said = problem(url=url)
    assert "'url' must be " in said
    assert "pw" not in said.replace("'headers'", "")


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com", "HTTPS://Example.COM:8443/a%2Fb?c=d", "http://127.0.0.1:9000/hook", "https://xn--exmple-cua.com",
        "https://[2001:db8::1]:443/", "https://my_host.internal./x",
    ],
    ids=odd_id,
)  # fmt: skip
def test_a_usual_url_is_taken(url: str) -> None:
    assert endpoint(url=url).url == url


@pytest.mark.parametrize(
    "name",
    ["Host", "Content-Length", "Webhook-Id", "webhook-signature", "bad name", "x:y", ""],
    ids=odd_id,
)
def test_a_header_of_ours_and_one_that_is_none_are_refused(name: str) -> None:
    said = problem(headers={name: "private"})
    assert "'headers' must" in said
    assert "private" not in said


@pytest.mark.parametrize("value", ["a\r\nb: c", "é", 7, None, "x" * 5000], ids=odd_id)
def test_a_header_that_no_request_can_carry_is_refused(value: Any) -> None:
    assert "'headers': the value of 'X-Key'" in problem(headers={"X-Key": value})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("types", ["message_detail.message.gone"]), ("types", "all"), ("types", []), ("providers", [""]),
        ("accounts", ["default"]), ("accounts", ["samva:"]), ("channels", ["smss"]), ("outcomes", ["good"]),
        ("include", "body"), ("mode", "first"), ("timeout_seconds", 0), ("timeout_seconds", 16),
        ("timeout_seconds", True), ("allow_networks", ["10.0.0.1/8"]), ("allow_networks", "10.0.0.0/8"),
        ("allow_networks", [""]), ("allow_networks", [7]), ("headers", ["a"]), ("name", "other"), ("name", 3),
        ("include", None), ("mode", []),
    ],
    ids=odd_id,
)  # fmt: skip
def test_a_bad_value_is_refused_by_its_key(key: str, value: Any) -> None:
    with pytest.raises(EndpointUnusable, match=f"'{key}'"):
        build("crm", {**GOOD, key: value})


@pytest.mark.parametrize("name", ["", "a/b", "a#b", "ü", "x" * 65], ids=odd_id)
def test_a_name_is_one_that_a_secret_and_a_key_can_have(name: str) -> None:
    with pytest.raises(EndpointUnusable, match="its name must be"):
        build(name, GOOD)


def test_nothing_of_its_settings_is_shown_but_name_and_host() -> None:
    shown = repr(endpoint(headers={"Authorization": "Bearer private"}))
    assert SECRET not in shown
    assert "private" not in shown
    assert "/in" not in shown
    assert endpoint().host == "hooks.example.com"


# --- whom it wants


def status_changed(channel: str | None = "sms", outcome: str | None = "pending") -> Event:
    told = {"type": "message_detail.message.status_changed", "at": T0, "data": {"channel": channel, "outcome": outcome}}
    return message_event("evt_1", "samva:main:42", 3, told)


ACCOUNT: Final = account_event("evt_2", T0, "samva", "main", {"state": "open"})
PAUSED: Final = paused_event("evt_3", T0, "bi", "gone")


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        ({}, (True, True, True)),
        ({"types": ["message_detail.message.status_changed"]}, (True, False, False)),
        ({"types": ["message_detail.account.state_changed"]}, (False, True, False)),
        ({"providers": ["samva"]}, (True, True, True)),
        ({"providers": ["cellcast"]}, (False, False, True)),
        ({"accounts": ["samva:main"]}, (True, True, True)),
        ({"accounts": ["samva:other"]}, (False, False, True)),
        ({"channels": ["sms", "email"]}, (True, True, True)),
        ({"channels": ["email"]}, (False, True, True)),
        ({"outcomes": ["pending"]}, (True, True, True)),
        ({"outcomes": ["failure"]}, (False, True, True)),
    ],
    ids=odd_id,
)
def test_filters_of_messages_hold_only_where_the_event_is_about_one(
    filters: dict[str, Any], wanted: tuple[bool, bool, bool]
) -> None:
    made = endpoint(**filters)
    assert tuple(made.wants(event) for event in (status_changed(), ACCOUNT, PAUSED)) == wanted


def test_a_test_goes_to_the_tested_endpoint_whatever_it_filters() -> None:
    made = endpoint(types=["message_detail.message.erased"], providers=["cellcast"])
    assert made.wants(trial_event("evt_4", T0, "crm"))
    assert not made.wants(trial_event("evt_4", T0, "bi"))


def test_that_an_endpoint_is_paused_goes_to_the_others() -> None:
    assert not build("bi", GOOD).wants(PAUSED)


def test_what_is_not_known_of_an_erased_message_keeps_it_from_nobody() -> None:
    assert endpoint(channels=["email"], outcomes=["failure"]).wants(status_changed(None, None))
