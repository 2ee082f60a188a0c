"""Makes the pictures of the console in docs/, of a system that `make run` has started.

python -m tools.screenshots '<the link that make run prints as "console">'
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, sync_playwright

DOCS: Final = Path(__file__).resolve().parents[1] / "docs"
SIZE: Final = {"width": 1200, "height": 760}
#: The file, the screen's address, and what leads on from there (a selector of a link), if anything.
PICTURES: Final[Mapping[str, tuple[str, str | None]]] = {
    "console-home.png": ("", None),
    "console-message.png": ("messages?provider=cellcast&status=undelivered,failed,rejected", "a.row"),
}


def main(arguments: list[str]) -> int:
    """The exit code."""
    chromium = shutil.which("chromium")
    if len(arguments) != 1 or "#token=" not in arguments[0] or chromium is None:
        print(
            "usage: python -m tools.screenshots <the console's link with its token>; it needs chromium", file=sys.stderr
        )
        return 2
    home, token = arguments[0].split("#", 1)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--headless", "--no-sandbox"])
        for name, (screen, further) in PICTURES.items():
            page = browser.new_page(viewport={"width": SIZE["width"], "height": SIZE["height"]}, timezone_id="UTC")
            page.goto(f"{home}{screen}#{token}")
            if further:
                page.locator(further).first.click()
                page.locator(".answer").wait_for()
            _settle(page)
            page.screenshot(path=DOCS / name)
        browser.close()
    return 0


def _settle(page: Page) -> None:
    page.wait_for_timeout(300)
    page.locator(".spinner").first.wait_for(state="detached")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
