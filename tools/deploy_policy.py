"""Write docs/deploy-policy.json: what whoever deploys template.yaml must be allowed, as IAM policies; and into
docs/deploy.md how many providers a stack has room for.

The actions are those that CloudFormation's registry says it takes to make, change and delete the kinds of resources
that SAM makes of the template (cfn-lint brings the registry's schemas), without those that touch data or that no stack
of ours uses; and those of `sam deploy` itself.

    python -m tools.deploy_policy                                             writes the file
    python -m tools.deploy_policy --stack NAME --account ID --region NAME     prints the policies of one stack
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import cfnlint

from message_detail.providers import names
from tools.lint_template import translate
from tools.marked import DOCS, MarkedPart, head, row

ROOT: Final = Path(__file__).parents[1]
FILE: Final = DOCS / "deploy-policy.json"
PART: Final = MarkedPart("deploy.md", "quotas", "tools.deploy_policy")
MOST_RESOURCES: Final = 500
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""
MOST_ROUTES: Final = 300
"""https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html"""
MOST_CHARACTERS: Final = 6_144
"""Of a managed policy, without white space: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""
PARAMETERS: Final = {"DeploymentPreference": "Canary10Percent5Minutes", "AlarmEmail": "a@example.com"}
"""With them the template has every kind of resource that it can have."""
RESOURCES: Final[Mapping[str, tuple[str, ...]]] = {
    "apigateway": ("apigateway:{region}::/*",),
    "cloudwatch": ("cloudwatch:{region}:{account}:alarm:{stack}-*", "cloudwatch::{account}:dashboard/*"),
    "codedeploy": (
        "codedeploy:{region}:{account}:application:{stack}-*",
        "codedeploy:{region}:{account}:deploymentgroup:{stack}-*/*",
        "codedeploy:{region}:{account}:deploymentconfig:*",
    ),
    "dynamodb": ("dynamodb:{region}:{account}:table/{stack}-*",),
    "events": ("events:{region}:{account}:rule/{stack}-*",),
    "iam": ("iam::{account}:role/{stack}-*",),
    "lambda": (
        "lambda:{region}:{account}:function:{stack}-*",
        "lambda:{region}:{account}:layer:*",
        "lambda:{region}:{account}:event-source-mapping:*",
    ),
    "logs": (
        "logs:{region}:{account}:log-group:/aws/lambda/{stack}/*",
        "logs:{region}:{account}:log-group:/aws/vendedlogs/{stack}/*",
    ),
    "s3": ("s3:::{stack}-*",),
    "sns": ("sns:{region}:{account}:{stack}-*",),
    "sqs": ("sqs:{region}:{account}:{stack}-*",),
}
"""What the actions of a service are for. A service that isn't here is one that no stack of ours uses (kms, ec2 …)."""
OF_DATA: Final = frozenset(
    {
        f"dynamodb:{name}"
        for name in ("BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem")
    }
    | {f"s3:{name}" for name in ("DeleteObject", "GetObject", "GetObjectMetadata", "GetObjectVersion", "PutObjectAcl")}
    | {"s3:getObject", "s3:REST.PUT.OBJECT", "logs:PutLogEvents", "logs:CreateLogStream"}
)
"""Who deploys reads and changes no message, and no line of a log."""
ANYWHERE: Final = ("List", "Describe")
"""Verbs of actions that know no resource, or are asked of all: they show names and settings, no data."""
_OF_SAM: Final[Sequence[Mapping[str, Any]]] = (
    {
        "Sid": "Stack",
        "Action": ["cloudformation:*ChangeSet*", "cloudformation:*Stack*", "cloudformation:GetTemplate*"],
        "Resource": [
            "cloudformation:{region}:{account}:stack/{stack}/*",
            "cloudformation:{region}:{account}:stack/aws-sam-cli-managed-default/*",
            "cloudformation:{region}:aws:transform/Serverless-2016-10-31",
        ],
    },
    {
        "Sid": "Artifacts",
        "Action": ["s3:CreateBucket", "s3:Get*", "s3:List*", "s3:PutBucket*", "s3:PutEncryption*", "s3:PutObject"],
        "Resource": ["s3:::aws-sam-cli-managed-default-*"],
    },
    {
        "Sid": "AccessLog",
        "Action": ["logs:*LogDelivery", "logs:PutResourcePolicy", "logs:GetLogDelivery"],
        "Resource": "*",
    },
)
"""What sam deploy does by itself, and what an HTTP API asks of its access log."""

