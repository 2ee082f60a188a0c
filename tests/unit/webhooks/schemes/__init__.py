"""Every way to authenticate a webhook of every provider: found by folder, one module of the provider's name each.

A module has its schemes as `SCHEMES`, the usual one first; their styles are those of the simulator.
`tests/contract/test_layout.py` says by path whose is missing: a provider whose webhooks nobody tries to forge can't be.
"""

from __future__ import annotations

from typing import Final

from local.by_provider import modules_by_provider
from message_detail.testing import Scheme

SCHEMES_OF: Final[dict[str, list[Scheme]]] = {
    name: list(module.SCHEMES) for name, module in modules_by_provider(__name__, __path__).items()
}
"""By the provider's name."""
SCHEMES: Final = [scheme for schemes in SCHEMES_OF.values() for scheme in schemes]
ONE_OF_EACH: Final = [schemes[0] for schemes in SCHEMES_OF.values()]
"""The usual scheme of each provider."""
