"""For comparison: the same lookup as Powertools' documentation would have it, with boto3's resource."""

from __future__ import annotations

import json
import os
import time
from decimal import Decimal
from typing import Any

import boto3
import httpx
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response, content_types
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities import parameters
from pydantic import BaseModel

app = APIGatewayHttpResolver()
logger = Logger()
metrics = Metrics()
table = boto3.resource("dynamodb").Table(os.environ.get("TABLE_NAME", "messages"))
http = httpx.Client(timeout=10)


class Message(BaseModel):
    """The fields that one reads, and the provider's own."""

    id: str
    channel: str
    direction: str
    status: str
    content: str | None = None
    fetched_at: float
    provider_data: dict[str, Any]


@app.get("/v1/messages/samva/<message_id>")
def look_up(message_id: str) -> Response[str]:
    """The stored message if it is young enough, else the provider's."""
    key = {"pk": f"message#samva:default:{message_id}", "sk": "powertools"}
    item = table.get_item(Key=key, ConsistentRead=True).get("Item")
    max_age = int(app.current_event.query_string_parameters["max_age"])
    if item and float(str(item["fetched_at"])) > time.time() - max_age:
        return Response(200, content_types.APPLICATION_JSON, str(item["message"]))
    settings: Any = parameters.get_secret(f"{os.environ['STACK_NAME']}/samva/default", transform="json", max_age=60)
    headers = {"X-API-Key": settings["api_key"]}
    answer = http.get(f"{settings['base_url']}/messages/{message_id}", params={"id": message_id}, headers=headers)
    data = answer.raise_for_status().json()
    message = Message(**data, fetched_at=time.time(), provider_data=data).model_dump_json()
    table.put_item(Item={**key, "message": message, "fetched_at": Decimal(str(time.time()))})
    metrics.add_metric(name="looked_up", unit=MetricUnit.Count, value=1)
    return Response(200, content_types.APPLICATION_JSON, message)


@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """GET /v1/messages/samva/{message_id}."""
    answer = app.resolve(event, context)
    logger.info("request", extra={"status": answer["statusCode"], "size": len(json.dumps(answer))})
    return answer
