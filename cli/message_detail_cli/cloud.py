"""The AWS side of a stack: its outputs and its secrets. What AWS refuses becomes one line that says what to do."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    LoginError,
    MissingDependencyException,
    NoAuthTokenError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)

from message_detail.version import __version__
from message_detail_cli.errors import CliError, UsageProblem

MAX_SECRET_BYTES: Final = 65_536
"""https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html"""
SIGN_IN: Final = "sign in again (aws sso login, aws login) or renew the AWS_* variables"
_EXPIRED: Final = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidClientTokenId",
        "RequestExpired",
        "UnrecognizedClientException",
    }
)
_WRONG_SIGNATURE: Final = frozenset({"InvalidSignatureException", "SignatureDoesNotMatch"})
_DENIED: Final = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"})


class Cloud:
    """One stack in one region (None: as AWS_REGION, AWS_PROFILE and the like say). AWS_ENDPOINT_URL is honoured."""

    def __init__(self, stack: str, region: str | None) -> None:
        self.stack = stack
        self._region = region
        self._clients: dict[str, Any] = {}

    def client(self, service: str) -> Any:
        """A boto3 client; one per service."""
        if service not in self._clients:
            config = Config(
                connect_timeout=5,
                read_timeout=20,
                retries={"mode": "standard", "total_max_attempts": 3},
                user_agent_extra=f"message-detail-cli/{__version__}",
            )
            with explained(service):
                # boto3 itself reads AWS_DEFAULT_REGION alone; AWS's own tools read AWS_REGION, and so does Lambda.
                region = self._region or os.environ.get("AWS_REGION") or None
                session: Any = boto3.Session(region_name=region)
                self._clients[service] = session.client(service, config=config)
        return self._clients[service]

    def call(self, service: str, operation: str, **arguments: Any) -> Any:
        """One AWS call, such as `call("sqs", "list_queues")`."""
        method: Callable[..., Any] = getattr(self.client(service), operation)
        with explained(f"{service}:{operation}"):
            return method(**arguments)

    @cached_property
    def outputs(self) -> dict[str, str]:
        """The stack's outputs; CliError when there is no such stack."""
        try:
            found = self.call("cloudformation", "describe_stacks", StackName=self.stack)["Stacks"][0]
        except AwsRefused as error:
            if error.code != "ValidationError":
                raise
            raise CliError(
                f"there is no stack {self.stack!r} in {self.client('cloudformation').meta.region_name}: "
                "deploy it, or give its --stack and --region"
            ) from None
        return {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", ())}

    def output(self, key: str) -> str:
        """One of the stack's outputs."""
        if key not in self.outputs:
            raise CliError(f"the stack {self.stack!r} has no output {key}: deploy the present template")
        return self.outputs[key]

    def secret(self, name: str) -> tuple[dict[str, Any], str] | None:
        """The JSON object in the secret `{stack}/{name}` and its version; None when there is no such secret."""
        secret = f"{self.stack}/{name}"
        try:
            answer = self.call("secretsmanager", "get_secret_value", SecretId=secret, VersionStage="AWSCURRENT")
        except AwsRefused as error:
            if error.code == "ResourceNotFoundException":
                return None
            raise
        try:
            value = json.loads(answer.get("SecretString") or "")
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            raise CliError(f"the secret {secret} does not hold a JSON object: put a good one in its place")
        return value, str(answer["VersionId"])


class AwsRefused(CliError):
    """AWS answered with an error. `code` is AWS's word for it."""

    def __init__(self, text: str, code: str) -> None:
        super().__init__(text)
        self.code = code


@contextmanager
def explained(what: str) -> Iterator[None]:
    """Turns botocore's errors into ours. AWS's own texts are left out where they might repeat what was sent."""
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        raise AwsRefused(_refusal(what, code, error), code) from None
    except NoRegionError:
        raise UsageProblem("no AWS region: give --region or set AWS_REGION") from None
    except (NoCredentialsError, PartialCredentialsError):
        raise UsageProblem("no AWS credentials: sign in (aws configure, aws sso login) or set AWS_PROFILE") from None
    except (SSOError, LoginError, NoAuthTokenError, TokenRetrievalError) as error:
        raise CliError(f"the sign-in to AWS has expired or is missing ({type(error).__name__}): {SIGN_IN}") from None
    except CredentialRetrievalError:  # its text is what another program printed
        raise CliError(
            "the program or service that gives the AWS credentials failed: see aws sts get-caller-identity"
        ) from None
    except MissingDependencyException:  # `aws login` keeps what only the CLI's own packages can read
        raise UsageProblem(
            "the AWS profile signs in by a way that needs the AWS CLI: hand its credentials over with "
            'eval "$(aws configure export-credentials --format env)"'
        ) from None
    except ProfileNotFound:
        raise UsageProblem("AWS_PROFILE names a profile that is not there: see aws configure list-profiles") from None
    except (EndpointConnectionError, ConnectTimeoutError):
        raise CliError(f"no connection to AWS ({what}): check the network, --region and AWS_ENDPOINT_URL") from None
    except (BotoCoreError, ValueError) as error:  # botocore says ValueError for a region or an endpoint that is no name
        raise CliError(f"the AWS call {what} failed ({type(error).__name__}): check --region and AWS_*") from None


def _refusal(what: str, code: str, error: ClientError) -> str:
    if code in _EXPIRED:
        return f"AWS does not take the credentials ({code}): {SIGN_IN}"
    if code in _WRONG_SIGNATURE:
        return f"AWS does not take the signature ({code}): check AWS_SECRET_ACCESS_KEY and this machine's clock"
    if code in _DENIED:
        return f"AWS denies {what} to the credentials in use ({code}): ask for that right"
    if code == "InvalidRequestException" and "delet" in str(error):
        return "the secret is scheduled for deletion: aws secretsmanager restore-secret --secret-id … brings it back"
    return f"AWS refused {what} ({code})"
