"""keys: made, listed, revoked; never lost when two people write at the same time; never shown again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from message_detail.adapters.aws.key_uses import KeyUses
from message_detail.adapters.aws.table import Table
from message_detail.domain.reach import Reach
from message_detail.services.callers import Caller, find
from message_detail_cli.cloud import Cloud
from message_detail_cli.errors import CliError
from message_detail_cli.key_file import Entries, update
from tests.unit.cli.conftest import STACK, TABLE, Aws, Shell

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
HASH = "0" * 64
OLD = {"id": "old", "sha256": HASH, "scopes": ["read"], "note": "kept"}


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """What time it is for the commands."""
    for module in ("moments", "commands.keys.create", "commands.keys.list"):
        monkeypatch.setattr(f"message_detail_cli.{module}.now", lambda: moment)


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
    shown = [line.split() for line in ran.out.splitlines()]
    assert shown[1:] == [["old", "read", "all"], ["b", "read,admin", "all"]]
    listed = shell("keys", "list", "--json")
    assert [(one["id"], one["scopes"]) for one in listed.json] == [("old", ["read"]), ("b", ["read", "admin"])]
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


# --- an end, limits, and the last use ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expires", "end"),
    [
        ("90d", "2026-08-30T12:00:00.000Z"),
        ("12h", "2026-06-02T00:00:00.000Z"),
        ("2027-01-31T00:00:00Z", "2027-01-31T00:00:00.000Z"),
    ],
)
def test_a_key_may_have_an_end(aws: Aws, shell: Shell, monkeypatch: pytest.MonkeyPatch, expires: str, end: str) -> None:
    at(monkeypatch, NOON)
    made = shell("keys", "create", "--id", "x", "--scopes", "read", "--expires", expires, "--json").json
    (entry,) = aws.value("api-keys")["keys"]
    assert (entry["created_at"], entry["expires_at"]) == ("2026-06-01T12:00:00.000Z", end)
    assert made["expires_at"] == end
    assert "sha256" not in made


@pytest.mark.parametrize("expires", ["", "0d", "soon", "2020-01-01", "2020-01-01T00:00:00Z", "-1d", "90"])
def test_an_end_that_is_none_or_over_is_refused(aws: Aws, shell: Shell, expires: str) -> None:
    shell.fails(2, "keys", "create", "--id", "x", "--scopes", "read", f"--expires={expires}")
    assert aws.names() == []


def test_a_key_may_be_for_some_providers_and_accounts(aws: Aws, shell: Shell) -> None:
    limits = ("--providers", "samva,cellcast", "--accounts", "cellcast:default,cellcast:main")
    made = shell("keys", "create", "--id", "x", "--scopes", "read", *limits, "--json").json
    found = find(made["key"], aws.value("api-keys")["keys"])
    assert found is not None
    assert found.reach == Reach.of(["cellcast", "samva"], ["cellcast:default", "cellcast:main"])


@pytest.mark.parametrize(
    "limits",
    [
        ("--providers", "nobody"),
        ("--providers", ""),
        ("--accounts", "default"),
        ("--accounts", "nobody:default"),
        ("--accounts", "cellcast:a b"),
        ("--accounts", ""),
    ],
)
def test_a_limit_to_what_can_not_be_is_refused(aws: Aws, shell: Shell, limits: tuple[str, ...]) -> None:
    shell.fails(2, "keys", "create", "--id", "x", "--scopes", "read", *limits)
    assert aws.names() == []


def test_limits_that_leave_nothing_are_refused(aws: Aws, shell: Shell) -> None:
    limits = ("--providers", "samva", "--accounts", "cellcast:default")
    assert "one of the --providers" in shell.fails(2, "keys", "create", "--id", "x", "--scopes", "read", *limits)
    assert aws.names() == []


def test_list_tells_how_old_a_key_is_when_it_was_used_and_when_it_ends(
    stack: Aws, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, NOON)
    times = {"created_at": "2026-05-01T00:00:00.000Z", "expires_at": "2026-06-01T00:00:00.000Z"}
    stack.put("api-keys", {"keys": [{**OLD, **times, "accounts": ["cellcast:default"]}, {**OLD, "id": "new"}]})
    KeyUses(Table(stack.dynamodb, TABLE), lambda: NOON.timestamp() - 60).note("old")
    old, new = shell("keys", "list", "--json").json
    assert {name: old[name] for name in times} == times
    assert (old["last_used_at"], old["expired"], old["accounts"]) == (
        "2026-06-01T11:59:00.000Z",
        True,
        ["cellcast:default"],
    )
    assert (new["last_used_at"], new["created_at"], new["expires_at"], new["expired"]) == (None, None, None, False)
    shown = shell("keys", "list").out.splitlines()
    assert shown[0].split("  ")[0] == "ID"
    assert shown[1].endswith("expired")


def test_keys_are_listed_also_where_the_table_can_not_be_asked(aws: Aws, shell: Shell) -> None:
    aws.put("api-keys", {"keys": [OLD]})
    ran = shell("keys", "list")
    assert (ran.code, len(ran.out.splitlines())) == (0, 2)
    assert "last used can't be told" in ran.err
