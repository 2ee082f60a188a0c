"""The variables of `make run`, such as PORT, ACCOUNTS, API_KEY, DATA and QUIET: what they may hold, and mean."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from local.stack import ApiKey

DEFAULT_PORT: Final = 3000
KEY_FILE: Final = "key"
"""The file in DATA that has the key with every scope."""
MAX_PLAN: Final = 200
"""Characters, as the template's parameter has them."""
MAX_VISIBILITY: Final = 43_200
"""https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html"""
#: RFC 6750's alphabet of a bearer token.
_ORIGINS: Final = re.compile(r"\*|https?://[^,/\s]+(,https?://[^,/\s]+)*")
"""As the template's parameter has them."""
_TOKEN: Final = re.compile(r"[A-Za-z0-9._~+/-]+=*")


class OptionError(ValueError):
    """A variable has a value that can't be used; the text says which and why, without a key's value."""


@dataclass(frozen=True, slots=True)
class Options:
    """What `make run` was asked for. accounts: a TOML file instead of simulators. reconcile_plan: the template's
    parameter of that name. visibility_seconds: how soon a failed task is seen again; None: as on AWS. data: a folder
    that keeps what is stored between runs; None: nothing is kept. quiet: no line for each request. cors_origins: the
    template's CorsOrigins. endpoint: whether a receiver prints the events that go out."""

    port: int
    accounts: Path | None
    keys: tuple[ApiKey, ...] = field(repr=False)
    reconcile_plan: str = ""
    visibility_seconds: int | None = None
    data: Path | None = None
    quiet: bool = False
    cors_origins: str = ""
    endpoint: bool = False

    @property
    def parameters(self) -> dict[str, str]:
        """The template's parameters that are given."""
        given = {"ReconcilePlan": self.reconcile_plan, "CorsOrigins": self.cors_origins}
        return {name: value for name, value in given.items() if value}

    @property
    def key(self) -> str:
        """The key with every scope."""
        return self.keys[0].value


def read_options(environ: Mapping[str, str]) -> Options:
    """The options of an environment; OptionError for a value that can't be used."""
    port = environ.get("PORT") or str(DEFAULT_PORT)
    if not port.isascii() or not port.isdecimal() or not 0 < int(port) < 65536:
        raise OptionError(f"PORT must be a number from 1 to 65535, not {port!r}")
    data = Path(environ["DATA"]) if environ.get("DATA") else None
    key = environ.get("API_KEY") or _kept_key(data) or secrets.token_urlsafe(24)
    read_key = environ.get("API_KEY_READ") or ""
    for name, value in (("API_KEY", key), ("API_KEY_READ", read_key)):
        if value and not _TOKEN.fullmatch(value):
            raise OptionError(f"{name} must be letters, digits and . _ ~ + / - only")
    if key == read_key:
        raise OptionError("API_KEY and API_KEY_READ must differ")
    keys = [ApiKey("local", key)] + ([ApiKey("local-read", read_key, ("read",))] if read_key else [])
    accounts = environ.get("ACCOUNTS")
    return Options(
        port=int(port),
        accounts=Path(accounts) if accounts else None,
        keys=tuple(keys),
        reconcile_plan=_plan(environ.get("RECONCILE_PLAN") or ""),
        visibility_seconds=_seconds(environ.get("VISIBILITY") or ""),
        data=data,
        quiet=_yes("QUIET", environ.get("QUIET") or ""),
        cors_origins=_origins(environ.get("CORS_ORIGINS") or ""),
        endpoint=_yes("ENDPOINT", environ.get("ENDPOINT") or ""),
    )


def _kept_key(data: Path | None) -> str:
    """The key of the run before, in a folder that keeps it."""
    if data is None:
        return ""
    if data.exists() and not data.is_dir():
        raise OptionError(f"DATA must be a folder, and {data} is a file")
    path = data / KEY_FILE
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""


def _plan(text: str) -> str:
    if not text:
        return ""
    from message_detail.domain.reconcile_policy import (
        read_plan,
    )  # brings the whole schema, which a start without it need not wait for

    try:
        read_plan(text)
    except (ValueError, TypeError, AttributeError) as error:
        raise OptionError(str(error) if "RECONCILE_PLAN" in str(error) else f"RECONCILE_PLAN: {error}") from None
    if len(text) > MAX_PLAN:
        raise OptionError(f"RECONCILE_PLAN: must have at most {MAX_PLAN} characters")
    return text


def _yes(name: str, text: str) -> bool:
    if text not in ("", "0", "1"):
        raise OptionError(f"{name} must be 1 or nothing, not {text!r}")
    return text == "1"


def _origins(text: str) -> str:
    if text and not _ORIGINS.fullmatch(text):
        raise OptionError(
            f"CORS_ORIGINS must be origins such as http://localhost:5173, with commas between, not {text!r}"
        )
    return text


def _seconds(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 5 and 0 < int(text) <= MAX_VISIBILITY):
        raise OptionError(f"VISIBILITY must be a number of seconds from 1 to {MAX_VISIBILITY}, not {text!r}")
    return int(text)
