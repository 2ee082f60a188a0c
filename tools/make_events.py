"""Writes events/<folder>/*.json: events for each function, to invoke it by hand or in a test.

The folders are those of functions/: one for each provider, and those of the functions that are not per provider.

The ids are of the simulators' messages, and the webhooks are signed with the simulators' secrets.

    python -m tools.make_events
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from local.simulators import SIMULATORS
from message_detail.domain.events_out.delivery import DeliveryTask
from message_detail.domain.events_out.event import trial_event
from message_detail.domain.tasks import ErasureTask, Task

ROOT: Final = Path(__file__).resolve().parent.parent
EVENTS: Final = ROOT / "events"
AT: Final = "2026-05-04T09:15:04.000Z"
AT_SECONDS: Final = 1_777_886_104
EVENT_ID: Final = "0b0f6a52-0000-4000-8000-000000000001"
ERASE_ID: Final = "0b0f6a52000040008000000000000002"
DOMAIN: Final = "api0000000.execute-api.us-east-1.amazonaws.com"
CALLER: Final = {"key_id": "example", "scopes": "metadata read write admin"}
API_KEY: Final = "example-key"
"""The key that the authorizer's event bears."""
SESSION_SECONDS: Final = 60
ENDPOINT: Final = "example"
#: Of the simulator's first message.
ADDRESS_PROVIDER: Final = "cellcast"
ADDRESS: Final = "+61400000002"


def events(provider: str) -> dict[str, dict[str, Any]]:
    """The events of a provider's functions, by the function's name."""
    simulator = SIMULATORS[provider]()
    ids = simulator.message_ids()[:2]
    headers, body = simulator.webhook(ids[0], at=AT, event_id=EVENT_ID)
    return {
        "lookup": http("GET", f"/v1/messages/{provider}", suffix="{message_id+}", value=ids[0]),
        "worker": sqs(f"message-detail-{provider}", tasks(provider, ids), group="default"),
        "webhook": http("POST", f"/v1/webhooks/{provider}", headers=headers, body=body.decode(), caller=None),
    }


def shared_events() -> dict[str, dict[str, dict[str, Any]]]:
    """The events of the functions that are not per provider, by folder and name."""
    address = urlencode({"address": ADDRESS})
    ids = SIMULATORS[ADDRESS_PROVIDER]().message_ids()[:2]
    refresh = json.dumps({"account": "default", "message_ids": ids})
    return {
        "authorizer": {"request": authorization("/v1/providers")},
        "operations": {"refresh": http("POST", f"/v1/messages/{ADDRESS_PROVIDER}/refresh", body=refresh)},
        "reconcile": {"schedule": {"provider": ADDRESS_PROVIDER}},
        "messages": {
            "search": http("GET", "/v1/messages", query=address),
            "providers": http("GET", "/v1/providers"),
            "drift": http("GET", "/v1/drift"),
            "erase": http("POST", "/v1/erase", body=json.dumps({"address": ADDRESS})),
        },
        "changes": {"stream": stream(f"{ADDRESS_PROVIDER}:default:{ids[0]}")},
        "deliver": {"delivery": sqs("message-detail-events", [trial()], group=ENDPOINT)},
        "endpoints": {"endpoints": http("GET", "/v1/endpoints")},
        "erase": {"erasure": sqs("message-detail-erase", [ErasureTask(erase_id=ERASE_ID)], group=ERASE_ID)},
        "public": {
            "health": http("GET", "/v1/health", caller=None),
            "openapi": http("GET", "/v1/openapi.json", caller=None),
        },
        "session": {
            "open_session": http("POST", "/v1/session", body=json.dumps({"seconds": SESSION_SECONDS})),
            "me": http("GET", "/v1/me"),
        },
        "console": {
            "home": http("GET", "/console/", caller=None),
            "docs": http("GET", "/v1/docs", caller=None),
        },
    }


def all_events() -> dict[str, dict[str, dict[str, Any]]]:
    """Every event, by folder and name."""
    return {provider: events(provider) for provider in SIMULATORS} | shared_events()


