"""The console in a browser: Debian's chromium, driven by Playwright, that writes down whatever should not happen."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

AXE: Final = Path(__file__).parent / "browser" / "vendor" / "axe.min.js"
ARGUMENTS: Final = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
MISSING: Final = "no chromium here (Debian: apt-get install -y chromium): the console is not tried in a browser"
#: WCAG 2.2 AA, and what axe's makers advise besides.
RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_WATCH: Final = """
window.violations = [];
addEventListener('securitypolicyviolation', (one) => violations.push(one.violatedDirective + ' ' + one.blockedURI));
"""
_IS_SETTLED: Final = "() => Boolean(document.querySelector('main h1')) && !document.querySelector('.spinner')"
SETTLE_SECONDS: Final = 30.0
Scheme = Literal["light", "dark"]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser with a profile of its own; the test is skipped where there is none on this machine."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip(MISSING)
    # Ended with the block: while it is there, asyncio.run() is of no use in this process.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Visit:
    """A page, and what happened on it that should not."""

    page: Page
    origin: str
    base: str = "/console/"
    faults: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    expected: tuple[str, ...] = ()
    """Parts of console messages that the test itself causes, such as those of an error that it wants answered."""

    def __post_init__(self) -> None:
        self.page.add_init_script(_WATCH)
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("request", self._request)

    def open(self, screen: str = "", token: str | None = None) -> None:
        """A screen, by its address below the console's; signed in by a link where there is a token."""
        mark = "&" if "#" in screen else "#"
        self.page.goto(f"{self.origin}{self.base}{screen}" + (f"{mark}token={token}" if token else ""))
        self.settled()

    def settled(self) -> None:
        """Once nothing is loading any more."""
        deadline = time.monotonic() + SETTLE_SECONDS
        # Not wait_for_function: it makes code of a text, which the page's policy refuses.
        while not (settled := self.page.evaluate(_IS_SETTLED)) and time.monotonic() < deadline:
            self.page.wait_for_timeout(15)
        assert settled, self.page.locator("body").inner_text()

    def clean(self) -> None:
        """Nothing happened that should not: no error, no violation of the policy, no request to another host."""
        found = self.faults + [f"policy: {one}" for one in self.page.evaluate("window.violations")]
        assert not found, found

    def accessible(self, scheme: Scheme = "light", rules: list[str] | None = None) -> None:
        """Axe finds nothing, in that colour scheme."""
        self.page.emulate_media(color_scheme=scheme)
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(self._axe)
        options = {"runOnly": {"type": "rule", "values": rules} if rules else {"type": "tag", "values": RULES}}
        found = self.page.evaluate("(options) => axe.run(document, {...options, iframes: false})", options)
        told = [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in found["violations"]]
        assert not told, told

    def fits(self, width: int = 320) -> None:
        """No scrolling to the side at that width."""
        old = self.page.viewport_size
        self.page.set_viewport_size({"width": width, "height": 640})
        assert self.page.evaluate("document.documentElement.scrollWidth") <= width
        if old:
            self.page.set_viewport_size(old)

    @cached_property
    def _axe(self) -> str:
        return AXE.read_text(encoding="utf-8")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(part in message.text for part in self.expected):
            self.faults.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        self.requests.append(request.url)
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "about", "blob") and f"{parts.scheme}://{parts.netloc}" != self.origin:
            self.faults.append(f"foreign: {request.url}")


@contextmanager
def visit(browser: Browser, origin: str, base: str = "/console/", **options: Any) -> Iterator[Visit]:
    """A new visitor's page; at its end nothing may have happened that should not."""
    context = browser.new_context(viewport={"width": 1200, "height": 900}, timezone_id="Australia/Sydney", **options)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    context.set_default_timeout(8000)
    try:
        visitor = Visit(context.new_page(), origin, base)
        yield visitor
        visitor.clean()
    finally:
        context.close()
