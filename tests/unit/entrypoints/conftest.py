"""A whole container in moto: handlers run against it as on Lambda, with the provider as an httpx transport."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from message_detail import observability
from message_detail.adapters.aws import clients
from message_detail.entrypoints.erase import erase_handler
from message_detail.entrypoints.lookup import lookup_handler
from message_detail.providers import names
from message_detail.providers.cellcast.provider import PROVIDER
from tests.unit.aws import client, world
from tests.unit.conftest import SHAPE, OneAtATime
from tests.unit.container import CLIENTS, Context, forget
from tests.unit.container import put as put_in_container
from tests.unit.entrypoints.document import fits
from tests.unit.entrypoints.events import http, sqs
from tests.unit.entrypoints.timed import Timed
from tests.unit.kinds import strays
from tests.unit.samples import Vendor, says

STACK = "stack"
ADA = "61491570156"
IDS = [f"6a1c0de5f0aa11bb22cc33{number:02x}" for number in range(9)]
look_up = lookup_handler(PROVIDER)


class Cloud:
    """The AWS side of one container."""

    def __init__(self) -> None:
        self.dynamodb = client("dynamodb")
        self.sqs = client("sqs")
        self.secrets = client("secretsmanager")
        self.vendor = Vendor(says())
        self.queue_url = self.sqs.create_queue(QueueName="tasks")["QueueUrl"]
        self.dead_url = self.sqs.create_queue(QueueName="dead")["QueueUrl"]

    def put_account(self, name: str = "default", provider: str = "cellcast", **values: Any) -> None:
        values = values or {"token": "key-of-the-tests", "webhook_secrets": ["hook-secret-of-the-tests"]}
        self.secrets.create_secret(Name=f"{STACK}/{provider}/{name}", SecretString=json.dumps(values))

    def waiting(self, url: str | None = None) -> list[dict[str, Any]]:
        """Takes all messages off a queue."""
        found: list[dict[str, Any]] = []
        url = url or self.queue_url
        while True:
            answer = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"])
            if not answer.get("Messages"):
                return found
            for message in answer["Messages"]:
                found.append(dict(message))
                self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

    def dead(self) -> list[dict[str, Any]]:
        return self.waiting(self.dead_url)

    def work_off_erasures(self) -> None:
        """Works on the erasures that are queued, until none is."""
        while bodies := [message["Body"] for message in self.waiting()]:
            for body in bodies:
                assert erase_handler(sqs(body), Context()) == {"batchItemFailures": []}


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    with world():
        made = Cloud()
        made.dynamodb.create_table(TableName="messages", **SHAPE)
        client("s3").create_bucket(Bucket="contents")
        for name, value in {
            "TABLE_NAME": "messages",
            "CONTENT_BUCKET": "contents",
            "STACK_NAME": STACK,
            "QUEUE_URL": made.queue_url,
            "DEAD_LETTER_QUEUE_URL": made.dead_url,
            "QUEUE_URLS": ",".join(f"{name}={made.queue_url}" for name in names()),
            "DEAD_LETTER_QUEUE_URLS": ",".join(f"{name}={made.dead_url}" for name in names()),
            "API_KEYS_SECRET": f"{STACK}/api-keys",
            "MAX_RECEIVES": "3",
        }.items():
            monkeypatch.setenv(name, value)
        forget()
        dynamodb = OneAtATime(CLIENTS("dynamodb"))  # the worker's threads count in the same items
        monkeypatch.setattr(clients, "client", lambda service: dynamodb if service == "dynamodb" else CLIENTS(service))
        put_in_container(transport=made.vendor.transport)
        yield made
        pages = made.dynamodb.get_paginator("scan").paginate(TableName="messages")
        assert strays(item for page in pages for item in page["Items"]) == []
        forget()


@pytest.fixture
def timed(cloud: Cloud) -> Timed:
    cloud.put_account(token="key-of-the-tests", sync_minutes=0)
    return Timed(cloud)


class Stdout:
    """Standard output as it is at the moment of writing: pytest puts another in its place between phases."""

    def write(self, text: str) -> int:
        return sys.stdout.write(text)

    def flush(self) -> None:
        sys.stdout.flush()


@pytest.fixture
def logged(capsys: pytest.CaptureFixture[str]) -> Callable[[], str]:
    """What was logged and measured since the last call. Powertools' handler keeps the stream of its making."""
    for handler in observability.logger().handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.stream = Stdout()
    return lambda: capsys.readouterr().out


@pytest.fixture
def put(cloud: Cloud) -> Callable[..., None]:
    """Looks messages up, so that they are stored."""

    def store(*ids: str, account: str = "default", **changes: Any) -> None:
        for native_id in ids:
            minute = IDS.index(native_id)
            created = {"createdAt": f"2026-06-01T09:{minute:02d}:00.000Z"}
            cloud.vendor.then(says(**{"_id": native_id, "receiver": ADA, **created, **changes}))
            path = f"/v1/messages/cellcast/{native_id}"
            response = look_up(http(path, query=f"account={account}&max_age=0"), Context())
            assert fits(response, "GET /v1/messages/{provider}/{message_id}")["statusCode"] == 200, response["body"]

    return store
