"""One browser for each file, one server with a made-up API behind the console."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.fake_api import FakeApi, Served, served
from tests.browsing import Visit, chromium, visit


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    with served() as server:
        yield server


@pytest.fixture
def api(server: Served) -> FakeApi:
    """A new one for each test."""
    server.api = FakeApi()
    return server.api


@pytest.fixture
def seen(browser: Browser, server: Served, api: FakeApi) -> Iterator[Visit]:
    """A visitor, who is not signed in."""
    with visit(browser, server.origin) as visitor:
        yield visitor
