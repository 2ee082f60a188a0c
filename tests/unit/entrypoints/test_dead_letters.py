"""Dead letters are shown before they are brought back, and stay where they are."""

from __future__ import annotations

from typing import Any

import pytest

from message_detail.adapters.aws.task_queue import DeadLetter, TaskQueue
from message_detail.domain.errors import StorageUnavailable
from message_detail.domain.tasks import PageTask, RefusalTask
from message_detail.entrypoints.operations import operations_handler
from message_detail.services import dead_letters
from tests.unit.container import Context
from tests.unit.entrypoints.conftest import Cloud
from tests.unit.entrypoints.document import fits
from tests.unit.entrypoints.events import body_of, http
from tests.unit.entrypoints.test_lookup import assert_problem
from tests.unit.entrypoints.test_operations import bury
from tests.unit.entrypoints.test_operations import post as redrive
from tests.unit.samples import stand_in

PATH = "/v1/providers/cellcast/dead-letters"
SHOW = "GET /v1/providers/{provider}/dead-letters"
AT = "2026-06-01T12:00:00.000Z"


def show(query: str = "", **event: Any) -> dict[str, Any]:
    answer: dict[str, Any] = body_of(fits(operations_handler(http(PATH, query=query, **event), Context()), SHOW))
    return answer


@pytest.fixture(autouse=True)
def _account(cloud: Cloud) -> None:
    cloud.put_account()


def test_a_dead_letter_says_why_it_died_when_and_what_it_is_about(cloud: Cloud) -> None:
    bury(cloud, "a:1", "provider_refused: Cellcast refuses the token")
    answer = show()
    (letter,) = answer["items"]
    assert answer["total"] == 1
    assert (letter["reason"], letter["detail"]) == ("provider_refused", "Cellcast refuses the token")
    assert (letter["task"], letter["account"], letter["message_id"]) == ("message", "default", "a:1")
    assert (letter["id"], letter["via"], letter["received_at"]) == ("cellcast:default:a:1", "webhook", AT)
    assert 0 <= letter["age"] < 60
    assert letter["at"] > AT


def test_no_body_is_shown(cloud: Cloud) -> None:
    _lay(cloud, '{"v":1,"provider":"cellcast","text":"a secret"}', "invalid_request: the task lacks ['account']")
    (letter,) = show()["items"]
    assert "a secret" not in str(letter)
    assert {name for name, value in letter.items() if value is not None} == {"reason", "detail", "at", "age"}


def test_pages_of_syncs_and_refusals_are_told_from_messages(cloud: Cloud) -> None:
    own: dict[str, Any] = {"provider": "cellcast", "account": "default", "received_at": AT}
    _lay(cloud, PageTask(**own, sync_id="f" * 32, page=3).to_json(), "provider_refused: x")
    _lay(cloud, RefusalTask(**own, refused="signature_invalid").to_json(), "storage_refused: x")
    told = {letter["task"]: letter for letter in show()["items"]}
    assert told["sync"]["sync_id"] == "f" * 32
    assert (told["sync"]["message_id"], told["refusal"]["message_id"]) == (None, None)


def test_what_sqs_itself_moved_says_so(cloud: Cloud) -> None:
    cloud.sqs.send_message(QueueUrl=cloud.dead_url, MessageBody="{}")
    assert show()["items"][0]["reason"] == "too_many_receives"


def test_a_redrive_just_after_finds_all_that_was_shown(cloud: Cloud) -> None:
    for number in range(23):
        bury(cloud, str(number), "provider_refused: x")
    assert len(show("limit=100")["items"]) == 23
    assert len(show("limit=100")["items"]) == 23
    assert body_of(redrive("/v1/providers/cellcast/redrive"))["moved"] == 23


def test_no_more_are_shown_than_asked_for_and_the_count_is_of_all(cloud: Cloud) -> None:
    for number in range(13):
        bury(cloud, str(number), "provider_refused: x")
    answer = show("limit=12")
    assert (len(answer["items"]), answer["total"]) == (12, 13)


def test_none_are_none(cloud: Cloud) -> None:
    assert show() == {"items": [], "total": 0}


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "limit=", "limit=1.0", "page=2"])
def test_a_bad_parameter_is_refused(cloud: Cloud, query: str) -> None:
    assert_problem(operations_handler(http(PATH, query=query), Context()), 400, "invalid_request")


@pytest.mark.parametrize("scopes", ["write", "admin"])
def test_it_needs_the_scope_metadata(cloud: Cloud, scopes: str) -> None:
    assert_problem(operations_handler(http(PATH, query="limit=0", scopes=scopes), Context()), 403, "forbidden")


def test_with_metadata_alone_a_person_in_the_reason_is_hidden(cloud: Cloud) -> None:
    bury(cloud, "a", "provider_refused: no such recipient +61491570156")
    assert "+61491570156" in show()["items"][0]["detail"]
    assert "+61491570156" not in show(scopes="metadata")["items"][0]["detail"]


class Repeating:
    """A queue that gives the same letters again and again, one of them under another receipt each time."""

    def __init__(self, total: int = 2) -> None:
        self.total = total
        self.calls = 0
        self.released: list[str] = []

    def count_dead_letters(self) -> int:
        return self.total

    def dead_letters(self, limit: int, _hidden_seconds: int) -> list[DeadLetter]:
        self.calls += 1
        letters = [
            DeadLetter("{}", "a: b", f"receipt-{self.calls}", 1.0, "one"),
            DeadLetter("{}", "c", "r", 2.0, "two"),
        ]
        return letters[:limit]

    def release_all(self, letters: list[DeadLetter]) -> None:
        self.released += [letter.receipt for letter in letters]


def test_what_is_received_twice_is_one_letter_and_the_calls_are_bounded() -> None:
    queue = Repeating()
    found = dead_letters.look(stand_in(queue), 100, 10.0, 20.0)
    assert [letter.reason for letter in found.items] == ["c", "a"]
    assert queue.calls == dead_letters.MOST_RECEIVES
    assert sorted(queue.released) == ["r", f"receipt-{queue.calls}"], "the newest receipt is the one that counts"


def test_without_time_nothing_is_received() -> None:
    queue = Repeating()
    assert dead_letters.look(stand_in(queue), 100, 10.0, 1.0).items == []
    assert (queue.calls, queue.released) == (0, [])


def test_letters_that_can_not_be_released_are_shown_all_the_same(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise StorageUnavailable("down")

    bury(cloud, "a", "provider_refused: x")
    monkeypatch.setattr(TaskQueue, "release_all", refuse)
    assert len(show()["items"]) == 1


def _lay(cloud: Cloud, body: str, reason: str) -> None:
    attributes: dict[str, Any] = {"reason": {"DataType": "String", "StringValue": reason}}
    cloud.sqs.send_message(QueueUrl=cloud.dead_url, MessageBody=body, MessageAttributes=attributes)
