"""Every provider that has a folder is held to the contract. Add `-k acme` for one provider's tests alone."""

from __future__ import annotations

from message_detail import providers
from message_detail.testing import ProviderContract, held_to
from tests.recorded import FOLDER

for _name in providers.names():
    globals()[f"Test{_name.capitalize()}"] = held_to(
        ProviderContract, _name, provider=providers.load(_name), recordings=FOLDER / _name
    )
