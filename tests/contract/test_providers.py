"""Every provider that has a folder is held to the contract. Add `-k acme` for one provider's tests alone."""

from __future__ import annotations

from message_detail import providers
from message_detail.testing import ProviderContract
from tests.recorded import FOLDER


def _held(name: str) -> type[ProviderContract]:
    body = {"provider": providers.load(name), "recordings": FOLDER / name, "__module__": __name__}
    return type(f"Test{name.capitalize()}", (ProviderContract,), body)


globals().update({f"Test{name.capitalize()}": _held(name) for name in providers.names()})
