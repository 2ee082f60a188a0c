"""The API's reference in a browser: it shows the document and tries requests out, under the pages' policy."""

from __future__ import annotations

import json

from message_detail.entrypoints.openapi.document import document
from tests.browser.fake_api import KEY, FakeApi
from tests.browsing import Visit


def test_the_reference_shows_every_route_and_tries_one_out_with_the_key(seen: Visit, api: FakeApi) -> None:
    page = seen.page
    api.open["openapi.json"] = json.loads(json.dumps(document()))
    page.goto(f"{seen.origin}/v1/docs")
    page.wait_for_selector(".opblock")
    routes = sum(len(methods) for places in ("paths", "webhooks") for methods in document()[places].values())
    assert page.locator(".opblock").count() == routes
    page.locator("button.authorize").click()
    page.locator(".auth-container input").fill(KEY)
    page.locator(".auth-btn-wrapper .authorize").click()
    page.locator(".auth-btn-wrapper .btn-done").click()
    page.locator("[id*=getDrift] .opblock-summary-control, [id*=rift] .opblock-summary-control").first.click()
    page.locator(".execute").first.click()
    page.locator(".live-responses-table").wait_for()
    assert "200" in page.locator(".live-responses-table tbody .response-col_status").first.inner_text()
    assert ("GET", "/v1/drift") in api.asked
    assert KEY not in page.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie])")
