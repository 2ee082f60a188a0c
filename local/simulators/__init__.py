"""Simulators of the vendors' services, for `make run` and the tests.

Each is one ASGI app whose paths begin with `/<provider>`, in a module of the provider's name with its class as
`SIMULATOR`; `local.simulators.server` serves all of them.
"""

from __future__ import annotations

from local.by_provider import modules_by_provider
from local.simulators.base import Simulator

#: The class for each provider, by the provider's name.
SIMULATORS: dict[str, type[Simulator]] = {
    name: module.SIMULATOR for name, module in modules_by_provider(__name__, __path__).items()
}

__all__ = ["SIMULATORS", "Simulator"]
