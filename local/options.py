"""The variables of `make run`: PORT, ACCOUNTS, API_KEY, API_KEY_READ."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from local.stack import ApiKey

DEFAULT_PORT: Final = 3000
#: RFC 6750's alphabet of a bearer token.
_TOKEN: Final = re.compile(r"[A-Za-z0-9._~+/-]+=*")


class OptionError(ValueError):
    """A variable has a value that can't be used; the text says which and why, without a key's value."""


@dataclass(frozen=True, slots=True)
class Options:
    """What `make run` was asked for. accounts: a TOML file instead of simulators."""

    port: int
    accounts: Path | None
    keys: tuple[ApiKey, ...] = field(repr=False)

    @property
    def key(self) -> str:
        """The key with every scope."""
        return self.keys[0].value


def read_options(environ: Mapping[str, str]) -> Options:
    """The options of an environment; OptionError for a value that can't be used."""
    port = environ.get("PORT") or str(DEFAULT_PORT)
    if not port.isascii() or not port.isdecimal() or not 0 < int(port) < 65536:
        raise OptionError(f"PORT must be a number from 1 to 65535, not {port!r}")
    key = environ.get("API_KEY") or secrets.token_urlsafe(24)
    read_key = environ.get("API_KEY_READ") or ""
    for name, value in (("API_KEY", key), ("API_KEY_READ", read_key)):
        if value and not _TOKEN.fullmatch(value):
            raise OptionError(f"{name} must be letters, digits and . _ ~ + / - only")
    if key == read_key:
        raise OptionError("API_KEY and API_KEY_READ must differ")
    keys = [ApiKey("local", key)] + ([ApiKey("local-read", read_key, ("read",))] if read_key else [])
    accounts = environ.get("ACCOUNTS")
    return Options(port=int(port), accounts=Path(accounts) if accounts else None, keys=tuple(keys))
