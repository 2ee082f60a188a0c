"""Accounts: one set of credentials and settings at one provider, checked against what the provider declares.

No account value is ever part of a repr, an error or a log line. Where accounts come from is another module's
business: adapters/aws/secrets.py (Secrets Manager) on AWS.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from message_detail.domain.errors import AccountUnusable, InvalidRequest
from message_detail.domain.webhook_secrets import STANDARD_PREFIX, clean_secret, standard_key

DEFAULT_ACCOUNT: Final = "default"
ACCOUNT_NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
ACCOUNT_PATTERN: Final = f"^{ACCOUNT_NAME.pattern}$"
"""The same, as JSON Schema has it."""

_TEXT_KEYS: Final = frozenset({"base_url", "default_region", "webhook_url"})
_COMMON_KEYS: Final = _TEXT_KEYS | {
    "webhook_secrets",
    "timeout_seconds",
    "max_concurrency",
    "confirm_after_seconds",
    "sync_minutes",
    "retention_days",
    "store_content",
}
_LIST_KEYS: Final = frozenset({"webhook_secrets", "webhook_public_keys"})
_NUMBER_KEYS: Final = frozenset(
    {"timeout_seconds", "max_concurrency", "confirm_after_seconds", "sync_minutes", "retention_days"}
)
_FLAG_KEYS: Final = frozenset({"accept_legacy_signature"})
_REGION: Final = re.compile(r"[A-Za-z]{2}")
FULL: Final = "full"
NONE: Final = "none"
"""Values of `store_content`: what of a message's content is stored."""
_WHOLE_NUMBER_KEYS: Final = frozenset({"max_concurrency", "retention_days"})
_OFF_KEYS: Final = frozenset({"confirm_after_seconds", "sync_minutes"})
"""Numbers that may be 0."""
_MOST: Final = {"sync_minutes": 10_080, "retention_days": 36_500}
DEFAULT_TIMEOUT_SECONDS: Final = 10.0
DEFAULT_MAX_CONCURRENCY: Final = 5
DEFAULT_CONFIRM_AFTER_SECONDS: Final = 15.0
"""How long after a webhook's announcement the fetch is made that confirms it and all that follow until then."""
DEFAULT_SYNC_MINUTES: Final = 60.0
"""Where the provider has a list. 0 switches syncs by schedule off."""
MAX_NUMBER: Final = 900
MIN_SECRET: Final = 16
"""Characters. What is shorter can be guessed by who may try as often as they like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSchema:
    """What a provider wants to find in an account, beyond the keys that all have.

    `unit` is the key of the vendor's own id of what an account is, where its events name that instead of the account.
    `credentials` lists alternatives: an account must hold all keys of at least one of them. `signs_standard`: the
    provider signs after Standard Webhooks, so that a `whsec_` secret must be one. `check` raises AccountUnusable for
    settings of a provider's own that can't be used, `check_list` for an account that is good for lookups and can't be
    listed. `examples`: what a setting looks like that isn't secret, by its key. `webhook_place`: where in the vendor's
    pages the address and the secret of its webhooks go.
    """

    credentials: tuple[tuple[str, ...], ...]
    default_base_url: str | None = None
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    defaults: Mapping[str, str] = field(default_factory=dict)
    unit: str | None = None
    signs_standard: bool = False
    examples: Mapping[str, str] = field(default_factory=dict)
    webhook_place: str = ""
    check: Callable[[Account], object] = lambda _account: None
    check_list: Callable[[Account], object] = lambda _account: None

    def unit_of(self, values: Mapping[str, Any]) -> str | None:
        """The vendor's own id in an account's settings, None where they have none."""
        unit = values.get(self.unit) if self.unit is not None else None
        return str(unit) if unit else None

    def known(self) -> frozenset[str]:
        """Every key that an account of this provider may have."""
        alternatives = {key for alternative in self.credentials for key in alternative}
        return _COMMON_KEYS | alternatives | set(self.required) | set(self.optional) | set(self.defaults)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account, ready for use. `settings` holds the provider's own keys, credentials too: never shown."""

    provider: str
    name: str
    base_url: str
    settings: Mapping[str, Any] = field(repr=False)
    webhook_secrets: tuple[str, ...] = field(default=(), repr=False)
    webhook_url: str | None = None
    default_region: str | None = None
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS
    max_concurrency: int = DEFAULT_MAX_CONCURRENCY
    confirm_after_seconds: float = DEFAULT_CONFIRM_AFTER_SECONDS
    sync_minutes: float = DEFAULT_SYNC_MINUTES
    retention_days: int | None = None
    store_content: str = FULL

    def get(self, key: str) -> str | None:
        """A setting of the provider's own, or None."""
        value = self.settings.get(key)
        return None if value is None else str(value)

    def require(self, key: str) -> str:
        """A setting that must be there; AccountUnusable names the key (never a value) when it is not."""
        value = self.get(key)
        if not value:
            raise AccountUnusable(
                f"account {self.name!r} of {self.provider} has no {key!r}: add it to the account's settings",
                provider=self.provider,
                account=self.name,
            )
        return value


def check_name(name: str, provider: str | None) -> str:
    """The account's name, or InvalidRequest when no account can have it."""
    if not ACCOUNT_NAME.fullmatch(name):
        raise InvalidRequest("account: must be 1 to 64 of the characters A-Z a-z 0-9 . _ -", provider=provider)
    return name


