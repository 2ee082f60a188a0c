"""What is asked of a provider's files is asked of every provider that has a folder."""

from __future__ import annotations

import pytest

from message_detail import providers


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "name" in metafunc.fixturenames:
        metafunc.parametrize("name", providers.names())
