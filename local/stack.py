"""The whole AWS side on this machine: the real template.yaml in an emulator, behind one address."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from local import package, routes
from local.accounts import AccountSettings
from local.emulator import Emulator, EmulatorError
from local.endpoints import NETWORKS, EndpointSettings
from local.gateway import Gateway
from message_detail.adapters.aws.account_directory import UNITS, noted
from message_detail.adapters.aws.stats import announce
from message_detail.adapters.aws.table import Table
from message_detail.domain.scopes import SCOPES
from message_detail.providers import account_schema

ROOT: Final = Path(__file__).resolve().parent.parent
DEPLOY_SECONDS: Final = 120.0
ERASURES: Final = "erasures"
_COUNTS: Final = [f"ApproximateNumberOfMessages{kind}" for kind in ("", "NotVisible", "Delayed")]


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An API key as the caller sends it, and what it may do."""

    id: str
    value: str = field(repr=False)
    scopes: tuple[str, ...] = SCOPES

    def stored(self) -> dict[str, Any]:
        """The entry of the secret `{stack}/api-keys`: the key's digest stands for the key."""
        return {
            "id": self.id,
            "sha256": hashlib.sha256(self.value.encode()).hexdigest(),
            "scopes": list(self.scopes),
        }


def _silent(_: str) -> None:
    """The default progress: none."""


def _remedy(accounts_file: str) -> str:
    if accounts_file:
        return f"add an [[accounts]] table to {accounts_file}, and start make run again"
    return "add an [[accounts]] table to a file, and start make run ACCOUNTS=<file>"