def build(provider: str, name: str, values: Mapping[str, Any], schema: AccountSchema) -> Account:
    """The account made of one JSON or TOML object; AccountUnusable says which keys are unknown, missing, bad."""
    problems = _problems(values, schema)
    if problems:
        raise AccountUnusable(
            f"the settings of account {name!r} of {provider} can't be used: {'; '.join(problems)}",
            provider=provider,
            account=name,
        )
    own = {key: values[key] for key in values if key not in _COMMON_KEYS}
    account = Account(
        provider=provider,
        name=name,
        base_url=str(values.get("base_url") or schema.default_base_url).rstrip("/"),
        settings={**schema.defaults, **own},
        webhook_secrets=tuple(map(clean_secret, values.get("webhook_secrets", ()))),
        webhook_url=values.get("webhook_url") or None,
        default_region=values.get("default_region") or schema.defaults.get("default_region"),
        timeout_seconds=float(values.get("timeout_seconds", DEFAULT_TIMEOUT_SECONDS)),
        max_concurrency=int(values.get("max_concurrency", DEFAULT_MAX_CONCURRENCY)),
        confirm_after_seconds=float(values.get("confirm_after_seconds", DEFAULT_CONFIRM_AFTER_SECONDS)),
        sync_minutes=float(values.get("sync_minutes", DEFAULT_SYNC_MINUTES)),
        retention_days=values.get("retention_days"),
        store_content=values.get("store_content", FULL),
    )
    schema.check(account)
    return account


def _problems(values: Mapping[str, Any], schema: AccountSchema) -> list[str]:
    unknown = sorted(set(values) - schema.known())
    problems = [f"unknown key {key!r}" for key in unknown]
    required = schema.required + (() if schema.default_base_url else ("base_url",))
    problems += [f"{key!r} is missing" for key in dict.fromkeys(required) if not values.get(key)]
    if not any(all(values.get(key) for key in alternative) for alternative in schema.credentials):
        wanted = " or ".join("/".join(alternative) for alternative in schema.credentials)
        problems.append(f"credentials are missing: give {wanted}")
    problems += [problem for key in values if key in schema.known() and (problem := _bad_value(key, values[key]))]
    return problems + _bad_secrets(values.get("webhook_secrets"), schema)


def _bad_secrets(secrets: Any, schema: AccountSchema) -> list[str]:
    """What is wrong with webhook secrets that are texts, told by their place in the list."""
    problems = []
    texts = enumerate(secrets if isinstance(secrets, list | tuple) else (), start=1)
    for place, secret in ((place, clean_secret(text)) for place, text in texts if isinstance(text, str) and text):
        if len(secret) < MIN_SECRET:
            problems.append(
                f"'webhook_secrets': secret {place} has fewer than {MIN_SECRET} characters: make a longer one"
            )
        elif schema.signs_standard and secret.startswith(STANDARD_PREFIX) and not _is_standard(secret):
            problems.append(f"'webhook_secrets': secret {place} is not base64 after {STANDARD_PREFIX!r}: copy it anew")
    return problems


def _is_standard(secret: str) -> bool:
    try:
        return bool(standard_key(secret))
    except ValueError:
        return False


def _bad_value(key: str, value: Any) -> str | None:
    """What is wrong with the value of a key, without the value."""
    if key in _LIST_KEYS:
        good = isinstance(value, list | tuple) and all(isinstance(item, str) and item for item in value)
        return None if good else f"{key!r} must be a list of non-empty strings"
    if key in _NUMBER_KEYS:
        return _bad_number(key, value)
    if key in _FLAG_KEYS:
        return None if isinstance(value, bool) else f"{key!r} must be true or false"
    if not isinstance(value, str):
        return f"{key!r} must be a string"
    if key == "location_id" and not (value.isascii() and value.isprintable() and value.split() == [value]):
        return "'location_id' must be the sub-account's id, without blanks"
    if key == "store_content" and value not in (FULL, NONE):
        return f"'store_content' must be {FULL!r} or {NONE!r}"
    if key == "base_url" and value and not _is_safe_url(value):
        return "'base_url' must be an https address (http only on loopback) without a query"
    if key == "webhook_url" and value and not _is_safe_url(value.partition("?")[0]):
        return "'webhook_url' must be the https address (http only on loopback) that the provider sends webhooks to"
    if key == "default_region" and value and not _REGION.fullmatch(value):
        return "'default_region' must be a country's two letters (ISO 3166)"
    return None


def _bad_number(key: str, value: Any) -> str | None:
    most = _MOST.get(key, MAX_NUMBER)
    if key in _OFF_KEYS and value == 0 and not isinstance(value, bool):
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= most:
        off = ", or 0 for never" if key in _OFF_KEYS else ""
        return f"{key!r} must be a number above 0, at most {most}{off}"
    if key in _WHOLE_NUMBER_KEYS and value != int(value):
        return f"{key!r} must be a whole number"
    return None


def _is_safe_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return False
    # urlsplit passes over blanks, and an empty query, fragment or user name leaves no trace in its parts.
    if not host or not url.isascii() or not url.isprintable() or any(c in url for c in " ?#@\\"):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
