"""AWS credentials that no longer work: one line that says what to do, an exit code that is not 0, no traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import product
from pathlib import Path
from typing import Any, Final

import pytest
from botocore.exceptions import LoginRefreshRequired, NoAuthTokenError, TokenRetrievalError
from botocore.utils import SSOTokenLoader

from message_detail_cli.cloud import explained
from message_detail_cli.errors import CliError
from tests.unit.cli.conftest import Aws, Shell

ROOT: Final = Path(__file__).parents[3]
SIGN_IN: Final = "sign in again (aws sso login, aws login) or renew the AWS_* variables"
#: A command of each kind that asks AWS for something, and all that such commands ask.
COMMANDS: Final = (
    ("accounts", "put", "cellcast", "default", "--file", "-"),
    ("accounts", "list"),
    ("accounts", "check", "cellcast", "default"),
    ("keys", "create", "--id", "me", "--scopes", "read"),
    ("keys", "list"),
    ("keys", "revoke", "me"),
    ("lookup", "cellcast", "1"),
)
OPERATIONS: Final = ("DescribeStacks", "ListSecrets", "GetSecretValue", "CreateSecret", "PutSecretValue")
#: What AWS's services say of credentials whose time is up, and of those that they never gave out.
CODES: Final = (
    "ExpiredToken",
    "ExpiredTokenException",
    "RequestExpired",
    "InvalidClientTokenId",
    "UnrecognizedClientException",
)


@pytest.mark.parametrize(
    ("command", "code"),
    [*product(COMMANDS, CODES[:1]), *product(COMMANDS[1:2], CODES[1:])],
    ids=lambda given: " ".join(given) if isinstance(given, tuple) else given,
)
def test_every_command_says_to_sign_in_again(aws: Aws, shell: Shell, command: tuple[str, ...], code: str) -> None:
    aws.refusals.update(dict.fromkeys(OPERATIONS, (code, "The security token included in the request is expired")))
    del shell.environ["MESSAGE_DETAIL_API"]
    shell.stdin = b'{"token": "x"}'
    line = shell.fails(1, *command)
    assert line.startswith(f"message-detail {command[0]}")
    assert line.endswith(f": AWS does not take the credentials ({code}): {SIGN_IN}")
    aws.refusals.clear()
    assert aws.names() == []


@pytest.mark.parametrize("code", ["SignatureDoesNotMatch", "InvalidSignatureException"])
def test_a_wrong_secret_key_or_clock_is_told_apart(aws: Aws, shell: Shell, code: str) -> None:
    aws.refusals["ListSecrets"] = (code, "hidden")
    line = shell.fails(1, "accounts", "list")
    assert f"({code}): check AWS_SECRET_ACCESS_KEY and this machine's clock" in line


def test_a_program_for_credentials_that_fails_is_said_without_what_it_printed(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script = tmp_path / "credentials"
    script.write_text("#!/bin/sh\necho hidden >&2\nexit 3\n")
    script.chmod(0o755)
    _use_profile(monkeypatch, tmp_path, f"credential_process = {script}\n")
    line = shell.fails(1, "accounts", "list")
    assert "the AWS credentials failed: see aws sts get-caller-identity" in line
    assert "hidden" not in line


@pytest.mark.parametrize(
    "error",
    [LoginRefreshRequired(), NoAuthTokenError(), TokenRetrievalError(provider="sso", error_msg="hidden")],
    ids=lambda error: type(error).__name__,
)
def test_other_words_of_botocore_for_the_same_say_the_same(error: Exception) -> None:
    with pytest.raises(CliError, match="expired or is missing") as raised, explained("secretsmanager"):
        raise error
    assert str(raised.value).endswith(f"({type(error).__name__}): {SIGN_IN}")


def test_a_sign_in_that_only_the_aws_cli_can_read_says_how_to_hand_it_over(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _use_profile(monkeypatch, tmp_path, "login_session = arn:aws:iam::123456789012:user/me\n")
    line = shell.fails(2, "accounts", "list")
    assert line.endswith('eval "$(aws configure export-credentials --format env)"')


@pytest.mark.parametrize("expires_at", [None, "2020-01-01T00:00:00Z"], ids=["never signed in", "session over"])
def test_a_sign_in_that_is_over_is_said_before_anything_is_sent(expires_at: str | None, tmp_path: Path) -> None:
    """By botocore's own reading of a profile. Another process, since it looks for the home once, when imported."""
    start = "https://sso.invalid/start"
    (tmp_path / "config").write_text(
        f"[profile mine]\nregion = us-east-1\nsso_start_url = {start}\nsso_region = us-east-1\n"
        "sso_account_id = 123456789012\nsso_role_name = me\n"
    )
    if expires_at:
        _cache_token(tmp_path, start, expires_at)
    ran = subprocess.run(
        [sys.executable, "-m", "message_detail_cli", "accounts", "list"],
        cwd=ROOT / "cli",
        env={"HOME": str(tmp_path), "AWS_PROFILE": "mine", "AWS_CONFIG_FILE": str(tmp_path / "config")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.startswith("message-detail accounts list: the sign-in to AWS has expired or is missing (")
    assert ran.stderr.endswith(f": {SIGN_IN}\n")
    assert ran.stderr.count("\n") == 1


def _use_profile(monkeypatch: pytest.MonkeyPatch, folder: Path, settings: str) -> None:
    """A profile as the only source of credentials."""
    config = folder / "config"
    config.write_text(f"[profile mine]\nregion = us-east-1\n{settings}")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_PROFILE", "mine")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)


def _cache_token(home: Path, start_url: str, expires_at: str) -> None:
    """A token of `aws sso login`, where botocore looks for it."""
    cache: dict[str, object] = {}
    loader: Any = SSOTokenLoader(cache=cache)
    loader.save_token(start_url, {"accessToken": "x", "expiresAt": expires_at})
    folder = home / ".aws/sso/cache"
    folder.mkdir(parents=True)
    for key, value in cache.items():
        (folder / f"{key}.json").write_text(json.dumps(value))
