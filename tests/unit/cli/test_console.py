"""What all commands share: help, the API's address and key, AWS's refusals, and that nothing secret is printed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from botocore.exceptions import NoCredentialsError

from message_detail_cli.api import checked
from message_detail_cli.cloud import explained
from message_detail_cli.errors import UsageProblem
from tests.unit.cli.conftest import Aws, Shell

ROOT = Path(__file__).parents[3]
OK = httpx.Response(200, json={"items": []})


def test_it_runs_from_a_clone_without_being_installed() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "message_detail_cli", "--version"],
        cwd=ROOT / "cli",
        env={},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.startswith("message-detail ")


def test_the_address_comes_from_the_option_the_environment_or_the_stack(stack: Aws, shell: Shell) -> None:
    shell.says(OK)
    shell("drift", "--api", "https://option.example.com/v1/")
    shell("drift")
    del shell.environ["MESSAGE_DETAIL_API"]
    shell("drift")
    shell.environ["AWS_ENDPOINT_URL"] = "http://127.0.0.1:4566/"
    shell("drift")
    assert [str(request.url) for request in shell.requests] == [
        "https://option.example.com/v1/drift",
        "https://api.example.com/v1/drift",
        "https://of-the-stack.example.com/v1/drift",
        "http://127.0.0.1:4566/_aws/execute-api/abc123/$default/v1/drift",
    ]


def test_the_key_of_the_option_goes_before_that_of_the_environment(shell: Shell) -> None:
    shell.says(OK)
    shell("drift", "--key", "of-the-option")
    assert shell.requests[0].headers["authorization"] == "Bearer of-the-option"


@pytest.mark.parametrize("key", ["", "two words", "line\nbreak", "ümlaut"])
def test_a_key_that_is_none_is_a_wrong_usage_and_is_not_repeated(shell: Shell, key: str) -> None:
    shell.environ["MESSAGE_DETAIL_KEY"] = key
    line = shell.fails(2, "drift")
    assert "MESSAGE_DETAIL_KEY" in line
    assert not key or key not in line
    assert shell.requests == []


@pytest.mark.parametrize(
    "url",
    ["http://api.example.com", "ftp://x", "api.example.com", "https://", "https://u:p@x.example.com", "https://x?y=1",
     "https://[", "https://x:port"],
)  # fmt: skip
def test_a_key_never_goes_out_in_the_clear_or_to_no_address(url: str) -> None:
    with pytest.raises(UsageProblem, match="--api: "):
        checked(url)


def test_loopback_may_be_http() -> None:
    assert checked("http://127.0.0.1:3000/v1") == "http://127.0.0.1:3000"
    assert checked("http://localhost:3000/") == "http://localhost:3000"


def test_a_stack_that_is_not_there_is_named(aws: Aws, shell: Shell) -> None:
    del shell.environ["MESSAGE_DETAIL_API"]
    line = shell.fails(1, "drift", "--stack", "other", "--region", "eu-central-1")
    assert "there is no stack 'other' in eu-central-1" in line


def test_a_stack_of_something_else_is_told_apart(aws: Aws, shell: Shell) -> None:
    aws.stacks["other"] = {}
    del shell.environ["MESSAGE_DETAIL_API"]
    assert "has no output ApiUrl" in shell.fails(1, "drift", "--stack", "other")


@pytest.mark.parametrize(
    ("missing", "reason"),
    [
        (("AWS_DEFAULT_REGION",), "no AWS region: give --region"),
        (("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "no AWS credentials"),
        (("AWS_SECRET_ACCESS_KEY",), "no AWS credentials"),
    ],
)
def test_missing_aws_settings_are_a_wrong_usage(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, missing: tuple[str, ...], reason: str
) -> None:
    for name in missing:
        monkeypatch.delenv(name)
    assert reason in shell.fails(2, "accounts", "list")


@pytest.mark.parametrize("region", ["", "eu-west-1"])
def test_aws_region_alone_is_enough(aws: Aws, shell: Shell, monkeypatch: pytest.MonkeyPatch, region: str) -> None:
    """boto3 reads AWS_DEFAULT_REGION only; AWS's other tools read AWS_REGION, which goes before it."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", region) if region else monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    del shell.environ["MESSAGE_DETAIL_API"]
    assert shell("accounts", "list").code == 0
    assert "there is no stack 'message-detail' in us-east-1" in shell.fails(1, "drift")
    assert "in eu-central-1: deploy it" in shell.fails(1, "drift", "--region", "eu-central-1")


def test_a_profile_or_region_of_no_use_is_said(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "check --region" in shell.fails(1, "accounts", "list", "--region", "no region")
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    assert "AWS_PROFILE" in shell.fails(2, "accounts", "list")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("AccessDeniedException", "AWS denies secretsmanager:list_secrets to the credentials in use"),
        ("ExpiredTokenException", "sign in again"),
        ("InternalServiceError", "AWS refused secretsmanager:list_secrets (InternalServiceError)"),
    ],
)
def test_what_aws_refuses_is_said_without_its_own_text(aws: Aws, shell: Shell, code: str, reason: str) -> None:
    aws.refusals["ListSecrets"] = (code, "hidden")
    line = shell.fails(1, "accounts", "list")
    assert reason in line
    assert "hidden" not in line


def test_an_error_of_the_package_itself_is_code_and_detail(stack: Aws, shell: Shell) -> None:
    """The table that the outputs name is gone: the shared tokens and cool-downs can't be read."""
    stack.put("cellcast/default", {"token": "x"})
    stack.dynamodb.delete_table(TableName="messages")
    line = shell.fails(1, "accounts", "check", "cellcast", "default")
    assert "storage_refused: the table refuses (ResourceNotFoundException)" in line
    assert shell.requests == []


def test_an_interruption_ends_without_a_traceback(shell: Shell) -> None:
    def interrupt(_: httpx.Request) -> httpx.Response:
        raise KeyboardInterrupt

    shell.answers = interrupt
    assert shell.fails(130, "drift") == "message-detail drift: stopped"


def test_credentials_that_are_missing_midway_are_said_too() -> None:
    with pytest.raises(UsageProblem, match="no AWS credentials"), explained("sqs:x"):
        raise NoCredentialsError
