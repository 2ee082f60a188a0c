"""Events as Lambda gets them."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote


def http(
    path: str,
    *,
    method: str = "GET",
    query: str = "",
    headers: dict[str, str] | None = None,
    body: Any = None,
    scopes: str | None = "metadata read write admin",
) -> dict[str, Any]:
    """An HTTP API event, payload format 2.0; the path is given encoded and arrives decoded but for %25, as on AWS."""
    path = unquote(path.replace("%25", "%2525"))
    caller = {"key_id": "key-1", "scopes": scopes} if scopes is not None else {"reason": "missing"}
    return {
        "version": "2.0",
        "routeKey": f"{method} /v1/…",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {"accept": "*/*", **(headers or {})},
        "requestContext": {"http": {"method": method, "path": path}, "authorizer": {"lambda": caller}},
        "body": body if isinstance(body, str) or body is None else json.dumps(body),
        "isBase64Encoded": False,
    }


def sqs(*bodies: str, receives: int = 1) -> dict[str, Any]:
    """An SQS event with these message bodies."""
    return {
        "Records": [
            {
                "messageId": f"m{index}",
                "receiptHandle": f"r{index}",
                "body": body,
                "attributes": {"ApproximateReceiveCount": str(receives)},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:tasks",
                "awsRegion": "us-east-1",
            }
            for index, body in enumerate(bodies)
        ]
    }


def body_of(response: dict[str, Any]) -> Any:
    """The JSON of an answer."""
    return json.loads(response["body"])
