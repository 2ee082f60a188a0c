"""The console on the running system: what its fake in tests/browser promises of the API is so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from local.simulators.base import Simulator
from tests.browsing import chromium, visit
from tests.integration.conftest import KEYS, System

PROVIDER = "cellcast"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def test_from_the_key_to_the_answer(system: System, simulators: dict[str, Simulator], browser: Browser) -> None:
    [message_id, *_] = simulators[PROVIDER].message_ids()
    message = system.get(f"/v1/messages/{PROVIDER}/{message_id}").json()
    with visit(browser, system.stack.api_url) as seen:
        page = seen.page
        page.set_default_timeout(30_000)
        seen.open()
        page.fill("#key", KEYS["read"].value)
        page.keyboard.press("Enter")
        page.wait_for_selector("input[type=search]")
        page.fill("input[type=search]", message["to"][0]["address"])
        page.keyboard.press("Enter")
        page.wait_for_selector("a.row")
        page.locator("a.row").first.click()
        page.wait_for_selector(".answer")
        assert message["to"][0]["address"] in page.locator("h1").inner_text()
        page.locator(".fresh button").click()
        page.locator(".fresh button:not([disabled])").wait_for()
        for tab in ("Content", "Details", "Raw answer"):
            page.get_by_role("link", name=tab, exact=True).click()
            page.wait_for_timeout(50)
            seen.settled()
            assert page.locator(".problem").count() == 0
        page.locator(".menu summary").click()
        assert "read" in page.locator(".menu").inner_text()


@pytest.mark.parametrize("screen", ["", "messages?outcome=pending", "stuck", "discrepancies", "providers", "drift"])
def test_every_screen_is_answered_by_the_api(system: System, browser: Browser, screen: str) -> None:
    token = system.post("/v1/session", json={}).json()["token"]
    with visit(browser, system.stack.api_url) as seen:
        seen.page.set_default_timeout(30_000)
        seen.open(screen, token=token)
        assert seen.page.locator(".problem").count() == 0


def test_a_sync_is_started_and_followed(
    system: System, simulators: dict[str, Simulator], browser: Browser, eventually: Callable[..., Any]
) -> None:
    token = system.post("/v1/session", json={"scopes": ["read", "write"]}).json()["token"]
    with visit(browser, system.stack.api_url) as seen:
        seen.page.set_default_timeout(30_000)
        seen.open("providers", token=token)
        seen.page.get_by_role("button", name="Sync …").first.click()
        seen.page.get_by_role("button", name="Start").click()
        seen.page.get_by_text("The sync is done.").wait_for()
