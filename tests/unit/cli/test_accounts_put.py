"""accounts put and accounts list: what is stored, what is refused, and that no value is shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from message_detail.adapters.aws import clients
from message_detail.adapters.aws.account_directory import AccountDirectory
from message_detail.adapters.aws.secrets import SecretStore
from message_detail.adapters.aws.stats import AccountHealth
from tests.unit.cli.conftest import STACK, Aws, Shell
from tests.unit.conftest import table_of

HIDDEN = "value-that-must-not-be-shown"
PUT = ("accounts", "put", "cellcast", "default", "--file")


def write(path: Path, content: Any) -> str:
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return str(path)


def test_a_new_account_becomes_a_secret_and_a_known_one_gets_a_new_version(
    stack: Aws, shell: Shell, tmp_path: Path
) -> None:
    file = write(tmp_path / "account.json", {"token": HIDDEN})
    created = shell(*PUT, file)
    assert (created.code, created.out, created.err) == (0, f"created {STACK}/cellcast/default\n", "")
    write(tmp_path / "account.json", {"token": "another", "webhook_secrets": [HIDDEN]})
    updated = shell(*PUT, file, "--json")
    assert updated.json == {"secret": f"{STACK}/cellcast/default", "created": False, "check": None}
    assert "up to a minute" in updated.err
    assert stack.value("cellcast/default") == {"token": "another", "webhook_secrets": [HIDDEN]}
    assert HIDDEN not in created.all + updated.all


def test_toml_and_standard_input_are_read_and_the_stack_can_be_named(aws: Aws, shell: Shell, tmp_path: Path) -> None:
    file = write(tmp_path / "account.toml", f'token = "{HIDDEN}"\ntimeout_seconds = 4.5\n')
    assert shell(*PUT, file).code == 0
    assert aws.value("cellcast/default") == {"token": HIDDEN, "timeout_seconds": 4.5}
    shell.stdin = b'\xef\xbb\xbf{"token": "k\\ud800"}'
    assert shell("accounts", "put", "cellcast", "eu", "--file", "-", "--stack", "other").code == 0
    assert aws.names() == [f"{STACK}/cellcast/default", "other/cellcast/eu"]


def test_a_file_for_make_run_gives_the_account_of_that_name(aws: Aws, shell: Shell, tmp_path: Path) -> None:
    tables = '[[accounts]]\nprovider = "cellcast"\ntoken = "one"\n[[accounts]]\nprovider = "highlevel"\ntoken = "two"\n'
    file = write(tmp_path / "accounts.toml", tables)
    assert shell(*PUT, file).code == 0
    assert aws.value("cellcast/default") == {"token": "one"}
    line = shell.fails(2, "accounts", "put", "cellcast", "other", "--file", file)
    assert "holds no account 'other' of cellcast" in line


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.json", {"token": HIDDEN, "tokn": HIDDEN}, "unknown key 'tokn'"),
        ("a.json", {"webhook_secrets": [HIDDEN]}, "credentials are missing: give token"),
        ("a.json", {"token": HIDDEN, "base_url": f"http://{HIDDEN}.example.com"}, "'base_url' must be an https"),
        ("a.json", {"token": [HIDDEN]}, "'token' must be a string"),
        ("a.json", [HIDDEN], "must hold one JSON object"),
        ("a.json", f'{{"token": "{HIDDEN}"', "no valid JSON (line 1"),
        ("a.json", f'token = "{HIDDEN}"', "no valid JSON (line 1, column 1)"),
        ("a.toml", f'token = "{HIDDEN}', "no valid TOML"),
        ("a.toml", f"{HIDDEN}", "no valid TOML"),
        ("a.json", "[" * 100_000, "nested too deeply"),
        ("a.json", {"provider": "highlevel", "token": HIDDEN}, "its 'provider' is not 'cellcast'"),
        ("a.json", {"token": HIDDEN * 3_000}, "at most 65536 bytes"),
        ("a.json", " " * 1_000_001, "more than 1000000 bytes"),
    ],
)
def test_settings_that_cannot_be_used_are_refused_without_a_value(
    aws: Aws, shell: Shell, tmp_path: Path, name: str, content: Any, reason: str
) -> None:
    line = shell.fails(2, *PUT, write(tmp_path / name, content))
    assert reason in line
    assert HIDDEN not in line
    assert aws.names() == []


def test_a_providers_own_check_of_its_settings_comes_before_storing(aws: Aws, shell: Shell, tmp_path: Path) -> None:
    settings = {"base_url": "https://carecloud.example.com/v1.0", "token": HIDDEN, "time_zone": "Europe/Atlantis"}
    file = write(tmp_path / "account.json", settings)
    assert "'time_zone' is not" in shell.fails(2, "accounts", "put", "carecloud", "default", "--file", file)
    assert shell.requests == []
    assert aws.names() == []


def test_files_that_cannot_be_read_are_named(aws: Aws, shell: Shell, tmp_path: Path) -> None:
    assert "No such file" in shell.fails(2, *PUT, str(tmp_path / "missing.json"))
    assert "Is a directory" in shell.fails(2, *PUT, str(tmp_path))
    (tmp_path / "latin.json").write_bytes(b'{"token": "\xe9"}')
    assert "not UTF-8" in shell.fails(2, *PUT, str(tmp_path / "latin.json"))


@pytest.mark.parametrize(
    ("argv", "reason"),
    [
        (("accounts", "put", "nobody", "default", "--file", "-"), "there is no provider 'nobody'"),
        (("accounts", "put", "cellcast", "a b", "--file", "-"), "1 to 64 of the characters"),
        (("accounts", "put", "cellcast", "default"), "--file"),
        (("accounts", "put", "cellcast", "default", "--fil", "-"), "unrecognized arguments: --fil"),
        (("accounts",), "COMMAND"),
        (("accounts", "list", "--stack", "a/b"), "a stack's name"),
    ],
)
def test_a_wrong_usage_is_one_line_that_points_to_the_help(shell: Shell, argv: tuple[str, ...], reason: str) -> None:
    line = shell.fails(2, *argv)
    assert reason in line
    assert line.endswith("--help)")


def test_a_secret_that_is_being_deleted_is_not_replaced(aws: Aws, shell: Shell, tmp_path: Path) -> None:
    aws.refusals["PutSecretValue"] = ("InvalidRequestException", "the secret was marked for deletion")
    line = shell.fails(1, *PUT, write(tmp_path / "a.json", {"token": HIDDEN}))
    assert "restore-secret" in line
    assert HIDDEN not in line


def test_list_names_the_accounts_of_this_stack_and_nothing_else(aws: Aws, shell: Shell) -> None:
    for name in ("highlevel/default", "cellcast/b", "cellcast/a", "api-keys", "other/thing", "cellcast/a/b"):
        aws.put(name, {"token": HIDDEN})
    aws.secrets.create_secret(Name="message-detail-2/cellcast/c", SecretString="{}")
    listed = shell("accounts", "list")
    assert listed.out.split("\n") == ["PROVIDER   ACCOUNT", "cellcast   a", "cellcast   b", "highlevel  default", ""]
    assert shell("accounts", "list", "highlevel", "--json").json == [{"provider": "highlevel", "account": "default"}]
    empty = shell("accounts", "list", "carecloud")
    assert (empty.code, empty.out) == (0, "")
    assert HIDDEN not in listed.all


def test_more_accounts_than_fit_on_a_page_are_listed(aws: Aws, shell: Shell) -> None:
    for number in range(105):
        aws.put(f"cellcast/a{number:03}", {"token": "x"})
    assert len(shell("accounts", "list", "cellcast", "--json").json) == 105


def test_an_account_that_was_put_is_known_before_its_first_use_and_one_that_was_removed_no_more(
    stack: Aws, shell: Shell
) -> None:
    health = AccountHealth(table_of(stack.dynamodb))
    shell.stdin = b'{"token": "t"}'
    assert shell("accounts", "put", "cellcast", "main", "--file", "-").code == 0
    assert [state.account for state in health.accounts("cellcast")] == ["main"]
    ran = shell("accounts", "remove", "cellcast", "main")
    assert (ran.code, ran.out) == (0, "removed message-detail/cellcast/main\n")
    assert health.accounts("cellcast") == []
    assert "message-detail/cellcast/main" not in stack.names()
    again = shell("accounts", "remove", "cellcast", "never-there")
    assert again.code == 0
    assert "there is no secret message-detail/cellcast/never-there" in again.err


def test_an_account_that_was_put_is_found_by_the_vendors_own_id_of_it(stack: Aws, shell: Shell) -> None:
    shell.stdin = b'{"token": "t", "location_id": "LocA"}'
    assert shell("accounts", "put", "highlevel", "hamburg", "--file", "-").code == 0
    directory = AccountDirectory(SecretStore(clients.client("secretsmanager"), "message-detail"))
    assert directory.find_account("highlevel", "LocA") == "hamburg"
    assert directory.find_account("highlevel", "LocB") is None
    assert directory.find_account("cellcast", "LocA") is None


def test_an_account_can_be_put_before_its_stack_is_there(aws: Aws, shell: Shell) -> None:
    shell.stdin = b'{"token": "t"}'
    ran = shell("accounts", "put", "cellcast", "main", "--file", "-")
    assert (ran.code, ran.out) == (0, "created message-detail/cellcast/main\n")
    assert "listed from its first use on" in ran.err