Statement = dict[str, Any]


def policies(stack: str, account: str, region: str) -> list[dict[str, Any]]:
    """Managed policies, each as long as one may be."""
    made: list[list[Statement]] = [[]]
    for statement in _statements(stack, account, region):
        if _size([*made[-1], statement]) > MOST_CHARACTERS:
            made.append([])
        made[-1].append(statement)
    return [_document(statements) for statements in made]


def actions() -> dict[str, list[str]]:
    """What the kinds of resources take, by service."""
    found: dict[str, set[str]] = defaultdict(set)
    for kind in kinds():
        for action in registered()[kind]:
            found[action.partition(":")[0]].add(action)
    return {service: sorted(found[service] - OF_DATA) for service in RESOURCES}


@cache
def kinds() -> frozenset[str]:
    """Of resources, that SAM makes of the template."""
    made = translate(ROOT / "template.yaml", **PARAMETERS)
    return frozenset(resource["Type"] for resource in made["Resources"].values())


@cache
def registered() -> Mapping[str, frozenset[str]]:
    """The actions that CloudFormation's registry tells, by the kind of resource."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in (Path(cfnlint.__file__).parent / "data/schemas/resources").glob("*.json"):
        schema = json.loads(path.read_text(encoding="utf-8"))
        for handler in schema.get("handlers", {}).values():
            found[schema["typeName"]].update(handler.get("permissions", ()))
    return {kind: frozenset(told) for kind, told in found.items()}


def _statements(stack: str, account: str, region: str) -> Iterator[Statement]:
    names = {"stack": stack, "account": account, "region": region}
    looks: list[str] = []
    for service, needed in actions().items():
        verbs = {action: action.partition(":")[2] for action in needed}
        looks += [action for action, verb in verbs.items() if verb.startswith(ANYWHERE)]
        does = [action for action, verb in verbs.items() if not verb.startswith(ANYWHERE)]
        yield _statement(service.capitalize(), does, RESOURCES[service], names)
    yield _statement("Look", looks, "*", names)
    for one in _OF_SAM:
        yield _statement(one["Sid"], one["Action"], one["Resource"], names)


def _statement(sid: str, allowed: Sequence[str], on: Sequence[str] | str, names: Mapping[str, str]) -> Statement:
    resource = on if isinstance(on, str) else [f"arn:aws:{one.format(**names)}" for one in on]
    return {"Sid": sid, "Effect": "Allow", "Action": list(allowed), "Resource": resource}


def _document(statements: Sequence[Statement]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _size(statements: Sequence[Statement]) -> int:
    return len(json.dumps(_document(statements), separators=(",", ":")))


def quotas() -> str:
    """How much of what a stack may have goes to a provider, and for how many there is room."""
    resources = translate(ROOT / "template.yaml", **PARAMETERS)["Resources"]
    routes = [
        f"{method} {path}"
        for path, methods in resources["Api"]["Properties"]["Body"]["paths"].items()
        for method in methods
    ]
    rows = [_quota("resources", resources, MOST_RESOURCES), _quota("routes", routes, MOST_ROUTES)]
    return "\n".join([head("of a stack", "may have", "has", "for each provider", "room for providers"), *rows, ""])


def _quota(what: str, found: Iterable[str], most: int) -> str:
    """A row. What belongs to a provider has its name in its own."""
    everything = list(found)
    each = sum(names()[0] in name.lower() for name in everything)
    shared = len(everything) - each * len(names())
    return row(what, str(most), str(len(everything)), str(each), str((most - shared) // each))


def text(stack: str = "message-detail", account: str = "123456789012", region: str = "eu-central-1") -> str:
    """The policies as a list."""
    return json.dumps(policies(stack, account, region), indent=2) + "\n"


def main(arguments: list[str] | None = None) -> None:
    """Writes the file, or prints the policies of one stack."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.deploy_policy", description=(__doc__ or "").partition("\n")[0]
    )
    for name in ("stack", "account", "region"):
        parser.add_argument(f"--{name}")
    given = {name: value for name, value in vars(parser.parse_args(arguments)).items() if value}
    if given:
        print(text(**given), end="")
        return
    FILE.write_text(text(), encoding="utf-8")
    print(FILE)
    PART.write(quotas())


if __name__ == "__main__":
    main()
