"""The example events: each is what its function expects, and does what it says."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import httpx
import pytest
from moto import mock_aws

from local.simulators import SIMULATORS
from message_detail import aws, container, settings
from tests.unit.core.conftest import SHAPE
from tools.make_events import EVENTS, HIGHLEVEL_KEY_FILE, events, text_of

FUNCTIONS = ("lookup", "worker", "webhook", "operations", "reconcile")
STACK = "stack"

each = pytest.mark.parametrize("provider", SIMULATORS)


class Context:
    """What Lambda gives a handler beside the event."""

    aws_request_id = "request-1"
    function_name = "function"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:function"

    def get_remaining_time_in_millis(self) -> int:
        return 25_000


def load(provider: str, function: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / provider / f"{function}.json").read_text(encoding="utf-8"))
    return event


def invoke(provider: str, function: str, event: dict[str, Any]) -> Any:
    return import_module(f"functions.{provider}.{function}").handler(event, Context())


def queued(provider: str) -> list[dict[str, Any]]:
    """Takes the tasks off the queue."""
    url = settings.settings().queue_url
    found = aws.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(message["Body"]) for message in found]


@pytest.fixture
def _clients() -> Iterator[None]:
    """A container of its own, before and after."""
    cached = (
        aws.client,
        container.secrets,
        container.queue,
        container.dedupe,
        container.store,
        container.service,
        container.transport,
        container.pressure,
        container.tally,
        container.due_index,
        container.sync_book,
        container.syncer,
        settings.settings,
    )
    for one in cached:
        one.cache_clear()
    yield
    for one in cached:
        one.cache_clear()


@pytest.fixture
def cloud(provider: str, monkeypatch: pytest.MonkeyPatch, _clients: None) -> Iterator[None]:
    """What the functions of a provider find around them, with its simulator in the network's place."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    simulator = SIMULATORS[provider]()
    account = simulator.account()
    if provider == "highlevel":
        account["webhook_public_keys"] = [HIGHLEVEL_KEY_FILE.read_text(encoding="ascii")]
    with mock_aws():
        sqs = aws.client("sqs")
        environment = {
            "TABLE_NAME": "messages",
            "CONTENT_BUCKET": "contents",
            "STACK_NAME": STACK,
            "QUEUE_URL": sqs.create_queue(QueueName="tasks")["QueueUrl"],
            "DEAD_LETTER_QUEUE_URL": sqs.create_queue(QueueName="dead")["QueueUrl"],
        }
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        aws.client("s3").create_bucket(Bucket="contents")
        aws.client("secretsmanager").create_secret(Name=f"{STACK}/{provider}/default", SecretString=json.dumps(account))
        aws.client("dynamodb").create_table(
            TableName="messages",
            **SHAPE,
        )
        container.use_transport(httpx.MockTransport(lambda request: _answer(simulator, request)))
        yield


def _answer(app: Any, request: httpx.Request) -> httpx.Response:
    """The simulator's answer, without a socket."""

    async def run() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app)) as client:
            sent = await client.request(
                request.method, request.url, headers=dict(request.headers), content=request.content
            )
            return httpx.Response(sent.status_code, headers=sent.headers, content=sent.content)

    return asyncio.run(run())


@each
@pytest.mark.parametrize("function", FUNCTIONS)
def test_file_is_what_the_tool_makes(provider: str, function: str) -> None:
    made = text_of(events(provider)[function])
    assert (EVENTS / provider / f"{function}.json").read_text(encoding="utf-8") == made


@each
def test_no_file_is_left_over(provider: str) -> None:
    assert {path.stem for path in (EVENTS / provider).iterdir()} == set(FUNCTIONS)


@each
def test_lookup(provider: str, cloud: None) -> None:
    event = load(provider, "lookup")
    response = invoke(provider, "lookup", event)
    message = json.loads(response["body"])
    assert response["statusCode"] == 200, message
    assert message["provider_message_id"] == event["pathParameters"]["message_id"]
    assert (message["provider"], message["provenance"]["freshness"]) == (provider, "live")


@each
def test_worker(provider: str, cloud: None) -> None:
    event = load(provider, "worker")
    assert invoke(provider, "worker", event) == {"batchItemFailures": []}
    assert queued(provider) == []
    for record in event["Records"]:
        lookup = load(provider, "lookup")
        message_id = json.loads(record["body"])["message_id"]
        lookup["rawPath"] = f"/v1/messages/{provider}/{message_id}"
        message = json.loads(invoke(provider, "lookup", lookup)["body"])
        assert (message["provider_message_id"], message["provenance"]["via"]) == (message_id, "refresh")
        assert message["provenance"]["freshness"] == "stored"


@each
def test_webhook(provider: str, cloud: None) -> None:
    event = load(provider, "webhook")
    response = invoke(provider, "webhook", event)
    assert (response["statusCode"], json.loads(response["body"])) == (200, {"accepted": 1})
    [task] = queued(provider)
    assert (task["provider"], task["account"], task["via"]) == (provider, "default", "webhook")
    assert task["message_id"] == load(provider, "lookup")["pathParameters"]["message_id"]


@each
def test_webhook_is_not_taken_in_without_its_proof(provider: str, cloud: None) -> None:
    event = load(provider, "webhook")
    proofs = ("authorization", "x-ghl-signature", "x-webhook-signature")
    event["headers"] = {name: value for name, value in event["headers"].items() if name not in proofs}
    assert invoke(provider, "webhook", event)["statusCode"] == 401


@each
def test_operations(provider: str, cloud: None) -> None:
    event = load(provider, "operations")
    response = invoke(provider, "operations", event)
    wanted = json.loads(event["body"])["message_ids"]
    assert (response["statusCode"], json.loads(response["body"])) == (202, {"accepted": len(wanted)})
    assert sorted(task["message_id"] for task in queued(provider)) == sorted(wanted)


@each
def test_reconcile(provider: str, cloud: None) -> None:
    """What was looked up and is not final is due once its time has come, and is queued once."""
    assert invoke(provider, "lookup", load(provider, "lookup"))["statusCode"] == 200
    pk = {"S": f"message#{provider}:default:{load(provider, 'lookup')['pathParameters']['message_id']}"}
    aws.client("dynamodb").update_item(
        TableName="messages",
        Key={"pk": pk, "sk": {"S": "message"}},
        UpdateExpression="SET due_shard = :shard, due_at = :at",
        ExpressionAttributeValues={":shard": {"S": f"{provider}#0"}, ":at": {"S": "2026-05-04T09:00:00.000Z"}},
    )
    assert invoke(provider, "reconcile", load(provider, "reconcile")) == {"queued": 1, "syncs": 0}
    assert [task["via"] for task in queued(provider)] == ["reconcile"]
    assert invoke(provider, "reconcile", load(provider, "reconcile")) == {"queued": 0, "syncs": 0}


@each
def test_routes_are_those_of_the_template(provider: str) -> None:
    template = (EVENTS.parent / "template.yaml").read_text(encoding="utf-8")
    for function in ("lookup", "webhook", "operations"):
        event = load(provider, function)
        method, path = event["routeKey"].split(" ")
        assert event["version"] == "2.0"
        assert event["requestContext"]["routeKey"] == event["routeKey"]
        assert any(f"Method: {method}, Path: {quoted}" in template for quoted in (path, f'"{path}"')), event["routeKey"]
