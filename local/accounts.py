"""The accounts of a TOML file: `[[accounts]]` tables, each with `provider`, `account` and the settings.

What a file says of its accounts has to be right; settings that can't be used are the account's own trouble, told when
the accounts are checked (account_checks.py).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from message_detail import providers
from message_detail.domain.errors import MessageDetailError
from message_detail.providers.base.account import check_name


class AccountsFileError(ValueError):
    """The file can't be used; the text says where and why, without a value of it."""


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """One account as it is stored: the JSON object of its secret, and whose it is."""

    provider: str
    account: str
    settings: Mapping[str, Any] = field(repr=False)


def read_accounts(path: Path) -> list[AccountSettings]:
    """The accounts of a file; AccountsFileError when it can't be read or doesn't say whose its accounts are."""
    data = read_tables(path)
    tables = data.get("accounts")
    if not isinstance(tables, list) or not tables or not all(isinstance(table, dict) for table in tables):
        raise AccountsFileError(f"{path}: has no [[accounts]] table")
    accounts = [_account(table, f"{path}: account {number}") for number, table in enumerate(tables, 1)]
    _check_twice(accounts, path)
    return accounts


def read_tables(path: Path) -> dict[str, Any]:
    """What a file holds: `accounts`, and `endpoints` where it has some. AccountsFileError."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise AccountsFileError(f"{path}: {error.strerror or 'cannot be read'}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AccountsFileError(f"{path}: not TOML: {error}") from None
    if unknown := sorted(set(data) - {"accounts", "endpoints"}):
        raise AccountsFileError(f"{path}: unknown keys beside [[accounts]] and [[endpoints]]: {', '.join(unknown)}")
    return data


def _account(table: Mapping[str, Any], where: str) -> AccountSettings:
    provider, name = table.get("provider"), table.get("account", "default")
    if not isinstance(provider, str) or not provider:
        raise AccountsFileError(f"{where}: 'provider' is missing")
    if not isinstance(name, str):
        raise AccountsFileError(f"{where}: 'account' must be a string")
    settings = {key: value for key, value in table.items() if key not in {"provider", "account"}}
    try:
        providers.account_schema(provider)
        check_name(name, provider)
    except MessageDetailError as error:
        raise AccountsFileError(f"{where}: {error.detail}") from None
    return AccountSettings(provider, name, settings)


def _check_twice(accounts: list[AccountSettings], path: Path) -> None:
    seen: set[tuple[str, str]] = set()
    for account in accounts:
        if (account.provider, account.account) in seen:
            raise AccountsFileError(f"{path}: {account.provider}, account {account.account!r}, is there twice")
        seen.add((account.provider, account.account))
