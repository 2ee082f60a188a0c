"""Command lines run in this process: AWS is moto, the API and the providers are functions behind httpx."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from message_detail_cli.main import main
from message_detail_cli.tools import Tools
from tests.unit.aws import client, world

STACK: Final = "message-detail"
TABLE: Final = "messages"
API: Final = "https://api.example.com"
KEY: Final = "key-of-the-caller"
ENVIRON: Final = {"MESSAGE_DETAIL_KEY": KEY, "MESSAGE_DETAIL_API": API, "MESSAGE_DETAIL_CONFIG": os.devnull}
"""An API, a key, and no profile of the user's."""
OUTPUTS: Final = {"TableName": TABLE, "ApiUrl": "https://of-the-stack.example.com", "ApiId": "abc123"}
_KEYS: Final = (("pk", "HASH"), ("sk", "RANGE"))

Answers = Callable[[httpx.Request], httpx.Response]


@dataclass(frozen=True)
class Ran:
    """How a command line ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def all(self) -> str:
        return self.out + self.err


@dataclass
class Shell:
    """Runs command lines; `requests` are those that went out through httpx, `slept` the seconds that were waited."""

    capsys: pytest.CaptureFixture[str]
    answers: Answers = field(default=lambda _: httpx.Response(500))
    environ: dict[str, str] = field(default_factory=lambda: dict(ENVIRON))
    stdin: bytes = b""
    requests: list[httpx.Request] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)

    def __call__(self, *argv: str) -> Ran:
        self.capsys.readouterr()
        tools = Tools(self.environ, httpx.MockTransport(self._answer), self.slept.append, lambda: self.stdin)
        code = main(argv, tools)
        captured = self.capsys.readouterr()
        assert "\t" not in captured.out + captured.err
        assert "Traceback" not in captured.err
        return Ran(code, captured.out, captured.err)

    def fails(self, code: int, *argv: str) -> str:
        """The one line of a command line that fails."""
        ran = self(*argv)
        assert (ran.code, ran.out) == (code, ""), ran
        assert ran.err.count("\n") == 1, ran.err
        return ran.err.strip()

    def says(self, *answers: httpx.Response) -> None:
        """These answers in turn, the last one for ever."""
        left = list(answers)
        self.answers = lambda _: left.pop(0) if len(left) > 1 else left[0]

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers(request)
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


@dataclass(frozen=True)
class Aws:
    """The AWS side, seen by a test. stacks: outputs by stack. refusals: error codes and texts by operation."""

    secrets: Any
    dynamodb: Any
    stacks: dict[str, dict[str, str]] = field(default_factory=dict)
    refusals: dict[str, tuple[str, str]] = field(default_factory=dict)

    def value(self, name: str) -> Any:
        return json.loads(self.text(name))

    def text(self, name: str) -> str:
        answer = self.secrets.get_secret_value(SecretId=f"{STACK}/{name}", VersionStage="AWSCURRENT")
        return str(answer["SecretString"])

    def names(self) -> list[str]:
        return sorted(secret["Name"] for secret in self.secrets.list_secrets()["SecretList"])

    def put(self, name: str, value: Mapping[str, Any] | str) -> None:
        text = value if isinstance(value, str) else json.dumps(value)
        self.secrets.create_secret(Name=f"{STACK}/{name}", SecretString=text)

    def instead(self, operation: str, arguments: Mapping[str, Any]) -> Any:
        """The answer that takes the place of moto's (whose CloudFormation wants more packages), or None."""
        if operation in self.refusals:
            raise refusal(operation, *self.refusals[operation])
        if operation != "DescribeStacks":
            return None
        name = arguments["StackName"]
        if name not in self.stacks:
            raise refusal(operation, "ValidationError", f"Stack with id {name} does not exist")
        outputs = [{"OutputKey": key, "OutputValue": value} for key, value in self.stacks[name].items()]
        return {"Stacks": [{"StackName": name, "Outputs": outputs}]}


def refusal(operation: str, code: str, text: str) -> ClientError:
    """What boto3 raises for an error answer."""
    return ClientError({"Error": {"Code": code, "Message": text}}, operation)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """AWS settings of the test's own and none of the user's."""
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_REGION", "AWS_SESSION_TOKEN", "MESSAGE_DETAIL_STACK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "no-config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "no-credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


@pytest.fixture
def shell(environment: None, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capsys)


@pytest.fixture
def aws(environment: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    with world():
        made = Aws(client("secretsmanager"), client("dynamodb"))
        original: Any = BaseClient._make_api_call  # type: ignore[attr-defined]

        def call(asked: BaseClient, operation: str, arguments: dict[str, Any]) -> Any:
            answer = made.instead(operation, arguments)
            return original(asked, operation, arguments) if answer is None else answer

        monkeypatch.setattr(BaseClient, "_make_api_call", call)
        yield made


@pytest.fixture
def stack(aws: Aws) -> Aws:
    """AWS with the stack deployed: its outputs and its table."""
    aws.stacks[STACK] = OUTPUTS
    aws.dynamodb.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in _KEYS],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in _KEYS],
    )
    return aws


def sent(request: httpx.Request) -> Any:
    """The JSON body of a request."""
    return json.loads(request.content)


def problem(code: str, detail: str, status: int, **more: Any) -> httpx.Response:
    """An answer of the API that says no."""
    body = {"type": f"/problems/{code}", "title": "t", "status": status, "detail": detail, "code": code, **more}
    return httpx.Response(status, json=body, headers={"content-type": "application/problem+json"})
