"""What an account of a provider looks like, made from its schema: to fill in, and to ask for what lacks."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Final

from message_detail import providers
from message_detail.domain.webhook_secrets import STANDARD_PREFIX
from message_detail.providers.base.account import DEFAULT_ACCOUNT, AccountSchema
from message_detail.providers.base.generic_webhook import by_secret

VENDORS_KEYS: Final = "webhook_public_keys"
"""The setting of providers whose webhooks are signed with a key of the vendor's: no secret is shared."""
_PLACEHOLDERS: Final = {"base_url": "https://api.example.com"}


def required(schema: AccountSchema) -> tuple[str, ...]:
    """What every account has to hold besides a log-in, in the order in which it is asked for."""
    return tuple(dict.fromkeys((() if schema.default_base_url else ("base_url",)) + schema.required))


def chosen_log_in(schema: AccountSchema, values: Mapping[str, Any]) -> tuple[str, ...]:
    """The keys of the log-in of which most is there; the first where nothing is."""
    return max(schema.credentials, key=lambda keys: sum(bool(values.get(key)) for key in keys) / len(keys))


def missing(schema: AccountSchema, values: Mapping[str, Any], log_in: Sequence[str]) -> tuple[str, ...]:
    """The keys without which such an account can't be used."""
    return tuple(key for key in (*required(schema), *log_in) if not values.get(key))


def takes_secret(provider: str) -> bool:
    """Whether the provider's webhooks are proved by a secret of the account's."""
    return VENDORS_KEYS not in providers.account_schema(provider).known()


def sends_secret(provider: str) -> bool:
    """Whether the provider's webhooks carry the secret itself (Basic, Bearer, ?token=) and not a signature."""
    return providers.load_webhook(provider).authenticate is by_secret


def new_secret(provider: str) -> str:
    """A webhook secret that nobody can guess, in the notation of the provider's scheme."""
    if providers.account_schema(provider).signs_standard:
        return STANDARD_PREFIX + secrets.token_hex(24)  # hexadecimal digits are base64, too
    return secrets.token_urlsafe(32)


def example(provider: str, log_in: Sequence[str]) -> dict[str, Any]:
    """An account with this log-in; what is to be replaced is in angle brackets."""
    schema = providers.account_schema(provider)
    keys = dict.fromkeys((*required(schema), *log_in, *((schema.unit,) if schema.unit else ())))
    values: dict[str, Any] = {key: schema.examples.get(key) or _PLACEHOLDERS.get(key, f"<the {key}>") for key in keys}
    if takes_secret(provider):
        values["webhook_secrets"] = [new_secret(provider)]
    return values


def as_json(values: Mapping[str, Any]) -> str:
    """As `accounts put --file` takes it."""
    return json.dumps(values, indent=2)


def as_toml(provider: str, values: Mapping[str, Any]) -> str:
    """A table of the file that `make run ACCOUNTS=` takes; what may stand there besides follows as comments."""
    schema = providers.account_schema(provider)
    head = {"provider": provider, "account": DEFAULT_ACCOUNT, **values}
    lines = ["[[accounts]]", *(f"{key} = {toml_value(value)}" for key, value in head.items())]
    others = [" + ".join(keys) for keys in schema.credentials if not set(keys) <= set(values)]
    lines += [f"# instead of the log-in above: {keys}" for keys in others]
    if schema.default_base_url:
        lines.append(f"# base_url = {toml_value(schema.default_base_url)}")
    lines += [f"# {key} = {toml_value(value)}" for key, value in schema.defaults.items()]
    return "\n".join(lines)


def toml_value(value: Any) -> str:
    """A text, a number, true, false, or a list of such: in TOML they are written as in JSON."""
    return json.dumps(value, ensure_ascii=False)
