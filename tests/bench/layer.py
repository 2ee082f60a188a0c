"""The size of the layer as `make build` makes it: built, pruned and compiled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tests import built
from tests.bench.measure import Measure, at_most, unmeasured
from tools.prune_layer import layers_of, sizes

ARCHITECTURE: Final = "arm64"
"""The template's default."""
UNZIPPED: Final = "layer, unzipped"
ZIPPED: Final = "layer, zipped"


def measure() -> Iterator[Measure]:
    """Megabytes (10⁶ bytes)."""
    try:
        if reason := built.reason_against():
            raise built.BuildFailed(reason)
        (layer,) = layers_of(built.build(ARCHITECTURE))
    except built.BuildFailed as error:
        yield unmeasured(5, UNZIPPED, "≤ 60 MB", str(error))
        yield unmeasured(5, ZIPPED, "≤ 20 MB", str(error))
        return
    unzipped, zipped = sizes(layer)
    yield at_most(5, UNZIPPED, unzipped / 1e6, 60, unit="MB", note=ARCHITECTURE)
    yield at_most(5, ZIPPED, zipped / 1e6, 20, unit="MB", note="as code that is not compiled anew with each cold start")
