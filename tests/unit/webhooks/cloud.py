"""The AWS side of the webhook functions: the table, a queue per provider, the accounts' secrets; and the events."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final

import pytest

from message_detail import providers
from message_detail.adapters.aws import clients
from message_detail.entrypoints.http import Response
from message_detail.testing import Scheme, Signed
from message_detail.testing.schemes import address
from tests.acknowledged import check_acknowledged
from tests.unit.container import Context, forget

TABLE: Final = "messages"
STACK: Final = "stack"


class Cloud:
    """What a webhook function finds around it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.dynamodb = clients.client("dynamodb")
        self.sqs = clients.client("sqs")
        self.secrets = clients.client("secretsmanager")
        self._monkeypatch = monkeypatch
        self.queues = {name: self.sqs.create_queue(QueueName=name)["QueueUrl"] for name in providers.names()}
        self.dynamodb.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            AttributeDefinitions=[
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "sk", "AttributeType": "S"},
            ],
        )

    def clear(self) -> None:
        """No row, no task and no account is left."""
        for row in self.rows():
            self.dynamodb.delete_item(TableName=TABLE, Key={key: row[key] for key in ("pk", "sk")})
        for provider in self.queues:
            self.tasks(provider)
        for secret in self.secrets.list_secrets()["SecretList"]:
            self.secrets.delete_secret(SecretId=secret["ARN"], ForceDeleteWithoutRecovery=True)

    def put_account(self, scheme: Scheme, name: str = "default", *keys: str, **settings: Any) -> None:
        """An account that accepts what is signed with one of the keys (default: the scheme's own).

        A setting given as `...` is absent.
        """
        held = [scheme.held(key) for key in keys or (scheme.key,)]
        values = {**scheme.settings, scheme.setting: held, **settings}
        values = {key: value for key, value in values.items() if value is not ...}
        secret = f"{STACK}/{scheme.provider}/{name}"
        self.secrets.create_secret(Name=secret, SecretString=json.dumps(values))

    def environment(self, **changes: str) -> None:
        """The function's environment variables, in a new container."""
        for name, value in {"TABLE_NAME": TABLE, "STACK_NAME": STACK, **changes}.items():
            self._monkeypatch.setenv(name, value)
        forget()

    def post(
        self,
        provider: str,
        signed: Signed,
        *,
        path: str | None = None,
        encoded: bool = False,
        QUEUE_URL: str | None = None,
        **environment: str,
    ) -> Response:
        """Invokes the provider's function, as API Gateway does, in a new container.

        path: another account's address than the one that the delivery was made for.
        """
        self.environment(QUEUE_URL=QUEUE_URL or self.queues[provider], **environment)
        handler = import_module(f"functions.{provider}.webhook").handler
        response: Response = handler(http_event(provider, signed, path, encoded), Context())
        return response

    def tasks(self, provider: str) -> list[dict[str, Any]]:
        """Takes all tasks off the provider's queue; those of messages. Of refusals there is a sample, as well."""
        return [task for task in self.everything(provider) if "refused" not in task]

    def everything(self, provider: str) -> list[dict[str, Any]]:
        """Takes all that is there off the provider's queue."""
        found: list[dict[str, Any]] = []
        url = self.queues[provider]
        while messages := self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            for message in messages:
                found.append(json.loads(message["Body"]))
                self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found

    def rows(self) -> list[dict[str, Any]]:
        """All items of the table."""
        rows: list[dict[str, Any]] = self.dynamodb.scan(TableName=TABLE)["Items"]
        return rows


def http_event(provider: str, signed: Signed, path: str | None = None, encoded: bool = False) -> dict[str, Any]:
    """The event, payload format 2.0. A body that is no text comes in base64."""
    raw = signed.url.path if path is None else address(provider, path).path
    body = base64.b64encode(signed.body).decode() if encoded else signed.body.decode("utf-8")
    return {
        "version": "2.0",
        "routeKey": f"POST /v1/webhooks/{provider}",
        "rawPath": raw,
        "rawQueryString": signed.url.query,
        "headers": {"host": signed.url.host, "x-forwarded-proto": signed.url.scheme, **signed.headers},
        "requestContext": {"requestId": "id-of-the-request", "http": {"method": "POST", "path": raw}},
        "body": body,
        "isBase64Encoded": encoded,
    }


def counts(output: str) -> Mapping[str, float]:
    """The counters in what a handler wrote: CloudWatch's embedded metric format, a JSON object per line."""
    found: dict[str, float] = {}
    for line in output.splitlines():
        entry = json.loads(line) if line.startswith("{") else {}
        for directive in entry.get("_aws", {}).get("CloudWatchMetrics", []):
            for metric in directive["Metrics"]:
                found[metric["Name"]] = found.get(metric["Name"], 0) + sum(entry[metric["Name"]])
    return found


def body_of(response: Response) -> Any:
    """The JSON of an answer."""
    return json.loads(response["body"])


def is_acknowledged(response: Response, scheme: Scheme, **told: Any) -> None:
    """The answer to a genuine webhook: what became of it, or what the vendor wants to be answered."""
    found = (response["statusCode"], response["body"], response["headers"]["content-type"])
    check_acknowledged(scheme.webhook, *found, **told)


def is_problem(response: Response, status: int, code: str) -> None:
    """The answer is problem+json with this status and code."""
    problem = body_of(response)
    assert (response["statusCode"], problem["code"]) == (status, code)
    assert problem["status"] == status
    assert response["headers"]["content-type"] == "application/problem+json"
