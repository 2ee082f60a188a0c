"""Whatever answer shows persons and content of a message is on record: whose, and to which key."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from message_detail.domain.message_ids import message_hash
from message_detail.entrypoints.lookup import lookup_handler
from message_detail.entrypoints.messages import messages_handler
from message_detail.entrypoints.viewer import MOST_NAMED, Viewer
from message_detail.providers.cellcast.provider import PROVIDER
from tests.unit.container import Context
from tests.unit.entrypoints.conftest import Cloud
from tests.unit.entrypoints.events import http
from tests.unit.samples import ID, NATIVE_ID, says

PATH = f"/v1/messages/cellcast/{NATIVE_ID}"
NUMBER, TEXT = "61491570156", "Your table is ready"
SHOWN = {"key_id": "key-1", "messages": [message_hash(ID)], "count": 1}
look_up = lookup_handler(PROVIDER)
Logged = Callable[[], str]


def records(logged: Logged) -> list[dict[str, Any]]:
    """The audit lines, without what every line has."""
    lines = [json.loads(line) for line in logged().splitlines() if line.startswith("{")]
    return [{key: line[key] for key in SHOWN} for line in lines if line.get("message") == "messages shown"]


@pytest.fixture(autouse=True)
def _message(cloud: Cloud) -> None:
    cloud.put_account()
    cloud.vendor.then(says(receiver=NUMBER, message=TEXT))
    assert look_up(http(PATH, scopes="metadata", query="max_age=0"), Context())["statusCode"] == 200


ROUTES = [
    (PATH, ""),
    (f"{PATH}/explanation", ""),
    ("/v1/messages", "provider=cellcast"),
    ("/v1/messages", "provider=cellcast&view=summary"),
    ("/v1/search", f"q={NATIVE_ID}"),
]


def ask(path: str, query: str = "", **event: Any) -> int:
    handler = look_up if path.startswith(PATH) else messages_handler
    return int(handler(http(path, query=query, **event), Context())["statusCode"])


@pytest.mark.parametrize(("path", "query"), ROUTES)
def test_an_answer_that_shows_a_message_is_one_line(path: str, query: str, logged: Logged) -> None:
    assert ask(path, query, scopes="read") == 200
    assert records(logged) == [SHOWN]


@pytest.mark.parametrize(("path", "query"), [*ROUTES, (f"{PATH}/timeline", "")])
def test_what_is_withheld_is_not_shown(path: str, query: str, logged: Logged) -> None:
    assert ask(path, query, scopes="metadata") == 200
    assert records(logged) == []


def test_nothing_is_shown_to_who_has_it_or_finds_nothing(logged: Logged) -> None:
    assert ask(PATH, headers={"if-none-match": "*"}) == 304
    assert ask("/v1/messages", "provider=samva") == 200
    assert ask("/v1/search", "q=nothing") == 200
    assert records(logged) == []


def test_no_line_holds_a_person_a_text_or_an_id(logged: Logged) -> None:
    for path, query in ROUTES:
        ask(path, query)
    text = logged()
    assert not [told for told in (NUMBER, TEXT, NATIVE_ID) if told in text]


def test_a_line_has_an_end(logged: Logged) -> None:
    Viewer("key-1", sees_persons=True).audit([f"cellcast:default:{number}" for number in range(2 * MOST_NAMED)])
    [record] = records(logged)
    assert (len(record["messages"]), record["count"]) == (MOST_NAMED, 2 * MOST_NAMED)