class LocalStack:
    """`with LocalStack(accounts=…, keys=…) as stack: httpx.get(f"{stack.api_url}/v1/health")`.

    accounts, endpoints, keys: become secrets before the first request; changes go out where there is an endpoint. port:
    of the API, 0 for a free one; bound at once (OSError if in use). parameters: the template's. visibility_seconds: how
    soon a failed task is seen again, set on the queues after deployment, below what the template allows. root: the
    project. accounts_file: where accounts of one's own stand, for whoever names one that is missing. rest_seconds: a
    function that has not been called for so long has no process, to save memory; None: it keeps one. progress: told
    each step.
    """

    def __init__(
        self,
        *,
        accounts: Iterable[AccountSettings] = (),
        endpoints: Iterable[EndpointSettings] = (),
        keys: Iterable[ApiKey] = (),
        port: int = 0,
        parameters: Mapping[str, str] | None = None,
        visibility_seconds: int | None = None,
        stack_name: str = "local",
        root: Path = ROOT,
        accounts_file: str = "",
        rest_seconds: float | None = None,
        progress: Callable[[str], None] = _silent,
    ) -> None:
        self.stack_name = stack_name
        self._accounts = list(accounts)
        self._endpoints = list(endpoints)
        self._keys = list(keys)
        self._parameters = dict(parameters or {})
        self._visibility_seconds = visibility_seconds
        self._root = root
        self._progress = progress
        self._cleanup = ExitStack()
        self._clients: dict[str, Any] = {}
        environment = {"ACCOUNT_REMEDY": _remedy(accounts_file), "ENDPOINT_NETWORKS": ",".join(NETWORKS)}
        if rest_seconds is not None:
            environment["REST_SECONDS"] = str(rest_seconds)
        self.emulator = Emulator(environment=environment)
        self.gateway = Gateway(port)
        self._cleanup.callback(self.emulator.stop)
        self._cleanup.callback(self.gateway.close)

    @property
    def api_url(self) -> str:
        """The API's address, without a trailing slash."""
        return self.gateway.url

    @property
    def table_name(self) -> str:
        """The physical name of the table."""
        return self.outputs["TableName"]

    @property
    def table(self) -> Table:
        """The table, with every right."""
        return Table(self.client("dynamodb"), self.table_name)

    @property
    def bucket_name(self) -> str:
        """The physical name of the content bucket."""
        return self.outputs["BucketName"]

    @property
    def queue_urls(self) -> dict[str, str]:
        """The queue of each provider, by the provider's name."""
        return self._urls("DeadLetterQueueUrl", "QueueUrl")

    @cached_property
    def task_queue_urls(self) -> dict[str, str]:
        """All queues that functions take tasks from: those of the providers, and that of erasures by `ERASURES`."""
        resource = self.client("cloudformation").describe_stack_resource(
            StackName=self.stack_name, LogicalResourceId="EraseQueue"
        )
        return {**self.queue_urls, ERASURES: resource["StackResourceDetail"]["PhysicalResourceId"]}

    @property
    def dead_letter_queue_urls(self) -> dict[str, str]:
        """The dead-letter queue of each provider, by the provider's name."""
        return self._urls("", "DeadLetterQueueUrl")

    @cached_property
    def outputs(self) -> dict[str, str]:
        """The stack's outputs."""
        stack = self.client("cloudformation").describe_stacks(StackName=self.stack_name)["Stacks"][0]
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    @cached_property
    def functions(self) -> dict[str, str]:
        """The physical name of each function, by its name in the template."""
        described = self.client("cloudformation").describe_stack_resources(StackName=self.stack_name)
        return {
            item["LogicalResourceId"]: item["PhysicalResourceId"]
            for item in described["StackResources"]
            if item["ResourceType"] == "AWS::Lambda::Function"
        }

    @cached_property
    def log_groups(self) -> dict[str, str]:
        """The log group of each function, by the function's name in the template."""
        described = self.client("cloudformation").describe_stack_resources(StackName=self.stack_name)
        groups = {
            item["LogicalResourceId"]: item["PhysicalResourceId"]
            for item in described["StackResources"]
            if item["ResourceType"] == "AWS::Logs::LogGroup"
        }
        return {name: groups[f"{name}Logs"] for name in self.functions if f"{name}Logs" in groups}

    def client(self, service: str) -> Any:
        """A boto3 client with every right; one per service."""
        if service not in self._clients:
            self._clients[service] = self.emulator.client(service)
        return self._clients[service]

    def logs(self, function: str) -> list[str]:
        """What a function, named as in the template, has logged so far, one line each."""
        events = self.client("logs").filter_log_events(logGroupName=self.log_groups[function])["events"]
        return [event["message"] for event in events]

    def waiting(self, queue: str) -> int:
        """Tasks in a queue, named as in `task_queue_urls`: those put off and those being worked on included."""
        return self._count(self.task_queue_urls[queue])

    def dead(self, provider: str) -> int:
        """Tasks in a provider's dead-letter queue."""
        return self._count(self.dead_letter_queue_urls[provider])

    def put_secret(self, name: str, value: Mapping[str, Any]) -> None:
        """Create or replace the secret `{stack}/{name}`. What JSON has no word for (a date of TOML) becomes null."""
        secrets, secret_id = self.client("secretsmanager"), f"{self.stack_name}/{name}"
        text = json.dumps(value, default=lambda _: None)
        try:
            secrets.create_secret(Name=secret_id, SecretString=text)
        except secrets.exceptions.ResourceExistsException:
            secrets.put_secret_value(SecretId=secret_id, SecretString=text)

    def _put_directory(self, provider: str) -> None:
        """The secret by which the intake finds the accounts that are named otherwise than the vendor's own id."""
        units: dict[str, Any] = {}
        schema = account_schema(provider)
        for account in self._accounts:
            if account.provider == provider:
                units = noted(units, schema.unit_of(account.settings), account.account)
        if units:
            self.put_secret(f"{provider}/{UNITS}", units)

    def add_account(self, account: AccountSettings) -> None:
        """One more account to make a secret of at the start."""
        self._accounts.append(account)

    def add_endpoint(self, endpoint: EndpointSettings) -> None:
        """One more endpoint to make a secret of at the start."""
        self._endpoints.append(endpoint)

    def start(self) -> None:
        """Deploy and serve. EmulatorError when something of it fails."""
        self._progress("starting the AWS emulator")
        self.emulator.start()
        self._progress("deploying template.yaml")
        self._deploy()
        count = routes.create_routes(
            self.client("cloudformation"),
            self.client("apigatewayv2"),
            self.client("lambda"),
            self.stack_name,
            self._parameters.get("CorsOrigins", ""),
        )
        self._progress(f"{len(self.functions)} functions, {count} routes")
        for account in self._accounts:
            self.put_secret(f"{account.provider}/{account.account}", account.settings)
        for provider in sorted({account.provider for account in self._accounts}):
            self._put_directory(provider)
        for endpoint in self._endpoints:
            self.put_secret(f"endpoint/{endpoint.name}", endpoint.settings)
        self.announce_accounts()
        self.put_secret("api-keys", {"keys": [key.stored() for key in self._keys]})
        self.gateway.serve(self.emulator.port, self.outputs["ApiId"])

    def announce_accounts(self) -> None:
        """Put the accounts on the table's list of those that are known, as `message-detail accounts put` does."""
        for account in self._accounts:
            keys = account_schema(account.provider)
            announce(self.table, account.provider, account.account, account.settings, keys)

    def stop(self) -> None:
        """End everything that was started and remove its files."""
        self._cleanup.close()

    def __enter__(self) -> LocalStack:
        try:
            self.start()
        except BaseException:  # an interrupt, too, must leave nothing running
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _deploy(self) -> None:
        if self._endpoints:
            self._parameters["Events"] = "Active"
        key = package.upload(self._root, self.client("s3"))
        cloudformation = self.client("cloudformation")
        cloudformation.create_stack(
            StackName=self.stack_name,
            TemplateURL=f"{self.emulator.url}/{key}",  # a body of more than 51,200 bytes is refused
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in self._parameters.items()],
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        )
        deadline = time.monotonic() + DEPLOY_SECONDS
        while (status := self._status()).endswith("_IN_PROGRESS") and time.monotonic() < deadline:
            time.sleep(0.05)
        if status != "CREATE_COMPLETE":
            raise EmulatorError(f"template.yaml was not deployed ({status}): {self._reasons()}")
        self._limit_concurrency()
        self._name_the_api()
        for url in self.task_queue_urls.values() if self._visibility_seconds is not None else ():
            self.client("sqs").set_queue_attributes(
                QueueUrl=url, Attributes={"VisibilityTimeout": str(self._visibility_seconds)}
            )

    def _limit_concurrency(self) -> None:
        """Set the workers' concurrency again: ministack keeps a template's number as text and compares it."""
        functions = self.client("lambda")
        for mapping in functions.list_event_source_mappings()["EventSourceMappings"]:
            limit = mapping.get("ScalingConfig", {}).get("MaximumConcurrency")
            if limit is not None:
                functions.update_event_source_mapping(
                    UUID=mapping["UUID"], ScalingConfig={"MaximumConcurrency": int(limit)}
                )

    def _name_the_api(self) -> None:
        """Have events say this machine's address of their schema instead of one of API Gateway."""
        functions = self.client("lambda")
        for name in self.functions.values():
            variables = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
            if "API_URL" in variables:
                functions.update_function_configuration(
                    FunctionName=name, Environment={"Variables": variables | {"API_URL": self.api_url}}
                )

    def _status(self) -> str:
        stack = self.client("cloudformation").describe_stacks(StackName=self.stack_name)["Stacks"][0]
        return str(stack["StackStatus"])

    def _reasons(self) -> str:
        events = self.client("cloudformation").describe_stack_events(StackName=self.stack_name)["StackEvents"]
        failed = [event for event in events if event["ResourceStatus"].endswith("FAILED")]
        return "; ".join(f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason')}" for event in failed)

    def _count(self, queue_url: str) -> int:
        found = self.client("sqs").get_queue_attributes(QueueUrl=queue_url, AttributeNames=_COUNTS)
        return sum(int(found["Attributes"][name]) for name in _COUNTS)

    def _urls(self, without: str, suffix: str) -> dict[str, str]:
        return {
            name.removesuffix(suffix).lower(): value
            for name, value in self.outputs.items()
            if name.endswith(suffix) and not (without and name.endswith(without))
        }
