"""Every way to authenticate a webhook of every provider: found by folder, one module of the provider's name each.

A module has its schemes as `SCHEMES`, the usual one first; their styles are those of the simulator.
`tests/contract/test_layout.py` says by path whose is missing: a provider whose webhooks nobody tries to forge can't be.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import Final

from message_detail import providers
from message_detail.testing import Scheme

_FOUND: Final = {module.name for module in pkgutil.iter_modules(__path__)} & set(providers.names())
SCHEMES_OF: Final[dict[str, list[Scheme]]] = {
    name: list(import_module(f"{__name__}.{name}").SCHEMES) for name in sorted(_FOUND)
}
"""By the provider's name."""
SCHEMES: Final = [scheme for schemes in SCHEMES_OF.values() for scheme in schemes]
ONE_OF_EACH: Final = [schemes[0] for schemes in SCHEMES_OF.values()]
"""The usual scheme of each provider."""
