"""The endpoints of a TOML file: `[[endpoints]]` tables, each with `name` and the settings, beside the accounts.

As for accounts, what a file says of them has to be right; an endpoint whose settings can't be used gets no events, and
keeps nobody else from theirs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from local.accounts import AccountsFileError, read_tables
from message_detail.domain.errors import MessageDetailError
from message_detail.domain.events_out.endpoint import build, check_name

NETWORKS: Final = ("127.0.0.0/8",)
"""Where endpoints of this machine may be, whose settings don't say: a receiver that somebody tries stands here."""


@dataclass(frozen=True, slots=True)
class EndpointSettings:
    """One endpoint as it is stored: the JSON object of its secret, and its name."""

    name: str
    settings: Mapping[str, Any] = field(repr=False)

    @property
    def problem(self) -> str | None:
        """Why the endpoint can't be used; None where it can."""
        try:
            build(self.name, self.settings, NETWORKS)
        except MessageDetailError as error:
            return error.detail
        return None


def read_endpoints(path: Path) -> list[EndpointSettings]:
    """The endpoints of a file, which may have none; AccountsFileError where it doesn't say what they are called."""
    tables = read_tables(path).get("endpoints", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise AccountsFileError(f"{path}: endpoints must be [[endpoints]] tables")
    endpoints = [_endpoint(table, f"{path}: endpoint {number}") for number, table in enumerate(tables, 1)]
    names = [endpoint.name for endpoint in endpoints]
    for name in names:
        if names.count(name) > 1:
            raise AccountsFileError(f"{path}: endpoint {name!r} is there twice")
    return endpoints


def problems(endpoints: Sequence[EndpointSettings]) -> str:
    """What is wrong with those that can't be used, a line for each."""
    return "\n".join(f"endpoint {one.name}: {one.problem}" for one in endpoints if one.problem is not None)


def _endpoint(table: Mapping[str, Any], where: str) -> EndpointSettings:
    name = table.get("name")
    if not isinstance(name, str):
        raise AccountsFileError(f"{where}: 'name' is missing")
    try:
        check_name(name)
    except MessageDetailError as error:
        raise AccountsFileError(f"{where}: {error.detail}") from None
    return EndpointSettings(name, {key: value for key, value in table.items() if key != "name"})
