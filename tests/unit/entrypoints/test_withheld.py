"""A key with `metadata` alone: on every answer that shows messages, neither persons nor content."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from message_detail.entrypoints.lookup import lookup_handler
from message_detail.entrypoints.messages import messages_handler
from message_detail.providers.cellcast.provider import PROVIDER
from tests.unit.container import Context
from tests.unit.entrypoints.conftest import Cloud
from tests.unit.entrypoints.document import fits
from tests.unit.entrypoints.events import body_of, http
from tests.unit.samples import NATIVE_ID, says

PATH = f"/v1/messages/cellcast/{NATIVE_ID}"
MESSAGE = "GET /v1/messages/{provider}/{message_id}"
NUMBER, TEXT, WORD = "61491570156", "Your table is ready", "teleported"
look_up = lookup_handler(PROVIDER)


def look(path: str = PATH, **event: Any) -> dict[str, Any]:
    route = f"{MESSAGE}{path.removeprefix(PATH)}"
    return fits(look_up(http(path, **{"scopes": "metadata", **event}), Context()), route)


def get(path: str, **event: Any) -> dict[str, Any]:
    return fits(messages_handler(http(path, **{"scopes": "metadata", **event}), Context()), f"GET {path}")


@pytest.fixture(autouse=True)
def _message(cloud: Cloud) -> None:
    cloud.put_account()
    cloud.vendor.then(says(receiver=NUMBER, message=TEXT, status=WORD, customString=f"ref {TEXT}"))
    assert look(scopes="read", query="max_age=0")["statusCode"] == 200


def test_the_message_is_withheld_and_says_so() -> None:
    whole, shown = body_of(look(scopes="read")), body_of(look())
    assert (whole["withheld"], whole["to"][0]["address"], whole["body"]["text"]) == (False, f"+{NUMBER}", TEXT)
    assert (shown["withheld"], shown["to"][0]["address"], shown["body"]["text"]) == (True, "+6149•••••56", None)
    assert (shown["id"], shown["status"], shown["status_native"]) == (whole["id"], whole["status"], None)
    assert shown.keys() == whole.keys()


@pytest.mark.parametrize(
    ("path", "query"),
    [
        (PATH, ""),
        (f"{PATH}/timeline", ""),
        (f"{PATH}/explanation", ""),
        ("/v1/messages", "provider=cellcast"),
        ("/v1/messages", f"address={quote('+' + NUMBER)}"),
        ("/v1/search", f"q={NATIVE_ID}"),
        ("/v1/messages", "provider=cellcast&view=summary"),
        ("/v1/search", f"q={quote(f'ref {TEXT}')}"),
        ("/v1/search", f"q={quote(f'ref {TEXT}')}&view=summary"),
        ("/v1/drift", ""),
    ],
)
def test_no_answer_tells_whom_it_is_about_or_what_it_says(path: str, query: str) -> None:
    ask = look if path.startswith(PATH) else get
    whole = ask(path, query=query, scopes="read")
    shown = ask(path, query=query)
    assert shown["statusCode"] == 200
    assert WORD in whole["body"], "there is something to withhold"
    for told in (NUMBER, NUMBER[-8:], TEXT, WORD):
        assert told not in shown["body"]


def test_a_cache_takes_neither_answer_for_the_other() -> None:
    whole, shown = (look(scopes=scopes)["headers"] for scopes in ("read", "metadata"))
    assert whole["etag"] != shown["etag"]
    assert "authorization" in shown["vary"].split(", ")

    def status(scopes: str, tag: str) -> int:
        response = look_up(http(PATH, scopes=scopes, headers={"if-none-match": tag}), Context())
        return int(response["statusCode"])

    assert (status("metadata", shown["etag"]), status("metadata", whole["etag"])) == (304, 200)
    assert (status("read", whole["etag"]), status("read", shown["etag"])) == (304, 200)


def test_whoever_may_write_and_not_read_is_shown_no_more() -> None:
    assert body_of(look(scopes="metadata write admin"))["withheld"] is True
