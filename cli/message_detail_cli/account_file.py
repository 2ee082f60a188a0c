"""Reads an account's settings from a JSON or TOML file, or JSON from standard input. No error repeats a value."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from message_detail import providers
from message_detail.domain.errors import MessageDetailError
from message_detail.providers.base.account import DEFAULT_ACCOUNT, Account, build
from message_detail_cli.errors import UsageProblem
from message_detail_cli.tools import Tools

STDIN: Final = "-"
MAX_BYTES: Final = 1_000_000
_PLACE: Final = re.compile(r"\(at [^()]{1,60}\)$")


def read_settings(file: str, provider: str, account: str, tools: Tools) -> dict[str, Any]:
    """The settings in a file: one object, or one of the `[[accounts]]` of a file made for `make run`."""
    values = read_file(file, tools)
    if isinstance(values, dict) and isinstance(values.get("accounts"), list):
        return _chosen(values["accounts"], file, provider, account)
    if not isinstance(values, dict):
        raise UsageProblem(f"{file}: must hold one JSON object: the account's settings")
    return _own(values, file, provider, account)


def read_file(file: str, tools: Tools) -> Any:
    """What a JSON or TOML file holds, whatever it is; UsageProblem where it can't be read."""
    return _parsed(file, _bytes_of(file, tools))


def build_account(provider: str, name: str, values: Mapping[str, Any]) -> Account:
    """The account, checked as far as it can be without a call; UsageProblem names the keys that are wrong."""
    declared = providers.load(provider)
    try:
        account = build(provider, name, values, declared.schema)
        # The provider's own checks of settings come with its first request, which is made here and not sent.
        next(declared.retrieve(account, "0"))
    except MessageDetailError as error:
        raise UsageProblem(error.detail) from None
    return account


def _bytes_of(file: str, tools: Tools) -> bytes:
    if file == STDIN:
        return tools.stdin()
    try:
        with Path(file).open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise UsageProblem(f"{file}: {reason or 'cannot be read'}") from None
    return content


def _parsed(file: str, content: bytes) -> Any:
    if len(content) > MAX_BYTES:
        raise UsageProblem(f"{file}: has more than {MAX_BYTES} bytes")
    kind = "TOML" if Path(file).suffix.lower() == ".toml" else "JSON"
    try:
        text = content.decode("utf-8-sig")
        return tomllib.loads(text) if kind == "TOML" else json.loads(text)
    except json.JSONDecodeError as error:
        where = f" (line {error.lineno}, column {error.colno})"
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        where = f" {place.group()}" if place else ""
    except UnicodeDecodeError:
        where = ": it is not UTF-8 text"
    except RecursionError:
        where = ": it is nested too deeply"
    raise UsageProblem(f"{file}: is no valid {kind}{where}")


def _chosen(tables: list[Any], file: str, provider: str, account: str) -> dict[str, Any]:
    wanted = (provider, account)
    found = [
        table
        for table in tables
        if isinstance(table, dict) and (table.get("provider"), table.get("account", DEFAULT_ACCOUNT)) == wanted
    ]
    if len(found) != 1:
        problem = "no account" if not found else "more than one account"
        raise UsageProblem(f"{file}: holds {problem} {account!r} of {provider}")
    return _own(found[0], file, provider, account)


def _own(values: Mapping[str, Any], file: str, provider: str, account: str) -> dict[str, Any]:
    """The settings without the two keys that say whose they are, which must not say otherwise."""
    for key, wanted in (("provider", provider), ("account", account)):
        if key in values and values[key] != wanted:
            raise UsageProblem(f"{file}: its {key!r} is not {wanted!r}, which you named")
    return {key: value for key, value in values.items() if key not in ("provider", "account")}
