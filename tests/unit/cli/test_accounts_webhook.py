"""accounts webhook: a secret is made, the older ones stay good, and what to paste where is printed."""

from __future__ import annotations

import base64
import stat
import time
import tomllib
from pathlib import Path
from typing import Any

import pytest

from message_detail import providers
from message_detail.domain.urls import Url
from message_detail.providers.base.webhook import Delivery
from message_detail_cli.account_example import sends_secret, takes_secret
from message_detail_cli.account_file import build_account
from tests.unit.cli.conftest import API, Aws, Shell

SHARED = [name for name in providers.names() if takes_secret(name) and sends_secret(name)]
SIGNED = [name for name in providers.names() if takes_secret(name) and not sends_secret(name)]
OF_THE_VENDOR = [name for name in providers.names() if not takes_secret(name)]
OLD = "old-secret-of-the-account"


def settings(shell: Shell, name: str, **more: Any) -> dict[str, Any]:
    return {**shell("accounts", "example", name).json, **more}


def proof_holds(name: str, values: dict[str, Any], headers: dict[str, str], query: dict[str, str]) -> None:
    url = Url("https", "api.example.com", f"/v1/webhooks/{name}")
    delivery = Delivery(b"{}", headers, query, time.time(), url)
    providers.load_webhook(name).authenticate(delivery, build_account(name, "default", values))


@pytest.mark.parametrize("name", SHARED)
def test_what_is_printed_to_paste_is_accepted_and_the_old_secret_still_is(stack: Aws, shell: Shell, name: str) -> None:
    stack.put(f"{name}/default", settings(shell, name, webhook_secrets=[OLD]))
    told = shell("accounts", "webhook", name, "default", "--json").json
    values = stack.value(f"{name}/default")
    assert values["webhook_secrets"] == [OLD, told["password"]]
    assert told["address"] == f"{API}/v1/webhooks/{name}"
    assert told["or_address"] == f"{told['address']}?token={told['password']}"
    for text in (told["or_header"], told["or_bearer"], f"Bearer {OLD}"):
        proof_holds(name, values, {"authorization": text.removeprefix("Authorization: ")}, {})
    proof_holds(name, values, {}, {"token": told["password"]})
    pair = base64.b64decode(told["or_header"].split()[-1]).decode()
    assert pair.partition(":")[2] == told["password"]
    assert told["where"]


@pytest.mark.parametrize("name", SIGNED)
def test_a_signing_secret_is_in_the_notation_of_its_scheme(stack: Aws, shell: Shell, name: str) -> None:
    stack.put(f"{name}/eu", settings(shell, name))
    told = shell("accounts", "webhook", name, "eu", "--json").json
    assert told["address"].endswith(f"/v1/webhooks/{name}/eu")
    assert stack.value(f"{name}/eu")["webhook_secrets"][-1] == told["signing_secret"]


@pytest.mark.parametrize("name", OF_THE_VENDOR)
def test_where_the_vendor_signs_there_is_no_secret_to_make(stack: Aws, shell: Shell, name: str) -> None:
    told = shell("accounts", "webhook", name, "default", "--json").json
    assert told["address"] == f"{API}/v1/webhooks/{name}"
    assert "vendor's own key" in told["signed"]
    assert stack.names() == []


def test_a_secret_that_the_vendor_made_is_taken_as_it_is_pasted(stack: Aws, shell: Shell) -> None:
    name = SIGNED[0]
    stack.put(f"{name}/default", settings(shell, name, webhook_secrets=[OLD]))
    shell.stdin = b" v1,whsec_c2VjcmV0LW9mLXRoZS12ZW5kb3I=\n"
    shell("accounts", "webhook", name, "default", "--given")
    assert stack.value(f"{name}/default")["webhook_secrets"] == [OLD, "whsec_c2VjcmV0LW9mLXRoZS12ZW5kb3I="]
    shell.stdin = b"short"
    assert "fewer than 16" in shell.fails(2, "accounts", "webhook", name, "default", "--given")
    shell.stdin = b"\n"
    assert "no secret was given" in shell.fails(2, "accounts", "webhook", name, "default", "--given")


def test_retire_leaves_the_newest_only_and_shows_none(stack: Aws, shell: Shell) -> None:
    stack.put("cellcast/default", settings(shell, "cellcast", webhook_secrets=[OLD, "newest-secret-of-all"]))
    ran = shell("accounts", "webhook", "cellcast", "default", "--retire")
    assert (ran.code, ran.out) == (0, "")
    assert "accepts 1 secret now" in ran.err
    assert "newest" not in ran.err
    assert stack.value("cellcast/default")["webhook_secrets"] == ["newest-secret-of-all"]


def test_an_account_that_is_not_there_is_no_account_to_make_a_secret_for(stack: Aws, shell: Shell) -> None:
    assert "accounts put cellcast nobody" in shell.fails(1, "accounts", "webhook", "cellcast", "nobody")


TOML = """# my accounts
[[accounts]]  # the first
provider = "samva"
api_key = "key"

[[accounts]]
provider = "cellcast"
token = "t"  # of the dashboard
{held}
# the end
"""


@pytest.mark.parametrize(
    "held",
    ["", f'webhook_secrets = ["{OLD}"]', f'"webhook_secrets" = [\n  "{OLD}",  # since May\n]\ntimeout_seconds = 3'],
    ids=["none", "one-line", "several-lines"],
)
def test_a_file_of_make_run_gets_the_secret_and_keeps_all_else(shell: Shell, tmp_path: Path, held: str) -> None:
    file = tmp_path / "accounts.toml"
    file.write_text(TOML.format(held=held))
    file.chmod(0o640)
    before = tomllib.loads(file.read_text())
    told = shell("accounts", "webhook", "cellcast", "default", "--file", str(file), "--json").json
    after = tomllib.loads(file.read_text())
    old = before["accounts"][1].get("webhook_secrets", [])
    assert after["accounts"] == [
        before["accounts"][0],
        {**before["accounts"][1], "webhook_secrets": [*old, told["password"]]},
    ]
    assert all(line in file.read_text() for line in ("# my accounts", "# the first", "# of the dashboard", "# the end"))
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("accounts = [{provider = 'cellcast', token = 't'}]", "put this line into the account's table yourself"),
        ("[[accounts]]\nprovider = 'samva'\napi_key = 'k'", "holds no account 'default' of cellcast"),
        ("[[accounts", "is no valid TOML"),
    ],
    ids=["inline", "another", "broken"],
)
def test_a_file_that_cannot_be_changed_safely_is_left_alone(shell: Shell, tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "accounts.toml"
    file.write_text(text)
    assert told in shell.fails(2, "accounts", "webhook", "cellcast", "default", "--file", str(file))
    assert file.read_text() == text
