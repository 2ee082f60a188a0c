"""The floors of the two paths without a provider: one read, and one webhook taken in."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import time
from typing import Any

import boto3

dynamodb = boto3.client("dynamodb")
sqs = boto3.client("sqs")


def get_item(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answers with the text that the floor has stored, as it is."""
    message_id = event["pathParameters"]["message_id"]
    key = {"pk": {"S": f"message#samva:default:{message_id}"}, "sk": {"S": "floor"}}
    item = dynamodb.get_item(TableName=os.environ["TABLE_NAME"], Key=key, ConsistentRead=True)["Item"]
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": item["message"]["S"]}


def take_in(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Samva's webhook: signature, conditional put against duplicates, one task."""
    body = event["body"].encode()
    signature = hmac.new(os.environ["FLOOR_SECRET"].encode(), body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(f"sha256={signature}", event["headers"]["x-webhook-signature"]):
        return {"statusCode": 401, "body": "{}"}
    key = {"pk": {"S": f"floor#{hashlib.sha256(body).hexdigest()}"}, "sk": {"S": "event"}}
    dynamodb.put_item(
        TableName=os.environ["TABLE_NAME"],
        Item={**key, "expires_at": {"N": str(int(time.time()) + 120)}},
        ConditionExpression="attribute_not_exists(pk)",
    )
    task = {"provider": "samva", "message_id": json.loads(body)["messageId"], "received_at": time.time()}
    sqs.send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody=json.dumps(task))
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": '{"accepted":1}'}
