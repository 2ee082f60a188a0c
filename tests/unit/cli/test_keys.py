"""keys: made, listed, revoked; never lost when two people write at the same time; never shown again."""

from __future__ import annotations

from typing import Any

import pytest

from message_detail.services.callers import Caller, find
from message_detail_cli.cloud import Cloud
from message_detail_cli.errors import CliError
from message_detail_cli.key_file import Entries, update
from tests.unit.cli.conftest import STACK, Aws, Shell

HASH = "0" * 64
OLD = {"id": "old", "sha256": HASH, "scopes": ["read"], "note": "kept"}


def test_a_new_key_is_printed_alone_and_the_authorizer_knows_it(aws: Aws, shell: Shell) -> None:
    ran = shell("keys", "create", "--id", "ops", "--scopes", "write,read")
    key = ran.out.removesuffix("\n")
    assert (ran.code, len(key.split())) == (0, 1)
    assert len(key) >= 43
    assert key not in ran.err
    assert "only this once" in ran.err
    stored = aws.value("api-keys")
    assert find(key, stored["keys"]) == Caller("ops", ("read", "write"))
    assert key not in str(stored)


def test_a_key_is_added_to_those_that_are_there_and_shown_as_json_on_demand(aws: Aws, shell: Shell) -> None:
    aws.put("api-keys", {"keys": [OLD], "owner": "team"})
    made = shell("keys", "create", "--id", "new", "--scopes", "admin", "--json").json
    assert {name: made[name] for name in ("id", "scopes")} == {"id": "new", "scopes": ["admin"]}
    stored = aws.value("api-keys")
    assert (stored["keys"][0], stored["owner"]) == (OLD, "team")
    assert find(made["key"], stored["keys"]) == Caller("new", ("admin",))


def test_a_key_may_be_one_that_reads_what_became_of_messages_only(aws: Aws, shell: Shell) -> None:
    made = shell("keys", "create", "--id", "support", "--scopes", "metadata", "--json").json
    assert find(made["key"], aws.value("api-keys")["keys"]) == Caller("support", ("metadata",))


def test_list_shows_names_and_scopes_and_no_hash(aws: Aws, shell: Shell) -> None:
    empty = shell("keys", "list")
    assert (empty.code, empty.out) == (0, "")
    aws.put("api-keys", {"keys": [OLD, {**OLD, "id": "b", "scopes": ["read", "admin"]}]})
    ran = shell("keys", "list")
    assert ran.out.splitlines() == ["ID   SCOPES", "old  read", "b    read,admin"]
    listed = shell("keys", "list", "--json")
    assert listed.json == [{"id": "old", "scopes": ["read"]}, {"id": "b", "scopes": ["read", "admin"]}]
    assert HASH not in ran.all + listed.all


def test_revoke_takes_the_key_and_says_when_it_stops(aws: Aws, shell: Shell) -> None:
    aws.put("api-keys", {"keys": [OLD, {**OLD, "id": "stays"}]})
    ran = shell("keys", "revoke", "old")
    assert (ran.code, ran.out) == (0, "revoked old\n")
    assert "within six minutes" in ran.err
    assert [entry["id"] for entry in aws.value("api-keys")["keys"]] == ["stays"]
    assert "no key 'old'" in shell.fails(1, "keys", "revoke", "old")
    assert shell("keys", "revoke", "stays", "--json").json == {"id": "stays", "revoked": True}


def test_a_second_key_of_the_same_name_is_refused(aws: Aws, shell: Shell) -> None:
    aws.put("api-keys", {"keys": [OLD]})
    assert "a key 'old' already" in shell.fails(1, "keys", "create", "--id", "old", "--scopes", "read")
    assert aws.value("api-keys")["keys"] == [OLD]


@pytest.mark.parametrize(
    "argv",
    [
        ("--id", "x"),
        ("--scopes", "read"),
        ("--id", "x", "--scopes", "read,root"),
        ("--id", "x", "--scopes", ""),
        ("--id", "a b", "--scopes", "read"),
        ("--id", "", "--scopes", "read"),
    ],
)
def test_a_key_needs_a_name_and_known_scopes(aws: Aws, shell: Shell, argv: tuple[str, ...]) -> None:
    assert shell.fails(2, "keys", "create", *argv).endswith("--help)")
    assert aws.names() == []


@pytest.mark.parametrize("stored", ["nonsense", "[]", {"keys": {}}, {"keys": ["x"]}])
def test_a_secret_that_holds_something_else_is_left_alone(aws: Aws, shell: Shell, stored: Any) -> None:
    aws.put("api-keys", stored)
    before = aws.text("api-keys")
    shell.fails(1, "keys", "create", "--id", "x", "--scopes", "read")
    assert aws.text("api-keys") == before


@pytest.mark.parametrize("known", [True, False])
def test_two_that_write_at_the_same_time_both_keep_their_keys(aws: Aws, shell: Shell, known: bool) -> None:
    if known:
        aws.put("api-keys", {"keys": [OLD]})
    rivals = [{"id": "rival", "sha256": "1" * 64, "scopes": ["read"]}]

    def mine(entries: Entries) -> Entries:
        if rivals:  # between reading and writing, once
            other = Cloud(STACK, None)
            rival = rivals.pop()
            update(other, lambda theirs: [*theirs, rival])
        return [*entries, {"id": "mine", "sha256": "2" * 64, "scopes": ["read"]}]

    update(Cloud(STACK, None), mine)
    expected = (["old"] if known else []) + ["rival", "mine"]
    assert [entry["id"] for entry in aws.value("api-keys")["keys"]] == expected
    assert "changed by somebody else" in shell.capsys.readouterr().err


def test_endless_rivalry_ends_in_an_error_and_not_in_a_lost_key(aws: Aws, shell: Shell) -> None:
    aws.put("api-keys", {"keys": []})

    def overtaken(entries: Entries) -> Entries:
        aws.secrets.put_secret_value(SecretId=f"{STACK}/api-keys", SecretString='{"keys": []}')
        return [*entries, OLD]

    with pytest.raises(CliError, match="try again"):
        update(Cloud(STACK, None), overtaken)
    assert aws.value("api-keys") == {"keys": []}
