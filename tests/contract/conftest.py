"""Every contract test runs for every provider that has a folder, and where it asks for one, for every fixture."""

from __future__ import annotations

import pytest

from message_detail import providers
from message_detail.providers.base.provider import Provider
from tests.replay import Fixture, load_fixtures


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    names = providers.names()
    for argument, successes_only in (("fixture", False), ("success", True)):
        if argument in metafunc.fixturenames:
            found = [fixture for name in names for fixture in load_fixtures(name)]
            chosen = [fixture for fixture in found if fixture.succeeds] if successes_only else found
            metafunc.parametrize(argument, chosen, ids=str)
            return
    if "name" in metafunc.fixturenames or "provider" in metafunc.fixturenames:
        metafunc.parametrize("name", names)


@pytest.fixture
def provider(request: pytest.FixtureRequest) -> Provider:
    """The provider that a test, or its recorded fixture, is about."""
    params = request.node.callspec.params
    recorded: Fixture | None = params.get("fixture") or params.get("success")
    return providers.load(recorded.provider if recorded is not None else params["name"])
