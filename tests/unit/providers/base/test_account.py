"""Accounts: what is unknown, missing or unsafe is named, and no value is ever shown."""

from __future__ import annotations

from typing import Any

import pytest

from message_detail.domain.errors import AccountUnusable, InvalidRequest, UnknownAccount
from message_detail.providers import account_schema
from message_detail.providers.base.account import Account, AccountSchema, build, check_name

KEYS = AccountSchema(
    credentials=(("token",), ("login", "password")),
    required=("time_zone",),
    optional=("webhook_public_keys",),
    defaults={"language": "cs", "default_region": "CZ"},
)
GOOD: dict[str, Any] = {
    "base_url": "https://api.example.com/v1.0/",
    "token": "s3cret-value",
    "time_zone": "Europe/Prague",
}

SECRET = "s3cret-of-this-account"
OTHER = "s3cret-of-another-account"
STANDARD = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5"


def made(**changes: Any) -> Account:
    return build("provider", "main", {key: value for key, value in (GOOD | changes).items() if value is not ...}, KEYS)


def refused(**changes: Any) -> str:
    with pytest.raises(UnknownAccount) as caught:
        made(**changes)
    assert caught.value.http_status == 404
    assert "s3cret" not in str(caught.value.problem())
    return caught.value.detail


def test_defaults() -> None:
    account = made()
    assert account.base_url == "https://api.example.com/v1.0"
    assert account.get("language") == "cs"
    assert account.default_region == "CZ"
    assert (account.timeout_seconds, account.max_concurrency, account.webhook_secrets) == (10.0, 5, ())
    assert account.get("nothing") is None


def test_settings_replace_defaults() -> None:
    account = made(
        language="en", default_region="AU", timeout_seconds=2.5, max_concurrency=1, webhook_secrets=[SECRET, OTHER]
    )
    assert account.get("language") == "en"
    assert account.default_region == "AU"
    assert (account.timeout_seconds, account.max_concurrency, account.webhook_secrets) == (2.5, 1, (SECRET, OTHER))


def test_the_default_address_is_used_where_there_is_one() -> None:
    keys = AccountSchema(credentials=(("token",),), default_base_url="https://api.example.com")
    assert build("provider", "main", {"token": "x"}, keys).base_url == "https://api.example.com"


def test_an_unknown_key_is_named() -> None:
    assert "unknown key 'tokn'" in refused(tokn="s3cret-value")


def test_every_problem_is_named_at_once() -> None:
    detail = refused(tokn="s3cret", time_zone=..., base_url=...)
    assert all(part in detail for part in ("'tokn'", "'time_zone' is missing", "'base_url' is missing"))


@pytest.mark.parametrize("empty", [..., "", None])
def test_credentials_are_wanted_whole(empty: Any) -> None:
    assert "give token or login/password" in refused(token=empty)
    assert "give token or login/password" in refused(token=..., login="user", password=empty)
    assert made(token=..., login="user", password="s3cret").require("login") == "user"


def test_require_names_the_key() -> None:
    with pytest.raises(UnknownAccount, match="'login'"):
        made().require("login")


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example.com",
        "https://api.example.com:8443/a/b",
        "http://127.0.0.1:3000",
        "http://localhost:1",
        "http://[::1]:1/x",
    ],
)
def test_good_address(url: str) -> None:
    assert made(base_url=url).base_url == url


@pytest.mark.parametrize(
    "url",
    [
        "http://api.example.com", "http://127.0.0.1.example.com", "http://localhost.example.com", "ftp://127.0.0.1",
        "api.example.com", "//api.example.com", "https://", "https:///path", "https://user@api.example.com",
        "https://user:s3cret@api.example.com", "https://@api.example.com", "https://api.example.com?", "https://api.example.com#",
        "https://api.example.com/?a=b", "https://api.example.com:port", "https://api.example.com\\@example.org",
        "https://api.exam\nple.com", "https://api.example.com ", "https://[::1", "https://exämple.com",
    ],
)  # fmt: skip
def test_bad_address(url: str) -> None:
    assert "'base_url' must be an https address" in refused(base_url=url)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("timeout_seconds", 0), ("timeout_seconds", -1), ("timeout_seconds", "10"), ("timeout_seconds", True),
        ("timeout_seconds", float("nan")), ("timeout_seconds", float("inf")), ("timeout_seconds", 901),
        ("max_concurrency", 0.5), ("max_concurrency", 0), ("max_concurrency", None),
        ("webhook_secrets", "s3cret"), ("webhook_secrets", [""]), ("webhook_secrets", [5]), ("webhook_secrets", {}),
        ("webhook_public_keys", "s3cret"), ("token", 5), ("token", ["s3cret"]), ("language", None),
        ("base_url", 5), ("default_region", "Australia"), ("default_region", 61),
    ],
)  # fmt: skip
def test_a_bad_value_is_named_by_its_key(key: str, value: Any) -> None:
    assert f"'{key}'" in refused(**{key: value})


