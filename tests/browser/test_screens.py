"""Every screen, full, empty and refused, light and dark, wide and narrow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest

from tests.browser.fake_api import TOKEN, FakeApi, problem, recorded_messages
from tests.browsing import Visit

MESSAGES: Final = [item["message"] for item in recorded_messages()]


def one(fits: Callable[[dict[str, Any]], bool]) -> str:
    message = next(message for message in MESSAGES if fits(message))
    return f"messages/{message['provider']}/{message['provider_message_id']}"


FAILED: Final = one(lambda message: message["outcome"] == "failure" and message["failure"])
MAIL: Final = one(lambda message: message["body"]["html"])
SCREENS: Final = {
    "home": "",
    "search": "#q=%2B61491570157",
    "messages": "messages?outcome=failure",
    "timeline": FAILED,
    "journal": f"{FAILED}?journal=true",
    "content": f"{MAIL}?tab=content",
    "details": f"{FAILED}?tab=details",
    "raw": f"{FAILED}?tab=raw",
    "sent out": f"{FAILED}?tab=sent",
    "stuck": "stuck",
    "discrepancies": "discrepancies",
    "providers": "providers",
    "drift": "drift",
    "endpoints": "endpoints",
    "endpoint": "endpoints/crm",
    "stats": "stats?from=2026-06-01&to=2026-06-07&channel=sms",
    "comparison": "stats?one=cellcast&two=samva",
}
DRIFT: Final = [
    {
        "provider": "alpha",
        "path": "a.b",
        "problem": "unknown_field",
        "count": 3,
        "sample": "x",
        "last_seen": "2026-06-01T12:00:00.000Z",
        "account": "default",
        "id": "alpha:default:one",
        "message_id": "one",
    }
]
WAITING: Final = problem(
    503, "rate_limited", "The provider asks to wait", "its account is cooling down", retry_after=30
)


def full(api: FakeApi) -> None:
    api.drift = DRIFT


def empty(api: FakeApi) -> None:
    api.items = []
    api.endpoints = []


def refused(api: FakeApi) -> None:
    api.answer(r"^(?!me$|session$)", *WAITING)


def checked(visit: Visit) -> None:
    """By axe in both schemes (colours are all that differs), at 320 px, and that nothing else went wrong."""
    visit.accessible("light")
    visit.accessible("dark", rules=["color-contrast"])
    visit.fits(320)


@pytest.mark.parametrize("state", [full, empty, refused], ids=lambda state: state.__name__)
@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_is_for_everybody_in_every_state(
    seen: Visit, api: FakeApi, screen: str, state: Callable[[FakeApi], None]
) -> None:
    state(api)
    seen.expected = ("503", "404") if state is not full else ()
    seen.open(SCREENS[screen], token=TOKEN)
    checked(seen)
    assert seen.page.locator("h1").count() == 1
    assert "token" not in seen.page.url
    if state is refused:
        told = seen.page.locator(".problem").first.inner_text()
        words = ("The provider asks to wait", "its account is cooling down", "rate_limited", "by itself in")
        assert [word for word in words if word not in told] == []


def test_an_account_that_somebody_has_to_mend_says_what_is_wrong(seen: Visit, api: FakeApi) -> None:
    wrong = [("refused", "Samva refuses the API key"), ("unusable", "unknown key 'tokn'")]
    last = {"last_success": None, "last_error": "2026-06-01T12:00:00.000Z", "cooling_down_until": None}
    accounts = [
        {"account": state, "state": state, "last_error_code": "a_code", "last_error_detail": why, **last}
        for state, why in wrong
    ]
    provider = {"provider": "alpha", "title": "Alpha", "state": "unusable", "accounts": accounts, "list": True}
    counts = {"webhook": {"path": "/v1/webhooks/alpha"}, "dead_letters_last_day": 0, "drift_last_day": 0}
    api.answer("providers$", 200, {"items": [{**provider, **counts}]})
    seen.open("providers", token=TOKEN)
    told = seen.page.locator("table").first.inner_text()
    words = ("Refuses the credentials", "Settings can't be used", *(why for _, why in wrong))
    assert [word for word in words if word not in told] == []
    seen.open("", token=TOKEN)
    seen.page.get_by_text("has an account whose settings can't be used").wait_for()


def test_signing_in_is_for_everybody(seen: Visit) -> None:
    seen.open()
    checked(seen)


def test_the_list_of_keys_is_for_everybody(seen: Visit) -> None:
    seen.open(token=TOKEN)
    seen.page.keyboard.press("?")
    seen.page.wait_for_selector("dialog[open]")
    checked(seen)


@pytest.mark.parametrize(
    ("screen", "button"),
    [("providers", "Sync …"), ("providers", "Dead letters …"), ("endpoints/crm", "Send again …")],
)
def test_an_action_asks_in_a_dialog_for_everybody(seen: Visit, screen: str, button: str) -> None:
    seen.open(screen, token=TOKEN)
    seen.page.get_by_role("button", name=button).first.click()
    seen.page.wait_for_selector("dialog[open]")
    seen.settled()
    checked(seen)


@pytest.mark.parametrize("what", ["Dead letters of", "Latest syncs of", "that were refused"])
def test_a_list_on_demand_is_for_everybody(seen: Visit, what: str) -> None:
    seen.open("providers", token=TOKEN)
    seen.page.locator("summary", has_text=what).first.click()
    seen.page.wait_for_selector("main details[open] > :nth-child(2)")
    seen.settled()
    checked(seen)
