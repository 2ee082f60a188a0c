"""Changes one setting of an account in a TOML file of `[[accounts]]` tables; all else stays as it was written."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from message_detail.providers.base.account import DEFAULT_ACCOUNT
from message_detail_cli.account_example import toml_value
from message_detail_cli.errors import UsageProblem

_TABLE: Final = re.compile(r"\s*\[\[\s*accounts\s*\]\]\s*(#.*)?")


def changed(text: str, provider: str, account: str, key: str, values: Sequence[str]) -> str:
    """The file's text with a list under a key of the account; UsageProblem where that can't be done safely."""
    before = tomllib.loads(text)
    tables = before.get("accounts", [])
    whose = [(table.get("provider"), table.get("account", DEFAULT_ACCOUNT)) for table in tables]
    lines = text.splitlines(keepends=True)
    heads = [number for number, line in enumerate(lines) if _TABLE.fullmatch(line.rstrip("\r\n"))]
    if whose.count((provider, account)) == 1 and len(heads) == len(tables):
        place = whose.index((provider, account))
        start, end = heads[place] + 1, [*heads[1:], len(lines)][place]
        new = "".join([*lines[:start], *_with(lines[start:end], key, values), *lines[end:]])
        if _parsed(new) == _wanted(before, place, key, values):
            return new
    raise UsageProblem(f"put this line into the account's table yourself: {key} = {toml_value(list(values))}")


def write(path: Path, text: str) -> None:
    """Puts a text into a file that is there, with the file's own rights; a crash leaves the one or the other."""
    fresh = path.with_name(path.name + ".new")
    fresh.touch(mode=0o600)
    fresh.chmod(path.stat().st_mode & 0o777)
    fresh.write_text(text, encoding="utf-8", newline="")
    fresh.replace(path)


def _with(lines: list[str], key: str, values: Sequence[str]) -> list[str]:
    """The lines of a table with the key's line replaced, however many it takes, or added after the last setting."""
    line = f"{key} = {toml_value(list(values))}\n"
    named = re.compile(rf"\s*(?:{key}|\"{key}\"|'{key}')\s*=")
    for first, text in enumerate(lines):
        if named.match(text):
            for last in range(first + 1, len(lines) + 1):
                if _parsed("".join(lines[first:last])) is not None:
                    return [*lines[:first], line, *lines[last:]]
    filled = max((number for number, text in enumerate(lines, 1) if _is_setting(text)), default=0)
    return [*(_ended(text) for text in lines[:filled]), line, *lines[filled:]]


def _is_setting(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _ended(line: str) -> str:
    return line if line.endswith("\n") else line + "\n"


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _wanted(before: dict[str, Any], place: int, key: str, values: Sequence[str]) -> dict[str, Any]:
    tables = [
        {**table, key: list(values)} if number == place else table for number, table in enumerate(before["accounts"])
    ]
    return {**before, "accounts": tables}
