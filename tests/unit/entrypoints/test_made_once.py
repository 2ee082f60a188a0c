"""What is made of a message's state is made once per request or task: counted, not timed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from message_detail.domain import json_codec, message_view, timeline
from message_detail.domain.message import Message
from message_detail.entrypoints.lookup import lookup_handler
from message_detail.entrypoints.worker import worker_handler
from message_detail.providers.cellcast.provider import PROVIDER
from tests.unit.container import Context
from tests.unit.entrypoints.conftest import Cloud
from tests.unit.entrypoints.events import http, sqs
from tests.unit.samples import NATIVE_ID, says

PATH = f"/v1/messages/cellcast/{NATIVE_ID}"
DELIVERED = {
    "status": "delivered",
    "status_native": "message.delivered",
    "occurred_at": "2026-06-01T11:59:58.000Z",
    "observed_at": "2026-06-01T12:00:00.000Z",
    "via": "webhook",
    "epoch": 0,
}
look_up = lookup_handler(PROVIDER)
work = worker_handler(PROVIDER)


@pytest.fixture
def made(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each is made. States of which no details are known don't count: nothing is made of them."""
    cloud.put_account()
    found = Counter[str]()

    def counted(where: Any, name: str, what: str, is_one: Callable[[Any], bool] = lambda _: True) -> None:
        original = getattr(where, name)

        def count(one: Any) -> Any:
            found[what] += is_one(one)
            return original(one)

        monkeypatch.setattr(where, name, count)

    for name, what in (("_message", "message"), ("_timeline", "timeline"), ("_top", "greatest status")):
        counted(timeline, name, what, lambda state: state.details is not None)
    counted(Message, "as_json", "document")
    counted(json_codec, "dumps", "text", lambda one: isinstance(one, dict) and "provider_message_id" in one)
    for module in (timeline, message_view):
        counted(module, "content_digest", "digest")
    return found


def get(max_age: int, **headers: str) -> dict[str, Any]:
    return look_up(http(PATH, query=f"max_age={max_age}", headers=headers), Context())


def test_a_first_live_lookup_makes_each_once(made: Counter[str]) -> None:
    assert get(0)["statusCode"] == 200
    assert made == {"message": 1, "timeline": 1, "greatest status": 1, "document": 1, "text": 1, "digest": 1}


def test_a_live_lookup_makes_each_once_of_what_was_known_and_of_what_is(made: Counter[str]) -> None:
    get(0)
    made.clear()
    assert get(0)["statusCode"] == 200
    assert made == {"message": 2, "timeline": 2, "greatest status": 2, "document": 1, "text": 1, "digest": 1}


def test_a_stored_lookup_answers_with_the_stored_text(made: Counter[str]) -> None:
    first = get(0)
    made.clear()
    answer = get(60)
    assert +made == {"message": 1, "timeline": 1, "greatest status": 1}
    assert answer["headers"]["etag"] == first["headers"]["etag"]
    assert answer["body"].replace('"freshness":"stored"', '"freshness":"live"') == first["body"]


def test_whoever_has_the_message_costs_no_text(made: Counter[str]) -> None:
    tag = get(0)["headers"]["etag"]
    made.clear()
    assert get(60, **{"if-none-match": tag})["statusCode"] == 304
    assert +made == {"message": 1, "timeline": 1, "greatest status": 1}


@pytest.mark.parametrize("observations", [[], [DELIVERED]], ids=["refresh", "webhook"])
def test_a_task_makes_each_once(made: Counter[str], cloud: Cloud, observations: list[Any]) -> None:
    cloud.vendor.then(says())
    task = {"v": 1, "provider": "cellcast", "account": "default", "message_id": NATIVE_ID, "via": "webhook"}
    body = json.dumps(task | {"received_at": "2026-06-01T12:00:00.000Z", "observations": observations})
    assert work(sqs(body), Context()) == {"batchItemFailures": []}
    assert made == {"message": 1, "timeline": 1, "greatest status": 1, "document": 1, "text": 1, "digest": 1}
