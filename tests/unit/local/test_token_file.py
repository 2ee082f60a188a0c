"""Rotated tokens survive the end of `make run ACCOUNTS=…`."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

from local.token_file import TokenFile
from tests.unit.aws import client, world


def _table() -> Any:
    client("dynamodb").create_table(
        TableName="t",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
    )
    return client("dynamodb")


TOKEN = {
    "pk": {"S": "token#highlevel:default"},
    "sk": {"S": "token"},
    "access_token": {"S": "a2"},
    "refresh_token": {"S": "r2"},
    "valid_until": {"N": "1"},
    "seed": {"S": "s"},
}


def test_tokens_are_saved_for_the_owner_only_and_restored(tmp_path: Path) -> None:
    accounts = tmp_path / "accounts.toml"
    with world():
        table = _table()
        tokens = TokenFile(accounts, table, "t")
        tokens.start()
        table.put_item(TableName="t", Item={**TOKEN, "lease_owner": {"S": "me"}})
        table.put_item(TableName="t", Item={"pk": {"S": "message#x"}, "sk": {"S": "message"}})
        tokens.close()
    assert stat.S_IMODE(tokens.path.stat().st_mode) == 0o600
    assert json.loads(tokens.path.read_text()) == [TOKEN]
    with world():
        table = _table()
        again = TokenFile(accounts, table, "t")
        again.start()
        again.close()
        assert table.scan(TableName="t")["Items"] == [TOKEN]


def test_a_token_is_saved_however_much_the_table_holds(tmp_path: Path) -> None:
    """A scan ends after a megabyte, whatever it was asked for."""
    with world():
        table = _table()
        for number in range(4):
            message = {"pk": {"S": f"message#{number}"}, "sk": {"S": "message"}, "message": {"S": "x" * 350_000}}
            table.put_item(TableName="t", Item=message)
        table.put_item(TableName="t", Item=TOKEN)
        tokens = TokenFile(tmp_path / "accounts.toml", table, "t")
        tokens.start()
        tokens.close()
    assert json.loads(tokens.path.read_text()) == [TOKEN]


def test_a_run_without_tokens_leaves_no_file(tmp_path: Path) -> None:
    with world():
        tokens = TokenFile(tmp_path / "accounts.toml", _table(), "t")
        tokens.start()
        tokens.close()
    assert list(tmp_path.iterdir()) == []