def test_nothing_of_an_account_shows() -> None:
    account = made(webhook_secrets=["s3cret-of-the-hook"])
    assert "s3cret" not in repr(account)
    assert "s3cret" not in str(account)


# --- webhook secrets


@pytest.mark.parametrize(
    "short", ["a", "seven77", "fifteen-letters", "seven77" + " " * 20, "\ufeff\n", "v1,whsec_MDEy"]
)
def test_a_secret_of_fewer_than_16_characters_refuses_the_account_and_says_which(short: str) -> None:
    detail = refused(webhook_secrets=[SECRET, short])
    assert "'webhook_secrets': secret 2 has fewer than 16 characters" in detail
    assert SECRET not in detail


def test_a_secret_of_16_characters_will_do() -> None:
    assert made(webhook_secrets=["sixteen-letters."]).webhook_secrets == ("sixteen-letters.",)


@pytest.mark.parametrize(
    "written",
    [
        f"{SECRET}\n", f"  {SECRET}\t", f"{SECRET}\r\n\r\n", f"\ufeff{SECRET}", f"\u00a0{SECRET}\u200b",
        f"\u2003{SECRET}\u3000", f"\u2060{SECRET}\u2028",
    ],
)  # fmt: skip
def test_white_space_around_a_secret_is_no_part_of_it(written: str) -> None:
    assert made(webhook_secrets=[written]).webhook_secrets == (SECRET,)


@pytest.mark.parametrize("written", ["v1,{}", " v1,{}\n", "v1, {}", "\ufeffv1,\t{} "])
def test_the_version_before_a_standard_secret_is_no_part_of_it(written: str) -> None:
    assert made(webhook_secrets=[written.format(STANDARD)]).webhook_secrets == (STANDARD,)


@pytest.mark.parametrize(
    "text", ["v1,another-kind-of-secret", "inner white space is kept", "v2,whsec_MDEyMzQ1Njc4OQ=="]
)
def test_what_only_looks_like_an_addition_stays(text: str) -> None:
    assert made(webhook_secrets=[text]).webhook_secrets == (text,)


@pytest.mark.parametrize(
    "text", ["whsec_not base64 at all!", "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkw-_", "whsec_MDEyMzQ1Njc4O"]
)
def test_a_standard_secret_that_is_not_base64_refuses_the_account_of_who_signs_so(text: str) -> None:
    samva = AccountSchema(credentials=(("token",),), default_base_url="https://api.example.com", signs_standard=True)
    values = {"token": "s3cret", "webhook_secrets": [STANDARD, text, "a-plain-secret-of-before"]}
    with pytest.raises(AccountUnusable, match="secret 2 is not base64 after 'whsec_'") as caught:
        build("provider", "main", values, samva)
    assert text not in caught.value.detail
    assert made(webhook_secrets=[text]).webhook_secrets == (text,)


@pytest.mark.parametrize("name", ["default", "a", "A-b_c.9", "x" * 64])
def test_good_name(name: str) -> None:
    assert check_name(name, "provider") == name


@pytest.mark.parametrize("name", ["", "a b", "a/b", "x" * 65, "ä", "a\n", "a:b"])
def test_bad_name(name: str) -> None:
    with pytest.raises(InvalidRequest):
        check_name(name, "provider")


def test_syncs_by_schedule_are_on_and_0_switches_them_off() -> None:
    keys = account_schema("cellcast")
    assert build("cellcast", "default", {"token": "t"}, keys).sync_minutes == 60
    for minutes in (0, 0.5, 1, 60, 10_080):
        assert build("cellcast", "default", {"token": "t", "sync_minutes": minutes}, keys).sync_minutes == minutes
    for bad in (-1, 10_081, "60", True, False, None, float("nan")):
        with pytest.raises(AccountUnusable, match="'sync_minutes' must be a number above 0, at most 10080, or 0 for"):
            build("cellcast", "default", {"token": "t", "sync_minutes": bad}, keys)
