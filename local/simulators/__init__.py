"""Simulators of the vendors' services, for `make run` and the tests.

Each is one ASGI app whose paths begin with `/<provider>`, in a module of the provider's name with its class as
`SIMULATOR`; `local.simulators.server` serves all of them.
"""

from __future__ import annotations

import importlib
import pkgutil

from local.simulators.base import Simulator
from message_detail.providers import names


def _found() -> dict[str, type[Simulator]]:
    modules = {module.name for module in pkgutil.iter_modules(__path__)} & set(names())
    return {name: importlib.import_module(f"{__name__}.{name}").SIMULATOR for name in sorted(modules)}


#: The class for each provider, by the provider's name.
SIMULATORS: dict[str, type[Simulator]] = _found()

__all__ = ["SIMULATORS", "Simulator"]
