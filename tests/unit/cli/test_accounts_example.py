"""accounts example, and accounts put that asks: from nothing to an account without reading Python."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from message_detail import providers
from message_detail_cli.account_file import build_account
from message_detail_cli.main import main
from message_detail_cli.tools import Tools
from tests.unit.cli.conftest import Aws, Shell

NAMES = providers.names()
LOG_INS = [
    (name, number)
    for name in NAMES
    for number in range(1, len(providers.account_schema(name).credentials) + 1)
]  # fmt: skip
HIDDEN = "value-that-must-not-be-shown"


@pytest.mark.parametrize(("name", "number"), LOG_INS, ids=lambda value: str(value))
def test_an_example_has_what_the_schema_wants_and_would_be_taken(shell: Shell, name: str, number: int) -> None:
    values = shell("accounts", "example", name, "--log-in", str(number)).json
    assert set(providers.account_schema(name).credentials[number - 1]) <= set(values)
    build_account(name, "default", values)


@pytest.mark.parametrize("name", NAMES)
def test_an_example_for_make_run_is_a_table_that_says_whose_it_is(shell: Shell, name: str, tmp_path: Path) -> None:
    text = shell("accounts", "example", name, "--toml").out
    [account] = tomllib.loads(text)["accounts"]
    assert (account.pop("provider"), account.pop("account")) == (name, "default")
    build_account(name, "default", account)
    schema = providers.account_schema(name)
    assert all(" + ".join(keys) in text for keys in schema.credentials[1:])
    assert all(f"# {key} = " in text for key in schema.defaults)


@pytest.mark.parametrize("name", NAMES)
def test_the_secret_of_an_example_is_new_each_time(shell: Shell, name: str) -> None:
    secrets = [shell("accounts", "example", name).json.get("webhook_secrets", [None])[0] for _ in range(2)]
    assert secrets == [None, None] or (secrets[0] != secrets[1] and len(secrets[0]) >= 32)


def test_a_log_in_that_is_not_there_is_refused(shell: Shell) -> None:
    assert "has 2" in shell.fails(2, "accounts", "example", "portsip", "--log-in", "3")


class Typist:
    """Somebody at a terminal, who answers by the key that is asked for."""

    def __init__(self, **answers: str) -> None:
        self.answers = answers
        self.asked: list[str] = []
        self.hidden: list[str] = []

    def ask(self, text: str) -> str:
        self.asked.append(text)
        return self.answers.get(text.split()[0].rstrip(":"), "")

    def ask_secret(self, text: str) -> str:
        self.hidden.append(text)
        return self.answers.get(text.split()[0].rstrip(":"), "")

    def runs(self, *words: str) -> int:
        tools = Tools(environ={}, attended=lambda: True, ask=self.ask, ask_secret=self.ask_secret)
        return main(["accounts", "put", *words], tools)


def test_put_asks_for_all_that_an_account_needs_and_does_not_echo_secrets(
    stack: Aws, capsys: pytest.CaptureFixture[str]
) -> None:
    typist = Typist(
        log="2",
        base_url=" https://carecloud.example.com/v1.0 ",
        time_zone="Europe/Prague",
        login="ada",
        password=HIDDEN,
        external_application_id="app",
    )
    assert typist.runs("carecloud", "default") == 0
    assert stack.value("carecloud/default") == {
        "base_url": "https://carecloud.example.com/v1.0",
        "time_zone": "Europe/Prague",
        "login": "ada",
        "password": HIDDEN,
        "external_application_id": "app",
    }
    assert [text.split(":")[0] for text in typist.hidden] == ["password"]
    assert "such as Europe/Prague" in "".join(typist.asked)
    captured = capsys.readouterr()
    assert HIDDEN not in captured.out + captured.err


def test_put_asks_only_for_what_a_file_lacks(stack: Aws, tmp_path: Path) -> None:
    file = tmp_path / "account.json"
    file.write_text(json.dumps({"username": "ada", "timeout_seconds": 3}))
    typist = Typist(base_url="https://pbx.example.com/api", password=HIDDEN)
    assert typist.runs("portsip", "default", "--file", str(file)) == 0
    assert stack.value("portsip/default") == {
        "username": "ada",
        "timeout_seconds": 3,
        "base_url": "https://pbx.example.com/api",
        "password": HIDDEN,
    }
    assert len(typist.asked + typist.hidden) == 2


@pytest.mark.parametrize(
    ("words", "answers", "told"),
    [
        (("samva", "default"), {}, "'api_key' is needed"),
        (("portsip", "default"), {"log": "3"}, "give a number from 1 to 2"),
        (("portsip", "default"), {"log": "x"}, "give a number from 1 to 2"),
    ],
    ids=["nothing", "no-such-log-in", "no-number"],
)
def test_what_is_not_answered_stores_nothing(
    stack: Aws, capsys: pytest.CaptureFixture[str], words: Sequence[str], answers: dict[str, Any], told: str
) -> None:
    assert Typist(**answers).runs(*words) == 2
    assert told in capsys.readouterr().err
    assert stack.names() == []


def test_where_nobody_can_be_asked_a_file_is_needed(stack: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["accounts", "put", "samva", "default"], Tools(environ={}, attended=lambda: False)) == 2
    assert "give --file" in capsys.readouterr().err
