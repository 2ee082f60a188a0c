"""The providers: one package each, with the same file names in every one. No I/O, no AWS, no other provider."""

from __future__ import annotations

import functools
import hashlib
import importlib
import importlib.util
import pkgutil
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Final

from message_detail.domain.errors import UnknownProvider

if TYPE_CHECKING:
    from message_detail.providers.base.account import AccountSchema
    from message_detail.providers.base.listing import Listing
    from message_detail.providers.base.provider import Provider
    from message_detail.providers.base.webhook import Webhook

VERSION_DIGITS: Final = 12
"""Hexadecimal digits of a version of tables."""


@functools.cache
def names() -> tuple[str, ...]:
    """The names of all providers, found by their folders."""
    return tuple(sorted(found.name for found in pkgutil.iter_modules(__path__) if found.ispkg and found.name != "base"))


def load(name: str) -> Provider:
    """The declaration of a provider; UnknownProvider if there is none of that name."""
    provider: Provider = _module(name, "provider").PROVIDER
    return provider


def account_schema(name: str) -> AccountSchema:
    """The account schema of a provider, without importing the rest of it."""
    schema: AccountSchema = _module(name, "account").SCHEMA
    return schema


def load_listing(name: str) -> Listing:
    """How the messages of a provider are walked."""
    listing: Listing = _module(name, "listing").LISTING
    return listing


def load_webhook(name: str) -> Webhook:
    """How the webhooks of a provider are authenticated and read."""
    webhook: Webhook = _module(name, "webhook").WEBHOOK
    return webhook


def has_listing(name: str) -> bool:
    """Whether the messages of a provider can be walked."""
    return importlib.util.find_spec(f"{__name__}.{name}.listing") is not None


def provider_title(name: str) -> str:
    """The provider's own name, as people write it."""
    return load(name).title


@functools.cache
def tables_version(name: str) -> str:
    """The version of the tables by which a provider's answers are read: another one once anything in its package, or in
    what all providers share, is another."""
    digest = hashlib.sha256()
    for folder in ("base", name):
        for source in sorted(Path(__path__[0], folder).glob("*.py")):
            digest.update(source.read_bytes())
    return digest.hexdigest()[:VERSION_DIGITS]


def _module(name: str, part: str) -> ModuleType:
    if name not in names():
        raise UnknownProvider(f"there is no provider {name[:64]!r}; there are {', '.join(names())}")
    return importlib.import_module(f"{__name__}.{name}.{part}")
