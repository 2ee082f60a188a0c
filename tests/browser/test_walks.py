"""What people do with the console, with a keyboard alone, and what it keeps to itself."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Browser, Route

from tests.browser.fake_api import KEY, TOKEN, FakeApi, Served, problem, recorded_messages
from tests.browsing import Visit, visit

RECORDED: Final = recorded_messages()
FAILED: Final = next(
    item["message"]
    for item in RECORDED
    if item["message"]["failure"] and item["message"]["to"] and item["message"]["to"][0]["address"]
)
ADDRESS: Final = FAILED["to"][0]["address"]
SCREEN: Final = f"messages/{FAILED['provider']}/{quote(FAILED['provider_message_id'], safe='')}"
ACCOUNT: Final = {
    **{"account": "default", "state": "ok", "cooling_down_until": None, "last_success": None},
    **dict.fromkeys(("last_error", "last_error_code", "last_error_detail")),
}
FIRST_VIEW_BYTES: Final = 60 * 1024


def copied(visit: Visit) -> str:
    text: str = visit.page.evaluate("navigator.clipboard.readText()")
    return text


def test_a_keyboard_alone_goes_from_the_search_to_the_answer_and_copies_it(seen: Visit, api: FakeApi) -> None:
    page, keys = seen.page, seen.page.keyboard
    api.longest = 25
    seen.open()
    keys.type(KEY)  # the box has the focus
    keys.press("Enter")
    page.wait_for_selector("input[type=search]")
    seen.settled()
    keys.press("/")
    keys.type(ADDRESS)
    keys.press("Enter")
    page.wait_for_selector("a.row")
    keys.press("Escape")
    keys.press("j")
    keys.press("j")
    keys.press("k")
    keys.press("Enter")
    page.wait_for_selector(".answer")
    assert page.evaluate("document.activeElement.tagName") == "H1"
    assert ADDRESS in page.locator("h1").inner_text()
    keys.press("Tab")
    assert "Ask" in page.evaluate("document.activeElement.textContent")
    asked = len(api.asked)
    keys.press("Enter")
    page.wait_for_timeout(100)
    seen.settled()
    assert any("max_age=0" in path for _, path in api.asked[asked:])
    keys.press("Tab")
    keys.press("Enter")
    page.get_by_text("Copied").wait_for()
    ticket = copied(seen)
    assert FAILED["id"].split(":")[0] in ticket
    assert ADDRESS not in ticket


@pytest.mark.parametrize(("pressed", "screen"), [("gl", "messages"), ("gs", "stuck"), ("gp", "providers")])
def test_two_keys_lead_to_a_screen_and_can_be_switched_off(seen: Visit, pressed: str, screen: str) -> None:
    seen.open("drift", token=TOKEN)
    seen.page.keyboard.type(pressed)
    seen.settled()
    assert urlsplit(seen.page.url).path == f"/console/{screen}"
    seen.page.keyboard.press("?")
    seen.page.get_by_role("checkbox").uncheck()
    seen.page.keyboard.press("Escape")
    seen.page.go_back()
    seen.page.keyboard.type(pressed)
    assert urlsplit(seen.page.url).path == "/console/drift"


def test_the_token_of_a_link_leaves_the_address_bar_at_once_and_goes_nowhere_else(seen: Visit, api: FakeApi) -> None:
    seen.open("messages?outcome=failure", token=TOKEN)
    assert seen.page.url == f"{seen.origin}/console/messages?outcome=failure"
    assert not any(TOKEN in path for _, path in api.asked)
    assert seen.page.evaluate("JSON.stringify([localStorage, document.cookie])").count(TOKEN) == 0
    assert TOKEN in seen.page.evaluate("JSON.stringify(sessionStorage)")
    seen.page.go_back()
    assert TOKEN not in seen.page.url


def test_the_key_is_exchanged_and_kept_nowhere(seen: Visit, api: FakeApi) -> None:
    seen.open()
    seen.page.fill("#key", KEY)
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_selector("input[type=search]")
    seen.settled()
    assert KEY not in seen.page.evaluate(
        "JSON.stringify([localStorage, sessionStorage, document.cookie, location.href])"
    )
    assert not any(KEY in path for _, path in api.asked)


def test_a_search_text_stands_in_the_fragment_which_noserver_sees(seen: Visit, api: FakeApi) -> None:
    seen.open(token=TOKEN)
    seen.page.fill("input[type=search]", ADDRESS)
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_selector("a.row")
    assert urlsplit(seen.page.url).fragment == f"q={quote(ADDRESS, safe='').replace('%20', '+')}"
    pages = [path for _, path in api.asked if path.startswith("/console")]
    assert not any(quote(ADDRESS, safe="") in path for path in pages)


def test_an_expired_token_asks_for_the_key_and_keeps_the_place(seen: Visit, api: FakeApi) -> None:
    seen.expected = ("401",)
    seen.open("messages?outcome=failure", token=TOKEN)
    api.answer(r"^messages", *problem(401, "unauthorized", "Not authenticated", "the token has expired"))
    seen.page.get_by_role("button", name="Load again").click()
    seen.page.wait_for_selector("#key")
    assert "Your session has ended" in seen.page.locator("main").inner_text()
    api.overrides.clear()
    seen.page.fill("#key", KEY)
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_selector("a.row")
    assert seen.page.url == f"{seen.origin}/console/messages?outcome=failure"


def test_a_wrong_key_is_said_so(seen: Visit) -> None:
    seen.expected = ("401",)
    seen.open()
    seen.page.fill("#key", "wrong")
    seen.page.keyboard.press("Enter")
    seen.page.get_by_text("This key is not known").wait_for()


def test_a_missing_scope_is_named(seen: Visit, api: FakeApi) -> None:
    seen.expected = ("403",)
    api.answer("/raw", *problem(403, "forbidden", "Not allowed", "this needs an API key with the scope 'read'"))
    seen.open(f"{SCREEN}?tab=raw", token=TOKEN)
    assert "the scope 'read'" in seen.page.locator(".problem").inner_text()


def test_a_key_of_metadata_is_told_what_is_left_out(seen: Visit, api: FakeApi) -> None:
    api.scopes = ["metadata"]
    api.items = [{**item, "message": {**item["message"], "withheld": True}} for item in api.items]
    seen.open(f"{SCREEN}?tab=content", token=TOKEN)
    text = seen.page.locator("main").inner_text()
    assert "Persons and content are left out" in text
    seen.open("providers", token=TOKEN)
    assert seen.page.get_by_role("button", name="Sync …").count() == 0


def test_half_an_hour_without_a_key_or_a_click_locks(seen: Visit) -> None:
    seen.page.clock.install()
    seen.open("drift", token=TOKEN)
    seen.page.clock.fast_forward(29 * 60_000)
    seen.page.keyboard.press("Tab")
    seen.page.clock.fast_forward(29 * 60_000)
    assert seen.page.locator("#key").count() == 0
    seen.page.clock.fast_forward(2 * 60_000)
    seen.page.wait_for_selector("#key")
    assert "Locked after 30 minutes" in seen.page.locator("main").inner_text()
    assert seen.page.evaluate("sessionStorage.length") == 0


def test_another_tab_is_signed_in_by_the_first_and_signed_out_with_it(seen: Visit) -> None:
    seen.open("drift", token=TOKEN)
    other = Visit(seen.page.context.new_page(), seen.origin)
    other.open("messages")
    assert other.page.locator("#key").count() == 0
    seen.page.locator(".menu summary").click()
    seen.page.get_by_role("button", name="Sign out").click()
    other.page.wait_for_selector("#key")
    other.clean()


def test_a_link_survives_signing_in_and_back_works(seen: Visit) -> None:
    seen.open(f"{SCREEN}?tab=details")
    seen.page.fill("#key", KEY)
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_selector(".answer")
    assert seen.page.get_by_role("link", name="Details").get_attribute("aria-current") == "page"
    seen.page.get_by_role("link", name="Content", exact=True).click()
    seen.page.wait_for_url("**tab=content")
    seen.page.go_back()
    assert seen.page.get_by_role("link", name="Details").get_attribute("aria-current") == "page"


@pytest.mark.parametrize("message_id", ["a/b", "a b+c", "50%", "ünï", "a?b#c", "...", "%2F", "a:b=c"], ids=range(8))
def test_an_id_of_any_characters_has_a_link_that_leads_to_it(seen: Visit, api: FakeApi, message_id: str) -> None:
    item = {**RECORDED[0], "message": {**RECORDED[0]["message"], "provider_message_id": message_id}}
    api.items = [item]
    seen.open("messages", token=TOKEN)
    seen.page.locator("a.row").click()
    seen.page.wait_for_selector(".answer")
    address = seen.page.url
    seen.page.goto(address)
    seen.page.wait_for_selector(".answer")
    assert message_id in seen.page.locator(".over").inner_text()


def test_the_answers_to_an_earlier_question_are_never_shown(seen: Visit, api: FakeApi) -> None:
    seen.open("messages", token=TOKEN)
    held = []
    seen.page.route("**/v1/messages?*outcome=failure*", lambda route: held.append(route))
    seen.page.evaluate("history.pushState(null, '', '?outcome=failure'); dispatchEvent(new Event('place'))")
    seen.page.wait_for_timeout(50)
    seen.page.evaluate("history.pushState(null, '', '?outcome=success'); dispatchEvent(new Event('place'))")
    seen.settled()
    for route in held:
        route.fulfill(status=200, body=json.dumps({"items": [FAILED], "next_cursor": None}))
    seen.page.wait_for_timeout(50)
    assert seen.page.locator(".status.bad").count() == 0


def test_an_answer_that_is_no_json_is_told_in_words(seen: Visit) -> None:
    seen.expected = ("502",)
    seen.page.route("**/v1/drift", lambda route: route.fulfill(status=502, body="<html>Bad gateway</html>"))
    seen.open("drift", token=TOKEN)
    text = seen.page.locator(".problem").inner_text()
    assert "The API answered with status 502" in text
    assert "Unexpected token" not in text


def test_no_answer_is_told_in_words_and_can_be_asked_again(seen: Visit) -> None:
    seen.expected = ("ERR_FAILED",)
    seen.page.route("**/v1/drift", lambda route: route.abort())
    seen.open("drift", token=TOKEN)
    assert "could not be reached" in seen.page.locator(".problem").inner_text()
    seen.page.unroute("**/v1/drift")
    seen.page.get_by_role("button", name="Try again").click()
    seen.page.get_by_text("No drift").wait_for()


def test_a_stale_copy_says_so(seen: Visit, api: FakeApi) -> None:
    stale = {**FAILED, "provenance": {**FAILED["provenance"], "freshness": "stale"}}
    api.items = [{"message": stale, "observations": RECORDED[0]["observations"]}]
    seen.open(SCREEN, token=TOKEN)
    assert "This may be out of date" in seen.page.locator("main").inner_text()


def test_a_provider_that_refuses_leaves_what_was_known(seen: Visit, api: FakeApi) -> None:
    seen.expected = ("503",)
    seen.open(SCREEN, token=TOKEN)
    api.answer("max_age=0", *problem(503, "provider_unavailable", "The provider is down", "no answer", retry_after=20))
    seen.page.locator(".fresh button").click()
    seen.page.get_by_text("The provider is down").wait_for()
    assert seen.page.locator(".answer h1").count() == 1


def test_an_unknown_id_offers_the_providers(seen: Visit) -> None:
    seen.open("#q=no-such-id", token=TOKEN)
    link = seen.page.locator(".choices a").first
    assert (link.get_attribute("href") or "").endswith("/no-such-id")


def test_the_journal_is_shown_and_hidden_by_keyboard_at_an_address_of_its_own(seen: Visit) -> None:
    seen.open(SCREEN, token=TOKEN)
    seen.page.get_by_role("link", name="Show the journal").focus()
    seen.page.keyboard.press("Enter")
    seen.page.get_by_text("A webhook came again").wait_for()
    assert "journal=true" in seen.page.url
    told = seen.page.locator("main").inner_text()
    assert [word for word in ("A webhook came in", "12 at least", "provider_unavailable") if word not in told] == []
    seen.page.get_by_role("link", name="Hide the journal").focus()
    seen.page.keyboard.press("Enter")
    seen.page.get_by_role("link", name="Show the journal").wait_for()
    assert "journal" not in seen.page.url


def test_an_id_that_never_became_a_message_shows_what_was_told_of_it(seen: Visit) -> None:
    seen.expected = ("404",)
    seen.open(f"messages/{FAILED['provider']}/never", token=TOKEN)
    seen.page.get_by_text("A webhook came in").wait_for()
    assert "no such message" in seen.page.locator("h1").inner_text()


def test_dead_letters_lead_to_their_messages_before_anything_is_moved(seen: Visit, api: FakeApi) -> None:
    api.scopes = ["metadata"]
    seen.open("providers", token=TOKEN)
    seen.page.locator("summary", has_text="Dead letters of").first.click()
    link = seen.page.locator("details a", has_text="a").first
    link.wait_for()
    assert (link.get_attribute("href") or "").endswith("/a")
    assert "the provider refuses the token" in seen.page.locator("main").inner_text()


def test_an_account_tells_how_its_webhooks_come(seen: Visit, api: FakeApi) -> None:
    facts = {"last_received": "2026-06-01T12:00:00.000Z", "received_last_day": 31, "refused_last_day": 2}
    refused = {"last_refused": "2026-06-01T11:00:00.000Z", "refused_reason": "signature_invalid"}
    standing = {"state": "ok", "dead_letters_last_day": 0, "drift_last_day": 0, "list": True, "webhook": None}
    account = {**ACCOUNT, "webhook": {**facts, **refused}}
    item = {**standing, "provider": "alpha", "title": "Alpha", "accounts": [account]}
    api.answer("^providers$", 200, {"items": [item]})
    seen.open("providers", token=TOKEN)
    told = seen.page.locator("main").inner_text()
    assert [word for word in ("31 in a day", "refused", "signature_invalid", "2 in a day") if word not in told] == []


def test_drift_leads_to_a_message_that_has_it(seen: Visit, api: FakeApi) -> None:
    row = {"provider": FAILED["provider"], "path": "a.b", "problem": "unknown_field", "count": 3, "sample": None}
    message = {"account": FAILED["account"], "id": FAILED["id"], "message_id": FAILED["provider_message_id"]}
    api.drift = [{**row, **message, "last_seen": "2026-06-01T12:00:00.000Z"}]
    seen.open("drift", token=TOKEN)
    seen.page.locator("td a").click()
    seen.page.wait_for_selector(".answer")
    assert seen.page.url == f"{seen.origin}/console/{SCREEN}?tab=raw"


def test_dead_letters_are_counted_with_their_reasons_before_they_are_moved(seen: Visit, api: FakeApi) -> None:
    seen.open("providers", token=TOKEN)
    seen.page.get_by_role("button", name="Dead letters …").first.click()
    seen.page.get_by_text("2 × provider_refused").wait_for()
    assert not any(method == "POST" for method, _ in api.asked)
    seen.page.get_by_role("button", name="Bring 2 back").click()
    seen.page.get_by_text("2 dead letters are back in the queue").wait_for()


def test_events_are_counted_before_they_are_sent_again(seen: Visit, api: FakeApi) -> None:
    seen.open("endpoints/crm", token=TOKEN)
    seen.page.get_by_role("button", name="Send again …").click()
    seen.page.get_by_label("That happened from").fill("2026-06-01T00:00")
    seen.page.get_by_role("button", name="Count them").click()
    seen.page.get_by_text("3 events would be sent again").wait_for()
    assert sum(method == "POST" for method, _ in api.asked) == 1
    seen.page.get_by_role("button", name="Send 3 again").click()
    seen.page.get_by_text("3 events are queued to be sent again").wait_for()


def test_an_endpoint_is_paused_resumed_and_tried(seen: Visit) -> None:
    seen.open("endpoints/crm", token=TOKEN)
    seen.page.get_by_role("button", name="Pause").click()
    seen.page.get_by_text("It is paused: what comes waits.").wait_for()
    seen.page.get_by_text("somebody asked for it").wait_for()
    seen.page.get_by_role("button", name="Resume").click()
    seen.page.get_by_text("It is resumed: what waited goes out.").wait_for()
    seen.page.get_by_role("button", name="Test").click()
    seen.page.get_by_text("The receiver took the test.").wait_for()


def test_a_delivery_of_the_list_is_sent_again_and_leads_to_its_message(seen: Visit) -> None:
    seen.open("endpoints/crm?status=failed", token=TOKEN)
    seen.page.get_by_role("button", name="Send again evt_1").click()
    seen.page.get_by_text("The event is queued to be sent again.").wait_for()
    assert (seen.page.get_by_role("link", name="one").get_attribute("href") or "").endswith("/messages/alpha/one")


def test_who_may_not_act_can_look_at_endpoints(seen: Visit, api: FakeApi) -> None:
    api.scopes = ["metadata", "read"]
    seen.open("endpoints/crm", token=TOKEN)
    seen.page.get_by_text("You can look.").wait_for()
    assert seen.page.get_by_role("button", name="Pause").count() == 0
    assert seen.page.get_by_role("button", name="Send again evt_1").count() == 0


def test_a_sync_shows_its_progress_at_an_address_of_its_own(seen: Visit) -> None:
    seen.open("providers", token=TOKEN)
    seen.page.get_by_role("button", name="Sync …").first.click()
    seen.page.get_by_role("button", name="Start").click()
    seen.page.get_by_text("40 of 40 seen, 3 new, 1 changed").wait_for()
    assert "sync=one" in seen.page.url


def test_long_texts_are_shown_in_part_and_then_whole(seen: Visit, api: FakeApi) -> None:
    message = {**FAILED, "subject": "s" * 10_000, "body": {**FAILED["body"], "text": "ab\u0000\u202e" * 250_000}}
    api.items = [{"message": message, "observations": RECORDED[0]["observations"]}]
    seen.open(f"{SCREEN}?tab=content", token=TOKEN)
    assert "s" * 10_000 in seen.page.locator("pre").first.inner_text()
    seen.page.get_by_role("button", name="Show more").click()
    assert "960,000 characters are left" in seen.page.locator("main").inner_text()
    seen.page.get_by_role("button", name="Copy all").click()
    seen.page.get_by_text("Copied").wait_for()
    assert len(copied(seen)) == 1_000_000
    seen.fits(320)


def test_a_clock_an_hour_off_changes_no_time(browser: Browser, server: Served, api: FakeApi) -> None:
    with visit(browser, server.origin) as visitor:
        visitor.page.add_init_script("{ const real = Date.now; Date.now = () => real() + 3_600_000 }")
        fresh = {**FAILED, "timestamps": {**FAILED["timestamps"], "created": _now()}}
        api.items = [{"message": fresh, "observations": []}]
        visitor.open("messages", token=TOKEN)
        assert "just now" in visitor.page.locator("a.row").inner_text()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def test_behind_a_stage_path_all_works(browser: Browser, server: Served, api: FakeApi) -> None:
    api.prefix = "/stage"
    with visit(browser, server.origin, "/stage/console/") as visitor:
        visitor.open(SCREEN, token=TOKEN)
        assert visitor.page.locator(".answer").count() == 1
        visitor.page.get_by_role("link", name="Drift").click()
        visitor.page.wait_for_url("**/stage/console/drift")
        visitor.settled()


def test_without_scripts_the_page_says_so(browser: Browser, server: Served, api: FakeApi) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server.origin}/console/")
    assert "needs JavaScript" in page.locator("body").inner_text()
    context.close()


@pytest.mark.parametrize("screen", ["", "#q=%2B61491570157", "messages", "stuck", "messages/cellcast/none-such"])
def test_a_provider_is_called_by_its_title_and_asked_for_once(seen: Visit, api: FakeApi, screen: str) -> None:
    """However late the title comes: a name of ours is no word for a person."""
    listed = {"state": "ok", "accounts": [], "dead_letters_last_day": 0, "drift_last_day": 0}
    names = sorted({item["message"]["provider"] for item in api.items})
    late = {"items": [{"provider": name, "title": f"The {name.upper()} company", **listed} for name in names]}

    def answer_late(route: Route) -> None:
        seen.page.wait_for_timeout(300)
        route.fulfill(json=late)

    seen.page.route("**/v1/providers", answer_late)
    seen.expected = ("404",)
    seen.open(screen, token=TOKEN)
    seen.page.locator("td[data-label=Provider], main h1:not(.hidden):has-text('no such message')").first.wait_for()
    shown = seen.page.locator("main").inner_text()
    assert "company" in shown
    assert not [name for name in names if name.capitalize() in shown]
    assert len([url for url in seen.requests if url.endswith("/v1/providers")]) == 1


def test_the_first_view_is_light_and_takes_three_round_trips(seen: Visit, api: FakeApi) -> None:
    """The page, then all that it names at once, then the API's answers at once."""
    sizes: dict[str, int] = {}
    seen.page.on("requestfinished", lambda request: sizes.update({request.url: request.sizes()["responseBodySize"]}))
    seen.open(token=TOKEN)
    own = {url: size for url, size in sizes.items() if "/v1/" not in url and not url.endswith("mail.css")}
    assert sum(own.values()) <= FIRST_VIEW_BYTES
    paths = [
        urlsplit(url).path for url in seen.requests if not url.endswith("icon.svg")
    ]  # which it gets when it is idle
    order = ["page" if path == "/console/" else "api" if path.startswith("/v1/") else "file" for path in paths]
    assert [kind for index, kind in enumerate(order) if index == 0 or order[index - 1] != kind] == [
        "page",
        "file",
        "api",
    ]


