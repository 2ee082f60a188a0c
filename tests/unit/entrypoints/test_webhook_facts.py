"""GET /v1/providers tells how the webhooks of each account come: from the webhook through the queue to the answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from message_detail.entrypoints.messages import messages_handler
from message_detail.entrypoints.webhook import webhook_handler
from message_detail.entrypoints.worker import worker_handler
from message_detail.providers import account_schema
from message_detail.providers.cellcast.provider import PROVIDER
from message_detail.providers.cellcast.webhook import WEBHOOK
from tests.unit.container import Context
from tests.unit.entrypoints.conftest import Cloud
from tests.unit.entrypoints.document import fits
from tests.unit.entrypoints.events import body_of, http, sqs

deliver = webhook_handler(WEBHOOK, account_schema("cellcast"))
work = worker_handler(PROVIDER)
RIGHT, WRONG = "hook-secret-of-the-tests", "wrong"


@pytest.fixture(autouse=True)
def _account(cloud: Cloud) -> None:
    cloud.put_account()


def tell(secret: str = RIGHT, account: str = "", message_id: str = "6a1c0de5f0aa11bb22cc33dd") -> None:
    body = json.dumps({"_id": message_id, "status": "delivered", "type": "send"})
    headers = {"authorization": f"Bearer {secret}"}
    deliver(http(f"/v1/webhooks/cellcast{account}", method="POST", body=body, headers=headers), Context())


def run(cloud: Cloud) -> None:
    bodies = [message["Body"] for message in cloud.waiting()]
    for first in range(0, len(bodies), 10):
        assert work(sqs(*bodies[first : first + 10]), Context()) == {"batchItemFailures": []}


def facts() -> dict[str, Any]:
    answer = fits(messages_handler(http("/v1/providers"), Context()), "GET /v1/providers")
    (own,) = [item for item in body_of(answer)["items"] if item["provider"] == "cellcast"]
    return {account["account"]: account["webhook"] for account in own["accounts"]}


def test_when_the_last_one_came_and_how_many_in_a_day(cloud: Cloud) -> None:
    tell()
    run(cloud)
    (seen,) = facts().values()
    assert seen["received_last_day"] == 1
    assert seen["last_received"] is not None
    assert (seen["last_refused"], seen["refused_reason"], seen["refused_last_day"]) == (None, None, 0)


def test_when_and_why_the_last_one_was_refused(cloud: Cloud) -> None:
    tell()
    for _ in range(50):
        tell(WRONG)
    run(cloud)
    (seen,) = facts().values()
    assert seen["refused_reason"] == "signature_invalid"
    assert seen["refused_last_day"] >= 1
    assert seen["last_refused"] >= seen["last_received"]


def test_a_webhook_that_is_tried_again_has_come_once(cloud: Cloud) -> None:
    tell()
    (body,) = [message["Body"] for message in cloud.waiting()]
    for receives in (1, 2, 3):
        work(sqs(body, receives=receives), Context())
    (seen,) = facts().values()
    assert seen["received_last_day"] == 1


def test_a_webhook_of_several_messages_has_come_once(cloud: Cloud) -> None:
    body = json.dumps([{"_id": f"6a1c0de5f0aa11bb22cc33d{n}", "status": "sent", "type": "send"} for n in range(3)])
    headers = {"authorization": f"Bearer {RIGHT}"}
    deliver(http("/v1/webhooks/cellcast", method="POST", body=body, headers=headers), Context())
    work(sqs(*[message["Body"] for message in cloud.waiting()]), Context())
    (seen,) = facts().values()
    assert seen["received_last_day"] == 1


def test_accounts_that_are_made_up_are_listed_nowhere(cloud: Cloud) -> None:
    tell()
    tell(account="/nobody")
    run(cloud)
    assert list(facts()) == ["default"]
