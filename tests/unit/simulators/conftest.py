"""Every simulator in turn."""

from __future__ import annotations

import pytest

from local.simulators import SIMULATORS, Simulator


@pytest.fixture(params=sorted(SIMULATORS))
def simulator(request: pytest.FixtureRequest) -> Simulator:
    return SIMULATORS[request.param]()
