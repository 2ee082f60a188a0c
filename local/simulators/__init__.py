"""Simulators of the five vendors' services, for `make run` and the tests.

Each is one ASGI app whose paths begin with `/<provider>`; `local.simulators.server` serves all of them.
"""

from __future__ import annotations

from collections.abc import Callable

from local.simulators.base import Simulator
from local.simulators.carecloud import CareCloud
from local.simulators.cellcast import Cellcast
from local.simulators.highlevel import HighLevel
from local.simulators.portsip import PortSip
from local.simulators.samva import Samva

#: A maker for each provider, by the provider's name.
SIMULATORS: dict[str, Callable[[], Simulator]] = {
    "carecloud": CareCloud,
    "cellcast": Cellcast,
    "highlevel": HighLevel,
    "samva": Samva,
    "portsip": PortSip,
}

__all__ = ["SIMULATORS", "Simulator"]
