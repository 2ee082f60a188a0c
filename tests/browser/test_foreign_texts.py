"""No text of a provider ever runs or loads anything, wherever it is shown."""

from __future__ import annotations

import copy
import json
from typing import Any, Final
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser

from tests.browser.fake_api import TOKEN, FakeApi, Served, problem, recorded_messages
from tests.browser.payloads import HOST, PAYLOADS
from tests.browsing import Visit, visit

RECORDED: Final = recorded_messages()
WHOLE: Final = next(item for item in RECORDED if item["message"]["body"]["html"] and item["message"]["to"])
_FOREIGN: Final = (
    "script, img, object, embed, video, audio, link, style, form[action], base, meta, marquee, template, xss, "
    "iframe:not(.mail)"
)
PARTY: Final = WHOLE["message"]["to"][0]


def said(payload: str) -> dict[str, Any]:
    """A message that holds the payload wherever a provider's text can stand."""
    item = copy.deepcopy(WHOLE)
    message = item["message"]
    party = {**dict.fromkeys(PARTY, payload), "address_type": "unknown"}
    body = dict.fromkeys(message["body"], payload)
    message |= {
        **{"provider_message_id": payload, "id": f"{message['provider']}:default:{payload}", "subject": payload},
        **{"status_native": payload, "status_reason": payload, "channel_native": payload, "final": True},
        **{"from": party, "to": [party], "cc": [party], "bcc": [], "reply_to": [party], "body": body},
        "failure": {"category": payload, "permanence": "unknown", "native_code": payload, "message": payload},
        "template": {
            **dict.fromkeys(("id", "name", "language", "category"), payload),
            "parameters": [{"name": payload, "value": payload}],
        },
        "attachments": [{**dict.fromkeys(("url", "name", "content_type", "sha256"), payload), "size": 1}],
        "replies": [{"text": payload, "at": "2026-05-04T09:15:04.000Z", "media": [payload]}],
        "conversation": {**message["conversation"], "id": payload, "thread_id": payload},
        "billing": {
            **message["billing"],
            "lines": [{"kind": payload, "amount": "1", "unit": payload}],
            "category": payload,
        },
        "call": {"outcome": payload, "duration_seconds": 1},
        "origin": {**message["origin"], "source": payload},
        "labels": {"tags": [payload], "categories": [payload], "brand": payload},
        "references": [{"type": payload, "value": payload}],
        "upstream": {"provider": payload, "message_id": payload, "status": payload, "response": payload},
        "extensions": {payload: [payload]},
    }
    message["provenance"] |= {"drift": [{"path": payload, "problem": payload, "value": payload}], "mapping": payload}
    item["observations"] = [{**one, "status_native": payload} for one in item["observations"]]
    return item


@pytest.fixture(scope="module")
def reader(browser: Browser, server: Served) -> Any:
    """Somebody who has signed in once and goes from message to message."""
    with visit(browser, server.origin) as visitor:
        visitor.open("drift", token=TOKEN)
        yield visitor


def go(reader: Visit, screen: str) -> None:
    """To another screen without loading the page anew."""
    reader.page.evaluate(
        "(to) => { history.pushState(null, '', to); dispatchEvent(new Event('place')); }", f"/console/{screen}"
    )
    reader.page.wait_for_timeout(10)
    reader.settled()


def harmless(reader: Visit) -> None:
    """Nothing of a text ran, loaded, or became an element."""
    assert reader.page.evaluate(f"[window.pwned, document.querySelectorAll('main :is({_FOREIGN})').length]") == [
        None,
        0,
    ]
    own = (f"{reader.origin}/v1/", f"{reader.origin}/console/_/")
    assert [url for url in reader.requests[1:] if not url.startswith(own) and url != "about:srcdoc"] == []
    reader.clean()


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_a_text_is_shown_and_nothing_of_it_runs_or_loads(reader: Visit, api: FakeApi, payload: str) -> None:
    api.items = [said(payload)]
    address = f"messages/{WHOLE['message']['provider']}/{_quoted(payload)}"
    texts = dict.fromkeys(("sentence", "advice", "try_again"), payload)
    api.answer(
        r"/explanation",
        200,
        {
            **texts,
            "answer": "unclear",
            "because": [
                {
                    "at": None,
                    "via": "webhook",
                    "status": "sent",
                    "status_native": payload,
                    "confirmed": False,
                    "text": payload,
                }
            ],
            "failure": {"text": payload},
            "next": {"at": None, "text": payload},
            "as_of": "2026-05-04T09:15:04.000Z",
            "freshness": "stored",
        },
    )
    api.answer(
        r"/raw", 200, {"fetched_at": "2026-05-04T09:15:04.000Z", "mapping": payload, "document": {payload: payload}}
    )
    for tab in ("timeline", "content", "details", "raw"):
        go(reader, f"{address}?tab={tab}")
        harmless(reader)


def _quoted(text: str) -> str:
    return quote(text, safe="")


def test_lists_show_texts_as_texts(reader: Visit, api: FakeApi) -> None:
    api.items = [said(payload) for payload in PAYLOADS]
    api.longest = 100
    api.drift = [
        {
            "provider": "alpha",
            "path": payload,
            "problem": payload,
            "count": 1,
            "sample": payload,
            "last_seen": "2026-05-04T09:15:04.000Z",
        }
        for payload in PAYLOADS
    ]
    for screen in ("", "messages", "stuck", "drift", "providers", f"#q={_quoted(PAYLOADS[0])}"):
        go(reader, screen)
        harmless(reader)


def test_problems_and_reasons_show_texts_as_texts(reader: Visit, api: FakeApi) -> None:
    words = json.dumps(PAYLOADS)
    reader.expected = ("502",)
    api.answer("messages|search|drift", *problem(502, words, words, words, correlation_id=words))
    for screen in ("", "messages", "drift"):
        go(reader, screen)
        harmless(reader)
    reader.expected = ()


def test_a_mail_is_read_in_a_frame_that_can_do_nothing(reader: Visit, api: FakeApi) -> None:
    item = copy.deepcopy(WHOLE)
    item["message"]["body"]["html"] = (
        "<h1>Hello</h1><p style='color: red' onclick='top.pwned=1'>A <b>bold</b> <a href='https://evil.example/a'>offer</a>"
        f"<img src='https://{HOST}/open.gif' alt='a pixel'><img src='data:image/png;base64,iVBORw0KGgo=' alt='own'></p>"
    )
    api.items = [item]
    message = item["message"]
    go(reader, f"messages/{message['provider']}/{message['provider_message_id']}?tab=content")
    frame = reader.page.locator("iframe.mail")
    assert frame.get_attribute("sandbox") == ""
    shown = reader.page.frame_locator("iframe.mail").locator("body")
    text = shown.inner_text()
    assert "offer [https://evil.example/a]" in text
    assert "[picture: a pixel]" in text
    assert shown.locator("[style], [onclick], a, script").count() == 0
    assert shown.locator("img").count() == 1
    harmless(reader)
