"""The floor: what anyone would write first for Samva, by hand, with the same libraries and nothing else.

It does the work of the lookup handler: scope, account from its secret, stored copy if fresh enough, else the
provider, one pydantic model, a conditional write, a log line, JSON.
"""

from __future__ import annotations

import json
import os
import time
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import quote

import boto3
import httpx
from pydantic import BaseModel

dynamodb = boto3.client("dynamodb")
secrets = boto3.client("secretsmanager")
http = httpx.Client(timeout=10)


class Message(BaseModel):
    """The message as it is stored and answered: the fields that one reads, and the provider's own."""

    id: str
    conversationId: str | None = None
    channel: str
    direction: str
    status: str
    content: str | None = None
    providerStatus: str | None = None
    lastError: str | None = None
    cost: str | None = None
    currency: str | None = None
    createdAt: datetime | None = None
    sentAt: datetime | None = None
    deliveredAt: datetime | None = None
    readAt: datetime | None = None
    failedAt: datetime | None = None
    updatedAt: datetime | None = None
    tags: list[str] = []
    fromParticipant: dict[str, Any] | None = None
    toParticipants: list[dict[str, Any]] = []
    emailMetadata: dict[str, Any] | None = None
    whatsappMetadata: dict[str, Any] | None = None
    fetched_at: float
    provider_data: dict[str, Any]


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """GET /v1/messages/samva/{message_id}."""
    started = time.monotonic()
    if "read" not in event["requestContext"]["authorizer"]["lambda"]["scopes"].split():
        return {"statusCode": 403, "body": json.dumps({"code": "forbidden"})}
    message = look_up(event["pathParameters"]["message_id"], int(event["queryStringParameters"]["max_age"]))
    log = {"route": event["routeKey"], "status": 200, "request_id": context.aws_request_id}
    print(json.dumps({"level": "INFO", **log, "milliseconds": round((time.monotonic() - started) * 1000, 1)}))
    return {
        "statusCode": 200,
        "headers": {"content-type": "application/json"},
        "body": message.model_dump_json(),
        "isBase64Encoded": False,
    }


def look_up(message_id: str, max_age: int) -> Message:
    """The stored message if it is young enough, else the provider's."""
    key = {"pk": {"S": f"message#samva:default:{message_id}"}, "sk": {"S": "floor"}}
    item = dynamodb.get_item(TableName=os.environ["TABLE_NAME"], Key=key, ConsistentRead=True).get("Item")
    if item and float(item["fetched_at"]["N"]) > time.time() - max_age:
        return Message.model_validate_json(item["message"]["S"])
    settings = account("default")
    url = f"{settings['base_url']}/messages/{quote(message_id, safe='')}"
    answer = http.get(url, params={"id": message_id}, headers={"X-API-Key": settings["api_key"]})
    answer.raise_for_status()
    data = answer.json()
    message = Message(**data, fetched_at=time.time(), provider_data=data)
    store(key, message, item)
    return message


def store(key: dict[str, Any], message: Message, before: dict[str, Any] | None) -> None:
    """A write that no other has overtaken."""
    revision = int(before["revision"]["N"]) if before else 0
    condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
    if before:
        condition = {
            "ConditionExpression": "revision = :revision",
            "ExpressionAttributeValues": {":revision": {"N": str(revision)}},
        }
    values = {
        "message": {"S": message.model_dump_json()},
        "fetched_at": {"N": str(message.fetched_at)},
        "revision": {"N": str(revision + 1)},
    }
    dynamodb.put_item(TableName=os.environ["TABLE_NAME"], Item={**key, **values}, **condition)


@cache
def account(name: str) -> dict[str, Any]:
    """The account's settings."""
    secret = secrets.get_secret_value(SecretId=f"{os.environ['STACK_NAME']}/samva/{name}")
    settings: dict[str, Any] = json.loads(secret["SecretString"])
    return settings
