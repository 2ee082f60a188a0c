"""`make run ACCOUNTS=…` says which accounts work, and serves those that do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from local.account_checks import Checked, check_all, refuse_where_none_is_usable, shown
from local.accounts import AccountSettings, AccountsFileError, read_accounts
from local.stack import LocalStack
from message_detail.adapters.aws.stats import AccountHealth
from tests.unit.conftest import table_of

WRONG = "wrong-token-that-nobody-may-see"
FILE = f"""
[[accounts]]
provider = "cellcast"
token = "good-token"

[[accounts]]
provider = "cellcast"
account = "second"
token = "{WRONG}"

[[accounts]]
provider = "carecloud"
base_url = "https://carecloud.example.com/v1.0"
token = "t"
time_zone = "CET/Prag"

[[accounts]]
provider = "samva"
api_key = "down"
apikey = "{WRONG}"
"""


@pytest.fixture
def accounts(tmp_path: Path) -> list[AccountSettings]:
    return from_file(tmp_path, FILE)


def from_file(folder: Path, text: str) -> list[AccountSettings]:
    file = folder / "accounts.toml"
    file.write_text(text)
    return read_accounts(file)


def vendor(request: httpx.Request) -> httpx.Response:
    """Knows one token, and no message."""
    good = request.headers["authorization"] == "Bearer good-token"
    return httpx.Response(404 if good else 401, json={"status": False, "message": "no"})


def found(accounts: list[AccountSettings], dynamodb: Any, answers: Any = vendor) -> list[Checked]:
    return check_all(accounts, table_of(dynamodb), httpx.MockTransport(answers))


def test_each_account_is_told_ok_refused_or_unusable_with_the_reason_and_no_value(
    accounts: list[AccountSettings], dynamodb: Any
) -> None:
    lines = shown(found(accounts, dynamodb)).splitlines()
    told = [line.split(maxsplit=3) for line in lines[1:]]
    assert [line[:3] for line in told] == [
        ["cellcast", "default", "ok"],
        ["cellcast", "second", "refused"],
        ["carecloud", "default", "unusable"],
        ["samva", "default", "unusable"],
    ]
    assert told[1][3].startswith("provider_refused: ")
    assert "'time_zone' is not the IANA name" in told[2][3]
    assert "unknown key 'apikey'" in told[3][3]
    assert WRONG not in "\n".join(lines)
    assert "good-token" not in "\n".join(lines)


def test_the_states_are_those_of_the_api_from_the_start(accounts: list[AccountSettings], dynamodb: Any) -> None:
    found(accounts, dynamodb)
    health = AccountHealth(table_of(dynamodb))
    assert [(one.account, one.trouble) for one in health.accounts("cellcast")] == [
        ("default", None),
        ("second", "refused"),
    ]
    assert [one.trouble for one in health.accounts("carecloud")] == ["unusable"]


def test_a_provider_that_does_not_answer_leaves_it_unclear(accounts: list[AccountSettings], dynamodb: Any) -> None:
    down = found(accounts[:1], dynamodb, lambda _: httpx.Response(503))
    assert [(one.state, one.reason.partition(":")[0]) for one in down] == [("unclear", "provider_unavailable")]


def test_one_usable_account_is_enough_to_start(accounts: list[AccountSettings]) -> None:
    refuse_where_none_is_usable(accounts)
    with pytest.raises(AccountsFileError, match=r"'time_zone' is not [^\n]*\n[^\n]*unknown key 'apikey'") as caught:
        refuse_where_none_is_usable(accounts[2:])
    assert WRONG not in str(caught.value)


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("own.toml", "[[accounts]] table to own.toml,"),
        ("", "[[accounts]] table to a file, and start make run ACCOUNTS="),
    ],
)
def test_who_names_an_account_that_lacks_is_told_of_the_file(file: str, told: str) -> None:
    stack = LocalStack(accounts_file=file)
    assert told in stack.emulator.environment["ACCOUNT_REMEDY"]
    stack.stop()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no [[accounts]] table"),
        ("[[accounts]]\ntoken = 't'", "account 1: 'provider' is missing"),
        ("[[accounts]]\nprovider = 'acme'", "account 1: there is no provider 'acme'"),
        ("[[accounts]]\nprovider = 'cellcast'\naccount = 'a b'", "must be 1 to 64 of the characters"),
        ("[[accounts]]\nprovider = 'samva'\n[[accounts]]\nprovider = 'samva'", "is there twice"),
        ("[[accounts]]\nprovider = 'samva'\n[other]", "unknown keys beside [[accounts]] and [[endpoints]]: other"),
    ],
)
def test_a_file_that_does_not_say_whose_its_accounts_are_is_refused(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(AccountsFileError) as caught:
        from_file(tmp_path, text)
    assert told in str(caught.value)
