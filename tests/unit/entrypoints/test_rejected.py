"""GET /v1/webhooks/{provider}/rejected: from the refusal of a webhook through the queue to the list."""

from __future__ import annotations

from typing import Any

import pytest

from message_detail import bootstrap
from message_detail.adapters.aws.key_schema import REJECTED
from message_detail.adapters.aws.rejected_webhooks import KEPT_SECONDS, MOST, RejectedWebhooks
from message_detail.domain.errors import StorageUnavailable
from message_detail.domain.tasks import NO_NAME, RefusalTask
from message_detail.domain.times import from_epoch
from message_detail.entrypoints.messages import messages_handler
from message_detail.entrypoints.webhook import webhook_handler
from message_detail.entrypoints.worker import worker_handler
from message_detail.providers import account_schema
from message_detail.providers.base.webhook import MAX_BYTES
from message_detail.providers.cellcast.provider import PROVIDER
from message_detail.providers.cellcast.webhook import WEBHOOK
from tests.unit.container import Context
from tests.unit.entrypoints.conftest import Cloud
from tests.unit.entrypoints.document import fits
from tests.unit.entrypoints.events import body_of, http, sqs
from tests.unit.entrypoints.test_lookup import assert_problem

PATH = "/v1/webhooks/cellcast/rejected"
NOW = 1_780_315_200.0
SECRET = "hook-secret-of-the-tests"
deliver = webhook_handler(WEBHOOK, account_schema("cellcast"))
work = worker_handler(PROVIDER)


def post(account: str = "", body: str = "{}", **headers: str) -> int:
    event = http(f"/v1/webhooks/cellcast{account}", method="POST", body=body, headers=headers)
    return int(deliver(event, Context())["statusCode"])


def get(**event: Any) -> dict[str, Any]:
    return fits(messages_handler(http(PATH, **event), Context()), "GET /v1/webhooks/{provider}/rejected")


def listed() -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = body_of(get())["items"]
    return items


@pytest.fixture(autouse=True)
def _account(cloud: Cloud) -> None:
    cloud.put_account()


def test_what_is_refused_is_listed_with_the_reason_and_without_a_word_of_it(cloud: Cloud) -> None:
    secret = {"authorization": f"Bearer {SECRET}"}
    assert post(body='{"secret text": 1}', authorization="Bearer wrong") == 401
    assert post("/nobody", authorization="Bearer wrong") == 401
    assert post("/jane%40example.com", authorization="Bearer wrong") in (400, 401, 404)
    assert post(body="no json", **secret) == 400
    assert post(body="x" * (MAX_BYTES + 1)) == 413
    bodies = [one["Body"] for one in cloud.waiting()]
    assert work(sqs(*bodies), Context()) == {"batchItemFailures": []}
    assert cloud.waiting() == cloud.dead() == []
    found = listed()
    assert {(one["account"], one["reason"], one["bytes"]) for one in found} >= {
        ("default", "signature_invalid", 18),
        ("nobody", "unknown_account", 2),
        ("default", "invalid_request", 7),
        ("default", "too_large", MAX_BYTES + 1),
    }
    assert {one["account"] for one in found} <= {"default", "nobody", None}
    assert "jane" not in get()["body"]
    assert "secret text" not in "".join(bodies)


def test_a_flood_is_one_task_and_the_answers_are_those_of_ever(cloud: Cloud) -> None:
    answers = {post(authorization="Bearer wrong") for _ in range(50)}
    assert answers == {401}
    assert len(cloud.waiting()) == 1


def test_a_provider_without_refusals_has_an_empty_list() -> None:
    response = get()
    assert (response["headers"]["cache-control"], body_of(response)) == ("private", {"items": []})


def kept(*refusals: tuple[float, str, str]) -> RejectedWebhooks:
    """A sample with refusals of so many seconds ago, each of an account for a reason."""
    rejected = RejectedWebhooks(bootstrap.services().table, lambda: NOW)
    for ago, account, reason in refusals:
        task = RefusalTask(
            provider="cellcast", account=account, refused=reason, size=3, received_at=from_epoch(NOW - ago)
        )
        rejected.keep(task)
    return rejected


def test_the_newest_come_first_each_kind_once_a_minute_and_none_is_older_than_a_week(cloud: Cloud) -> None:
    rejected = kept(
        (60, "a", "signature_invalid"),
        (62, "a", "signature_invalid"),
        (0, NO_NAME, "unknown_account"),
        (3_600, "b", "invalid_request"),
        (KEPT_SECONDS + 1, "c", "too_large"),
    )
    assert [(one.account, one.reason) for one in rejected.latest("cellcast")] == [
        (None, "unknown_account"),
        *[("a", "signature_invalid")] * 2,
        ("b", "invalid_request"),
    ]
    assert rejected.latest("samva") == []


def test_a_row_goes_after_a_week_and_holds_no_more_than_is_listed(cloud: Cloud) -> None:
    kept((0, "a", "signature_invalid"))
    [row] = cloud.dynamodb.scan(TableName="messages")["Items"]
    assert row == {
        **REJECTED.key(provider="cellcast", minute=from_epoch(NOW)[:16], account="a", reason="signature_invalid"),
        "at": {"S": from_epoch(NOW)},
        "size": {"N": "3"},
        "expires_at": {"N": str(int(NOW) + KEPT_SECONDS)},
    }


def test_a_hundred_are_listed_of_however_many(cloud: Cloud) -> None:
    found = kept(*((60.0 * number, "a", "signature_invalid") for number in range(MOST + 5))).latest("cellcast")
    assert [one.at for one in found] == [from_epoch(NOW - 60 * number) for number in range(MOST)]


def test_a_table_that_refuses_loses_a_line_of_the_list_only(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    rejected = kept()

    def refuse(*_: Any, **__: Any) -> None:
        raise StorageUnavailable("down", retry_after=2)

    monkeypatch.setattr(bootstrap.services().table, "update", refuse)
    task = RefusalTask(provider="cellcast", account="a", refused="too_large", size=3, received_at=from_epoch(NOW))
    rejected.keep(task)


def test_the_list_is_of_a_provider_that_is_there_and_takes_no_parameters() -> None:
    assert_problem(get(query="x=1"), 400, "invalid_request")
    unknown = messages_handler(http("/v1/webhooks/nobody/rejected"), Context())
    assert_problem(unknown, 404, "unknown_provider")
    lacking = messages_handler(http("/v1/webhooks/nobody/rejected", scopes="write"), Context())
    assert_problem(lacking, 403, "forbidden")