def http(
    method: str,
    path: str,
    *,
    suffix: str = "",
    value: str = "",
    query: str = "",
    headers: Mapping[str, str] | None = None,
    body: str | None = None,
    caller: Mapping[str, str] | None = CALLER,
) -> dict[str, Any]:
    """An HTTP API event, payload format 2.0. `suffix` is the route's parameter, `value` what is in its place."""
    key, whole = (f"{method} {path}/{suffix}", f"{path}/{value}") if suffix else (f"{method} {path}", path)
    sent = {"accept": "*/*", "content-type": "application/json", "host": DOMAIN, "user-agent": "example/1.0"}
    context = {
        "accountId": "123456789012",
        "apiId": DOMAIN.partition(".")[0],
        "domainName": DOMAIN,
        "domainPrefix": DOMAIN.partition(".")[0],
        "http": {
            "method": method,
            "path": whole,
            "protocol": "HTTP/1.1",
            "sourceIp": "192.0.2.1",
            "userAgent": sent["user-agent"],
        },
        "requestId": "example-request-id",
        "routeKey": key,
        "stage": "$default",
        "time": "04/May/2026:09:15:04 +0000",
        "timeEpoch": AT_SECONDS * 1000,
        **({"authorizer": {"lambda": dict(caller)}} if caller else {}),
    }
    return {
        "version": "2.0",
        "routeKey": key,
        "rawPath": whole,
        "rawQueryString": query,
        "headers": {**sent, **(headers or {})},
        "requestContext": context,
        **({"queryStringParameters": dict(parse_qsl(query))} if query else {}),
        **({"pathParameters": {suffix.strip("{+}"): value}} if suffix else {}),
        **({"body": body} if body is not None else {}),
        "isBase64Encoded": False,
    }


def authorization(path: str) -> dict[str, Any]:
    """What an HTTP API asks its authorizer about a GET, payload format 2.0."""
    value = f"Bearer {API_KEY}"
    request = http("GET", path, headers={"authorization": value}, caller=None)
    arn = f"arn:aws:execute-api:us-east-1:123456789012:{DOMAIN.partition('.')[0]}/$default/GET{path}"
    said = {name: request[name] for name in ("routeKey", "rawPath", "rawQueryString", "headers", "requestContext")}
    return {"version": "2.0", "type": "REQUEST", "routeArn": arn, "identitySource": [value], **said}


def tasks(provider: str, ids: list[str]) -> list[Task]:
    """A task for each id."""
    return [
        Task(provider=provider, account="default", message_id=message_id, via="refresh", received_at=AT)
        for message_id in ids
    ]


def trial() -> DeliveryTask:
    """A task by which an endpoint is tried."""
    return DeliveryTask(endpoint=ENDPOINT, event=trial_event(f"evt_{EVENT_ID}", AT, ENDPOINT))


def stream(message_id: str) -> dict[str, Any]:
    """A batch of the table's stream: a message's row is written for the first time, and tells what that changed."""
    key = {"pk": {"S": f"message#{message_id}"}, "sk": {"S": "message"}}
    told = {"type": "message_detail.message.stored", "at": AT, "data": {"status": "sent", "changed": ["status"]}}
    row = {"revision": {"N": "1"}, "event_revision": {"N": "1"}, "event": {"S": json.dumps(told)}}
    written = {
        "ApproximateCreationDateTime": AT_SECONDS,
        "Keys": key,
        "NewImage": {**key, **row},
        "SequenceNumber": "100000000000000000000000001",
        "SizeBytes": 500,
        "StreamViewType": "NEW_AND_OLD_IMAGES",
    }
    record = {
        "eventID": EVENT_ID.replace("-", ""),
        "eventName": "INSERT",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1",
        "dynamodb": written,
        "eventSourceARN": "arn:aws:dynamodb:us-east-1:123456789012:table/messages/stream/2026-05-04T00:00:00.000",
    }
    return {"Records": [record]}


def sqs(queue: str, batch: Sequence[Task | ErasureTask | DeliveryTask], group: str) -> dict[str, Any]:
    """An SQS event with tasks of a queue, all of one message group."""
    records = [
        {
            "messageId": f"00000000-0000-4000-8000-{index:012x}",
            "receiptHandle": f"example-receipt-{index}",
            "body": task.to_json(),
            "attributes": {
                "ApproximateReceiveCount": "1",
                "SentTimestamp": str(AT_SECONDS * 1000),
                "SenderId": "AIDAEXAMPLE",
                "ApproximateFirstReceiveTimestamp": str(AT_SECONDS * 1000),
                "MessageGroupId": group,
            },
            "messageAttributes": {},
            "md5OfBody": hashlib.md5(task.to_json().encode(), usedforsecurity=False).hexdigest(),
            "eventSource": "aws:sqs",
            "eventSourceARN": f"arn:aws:sqs:us-east-1:123456789012:{queue}",
            "awsRegion": "us-east-1",
        }
        for index, task in enumerate(batch)
    ]
    return {"Records": records}


def text_of(event: Mapping[str, Any]) -> str:
    """An event as the file holds it."""
    return json.dumps(event, indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Write all files."""
    for folder, made in all_events().items():
        (EVENTS / folder).mkdir(parents=True, exist_ok=True)
        for name, event in made.items():
            (EVENTS / folder / f"{name}.json").write_text(text_of(event), encoding="utf-8")


if __name__ == "__main__":
    main()