def test_statistics_are_pictures_and_tables_and_their_filters_stand_in_the_address(seen: Visit) -> None:
    seen.open("stats?from=2026-06-01&to=2026-06-07", token=TOKEN)
    page = seen.page
    rates = page.get_by_role("table", name="Delivery rate and cost by provider")
    assert "81.3 %" in rates.inner_text()
    assert "none: it reports no deliveries" in rates.inner_text()
    assert page.locator("figure[aria-hidden=true] svg").count() > 3
    for name in ("Time from sending to delivery", "Failures by what they were of", "How we learned of what happened"):
        assert page.get_by_role("table", name=name).count() == 1
    page.get_by_label("Country", exact=True).fill("au")
    page.get_by_label("Country", exact=True).press("Enter")
    page.wait_for_url("**/stats?from=2026-06-01&to=2026-06-07&country=AU")
    page.go_back()
    page.wait_for_url("**/stats?from=2026-06-01&to=2026-06-07")


def test_two_providers_are_compared_over_the_same_countries(seen: Visit, api: FakeApi) -> None:
    seen.open("stats?from=2026-06-01&to=2026-06-07&channel=sms", token=TOKEN)
    page = seen.page
    page.get_by_label("One", exact=True).select_option("cellcast")
    page.get_by_label("The other", exact=True).select_option("samva")
    page.get_by_role("button", name="Compare").press("Enter")
    over = page.get_by_role("table", name="Both over the same countries")
    over.wait_for()
    assert over.get_by_role("row").count() == 1 + 2
    assert "AU" in page.get_by_role("table", name="Both by country").inner_text()
    assert "one=cellcast&two=samva" in page.url
    asked = next(path for _, path in api.asked if "group_by=provider%2Ccountry" in path)
    assert "channel=sms" in asked
    assert "direction=outbound" in asked


def test_the_start_screen_says_how_today_goes(seen: Visit) -> None:
    seen.open(token=TOKEN)
    today = seen.page.get_by_role("table", name="What was sent today, by provider")
    today.wait_for()
    assert "of what is decided" in today.inner_text()
