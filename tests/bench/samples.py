"""Events, and the message that providers answer with. Imports nothing that a measurement is about."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

STACK: Final = "bench"
TABLE: Final = "messages"
_FIXTURES: Final = Path(__file__).resolve().parents[1] / "fixtures" / "samva"


class Context:
    """What Lambda gives a handler beside the event."""

    aws_request_id = "request-1"
    function_name = "function"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:function"

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds left."""
        return 25_000


def environment(endpoint: str) -> dict[str, str]:
    """The environment of a function whose AWS is at that address."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "TABLE_NAME": TABLE,
        "CONTENT_BUCKET": "contents",
        "STACK_NAME": STACK,
        "QUEUE_URL": f"{endpoint}/000000000000/tasks",
        "DEAD_LETTER_QUEUE_URL": f"{endpoint}/000000000000/dead",
        "QUEUE_URLS": f"cellcast={endpoint}/000000000000/tasks",
        "API_KEYS_SECRET": f"{STACK}/api-keys",
        "POWERTOOLS_SERVICE_NAME": "message-detail",
        "POWERTOOLS_METRICS_NAMESPACE": "MessageDetail",
        "POWERTOOLS_LOG_LEVEL": "INFO",
    }


def largest_answer() -> dict[str, Any]:
    """The largest of the answers about a message in Samva's fixtures."""
    return max(_answers(), key=_size)


def usual_answer() -> dict[str, Any]:
    """The largest of those in which nothing is strange: drift is counted, which costs calls that a usual one spares."""
    return max(_answers(drifting=False), key=_size)


def _answers(*, drifting: bool = True) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for path in _FIXTURES.glob("*.expected.json"):
        message = json.loads(path.read_text(encoding="utf-8")).get("message")
        if message is not None and (drifting or not message["provenance"]["drift"]):
            recorded = path.with_name(path.name.replace(".expected", ""))
            found.append(json.loads(recorded.read_text(encoding="utf-8"))["exchange"][0]["body"])
    return found


def _size(answer: dict[str, Any]) -> int:
    return len(json.dumps(answer))


def lookup_event(message_id: str, max_age: int, provider: str = "samva") -> dict[str, Any]:
    """GET /v1/messages/{provider}/{message_id}."""
    path = f"/v1/messages/{provider}/{message_id}"
    return {
        "version": "2.0",
        "routeKey": f"GET /v1/messages/{provider}/{{message_id+}}",
        "rawPath": path,
        "rawQueryString": f"max_age={max_age}",
        "queryStringParameters": {"max_age": str(max_age)},
        "headers": {"accept": "*/*"},
        "pathParameters": {"message_id": message_id},
        "requestContext": {
            "stage": "$default",
            "http": {"method": "GET", "path": path},
            "authorizer": {"lambda": {"key_id": "bench", "scopes": "metadata read write admin"}},
        },
        "isBase64Encoded": False,
    }


def webhook_event(provider: str, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """POST /v1/webhooks/{provider}."""
    path = f"/v1/webhooks/{provider}"
    return {
        "version": "2.0",
        "routeKey": f"POST {path}",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"content-type": "application/json", **headers},
        "requestContext": {"http": {"method": "POST", "path": path}},
        "body": body.decode(),
        "isBase64Encoded": False,
    }


def worker_event(message_ids: list[str], account: str, received_at: str) -> dict[str, Any]:
    """A batch of tasks of Samva's queue."""
    task = {"v": 1, "provider": "samva", "account": account, "via": "refresh", "received_at": received_at}
    return {
        "Records": [
            {
                "messageId": message_id,
                "receiptHandle": message_id,
                "body": json.dumps({**task, "message_id": message_id}),
                "attributes": {"ApproximateReceiveCount": "1"},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:tasks",
                "awsRegion": "us-east-1",
            }
            for message_id in message_ids
        ]
    }
