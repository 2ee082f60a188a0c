"""SnapStart and provisioned concurrency: what the template's two options do to the functions behind the API."""

from __future__ import annotations

import copy
import json
import re
from itertools import product
from pathlib import Path
from typing import Any, Final

import pytest
from samtranslator.yaml_helper import yaml_parse

from message_detail.providers import names
from tools.lint_template import translate

ROOT: Final = Path(__file__).resolve().parents[2]
TEMPLATE: Final[dict[str, Any]] = yaml_parse((ROOT / "template.yaml").read_text(encoding="utf-8"))
OPTIONS: Final = ("SnapStart", "ProvisionedConcurrency")
#: Functions that somebody waits for. The others are started by queues, schedules or operators.
ALIASED: Final = {"Authorizer", "Console", "Messages", "Public", "Session"} | {
    f"{provider.capitalize()}{kind}" for provider in names() for kind in ("Lookup", "Webhook")
}
#: Longest description of a version. https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html
MAX_DESCRIPTION: Final = 256


@pytest.fixture(scope="module")
def translated() -> dict[str, Any]:
    """The template as SAM makes it for CloudFormation."""
    return resources_of(ROOT / "template.yaml")


def resources_of(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = translate(path)["Resources"]
    return found


def of_type(resources: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    return {name: item["Properties"] for name, item in resources.items() if item["Type"] == kind}


def versions(resources: dict[str, Any]) -> dict[str, str]:
    """The logical id of each function's version, by the function."""
    return {item["FunctionName"]["Ref"]: name for name, item in of_type(resources, "AWS::Lambda::Version").items()}


def refs(value: Any) -> set[str]:
    """The names that a value refers to by Ref or within Fn::Sub."""
    text = json.dumps(value)
    return set(re.findall(r'"Ref": "([\w:]+)"', text)) | set(re.findall(r"\$\{(\w+)\}", text))


def resolved(value: Any, given: dict[str, str]) -> Any:
    """A value with its Ref, Fn::If and conditions worked out, as CloudFormation does."""
    if isinstance(value, list):
        return [resolved(item, given) for item in value]
    if not isinstance(value, dict):
        return str(value)
    (name, argument), *more = value.items()
    if more or not (name == "Ref" or name.startswith("Fn::")):
        return {key: resolved(item, given) for key, item in value.items()}
    if name == "Ref":
        return given.get(argument)
    if name == "Fn::If":
        chosen = argument[1] if resolved(TEMPLATE["Conditions"][argument[0]], given) else argument[2]
        return resolved(chosen, given)
    values = resolved(argument, given)
    if name == "Fn::Equals":
        return values[0] == values[1]
    assert name == "Fn::Not"
    return not values[0]


def defaults() -> dict[str, str]:
    return {name: str(TEMPLATE["Parameters"][name]["Default"]) for name in OPTIONS}


def test_each_function_that_somebody_waits_for_is_called_by_its_alias(translated: dict[str, Any]) -> None:
    aliases = of_type(translated, "AWS::Lambda::Alias")
    assert {alias["FunctionName"]["Ref"] for alias in aliases.values()} == ALIASED
    assert {alias["Name"] for alias in aliases.values()} == {"live"}
    for name in ALIASED:
        alias = aliases[f"{name}Aliaslive"]
        assert alias["FunctionVersion"] == {"Fn::GetAtt": [versions(translated)[name], "Version"]}


def test_routes_and_permissions_name_the_alias_of_a_function_that_has_one(translated: dict[str, Any]) -> None:
    paths = of_type(translated, "AWS::ApiGatewayV2::Api")["Api"]["Body"]["paths"]
    uris = {
        operation["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
        for operations in paths.values()
        for operation in operations.values()
    }
    called = {re.findall(r"\$\{(\w+(?:\.Arn)?)\}", uri)[-1] for uri in uris}
    plain = {"Operations", "Endpoints"}
    assert called == {f"{name}Aliaslive" for name in ALIASED - {"Authorizer"}} | {f"{name}.Arn" for name in plain}
    permitted = {
        permission["FunctionName"]["Ref"]
        for permission in of_type(translated, "AWS::Lambda::Permission").values()
        if permission["Principal"] == "apigateway.amazonaws.com"
    }
    assert permitted == {f"{name}Aliaslive" for name in ALIASED} | plain


def test_the_authorizer_is_called_by_the_alias_that_the_api_may_call(translated: dict[str, Any]) -> None:
    body = of_type(translated, "AWS::ApiGatewayV2::Api")["Api"]["Body"]
    scheme = body["components"]["securitySchemes"]["ApiKey"]["x-amazon-apigateway-authorizer"]
    _, named = scheme["authorizerUri"]["Fn::Sub"]
    assert named == {"__FunctionArn__": {"Fn::Sub": "${Authorizer.Arn}:live"}}
    permission = of_type(translated, "AWS::Lambda::Permission")["AuthorizerPermission"]
    assert permission["FunctionName"] == {"Ref": "AuthorizerAliaslive"}
    assert permission["SourceArn"]["Fn::Sub"].endswith(":${Api}/authorizers/*")


@pytest.mark.parametrize(
    ("given", "snapshot", "kept"),
    [
        ({}, "None", None),
        ({"SnapStart": "PublishedVersions"}, "PublishedVersions", None),
        ({"ProvisionedConcurrency": "3"}, "None", {"ProvisionedConcurrentExecutions": "3"}),
    ],
)
def test_an_option_is_for_all_functions_that_somebody_waits_for_and_no_others(
    translated: dict[str, Any], given: dict[str, str], snapshot: str, kept: Any
) -> None:
    values = defaults() | given
    functions = of_type(translated, "AWS::Lambda::Function")
    assert {name for name, function in functions.items() if "SnapStart" in function} == ALIASED
    for name in ALIASED:
        assert resolved(functions[name]["SnapStart"], values) == {"ApplyOn": snapshot}
        alias = translated[f"{name}Aliaslive"]["Properties"]
        assert resolved(alias["ProvisionedConcurrencyConfig"], values) == kept


@pytest.mark.parametrize("values", list(product(("None", "PublishedVersions"), ("0", "1", "50"))))
def test_both_options_together_are_refused_before_anything_is_deployed(values: tuple[str, str]) -> None:
    given = dict(zip(OPTIONS, values, strict=True))
    rule = TEMPLATE["Rules"]["OneAgainstColdStarts"]
    (assertion,) = rule["Assertions"]
    refused = resolved(rule["RuleCondition"], given) and not resolved(assertion["Assert"], given)
    assert refused == (given["SnapStart"] != "None" and given["ProvisionedConcurrency"] != "0")


def test_neither_costs_anything_by_default() -> None:
    assert defaults() == {"SnapStart": "None", "ProvisionedConcurrency": "0"}


@pytest.mark.parametrize("changed", ["MessageDetailLayer", "SamvaLookup"])
def test_a_version_is_published_when_the_code_of_the_layer_or_of_the_function_changes(
    translated: dict[str, Any], changed: str, tmp_path: Path
) -> None:
    template = copy.deepcopy(TEMPLATE)
    properties = template["Resources"][changed]["Properties"]
    properties["ContentUri" if changed == "MessageDetailLayer" else "CodeUri"] = {"Bucket": "artifacts", "Key": "newer"}
    path = tmp_path / "template.json"
    path.write_text(json.dumps(template))
    before, after = versions(translated), versions(resources_of(path))
    different = {name for name in ALIASED if before[name] != after[name]}
    assert different == (ALIASED if changed == "MessageDetailLayer" else {changed})


def test_a_version_is_published_when_a_parameter_that_its_function_uses_changes(translated: dict[str, Any]) -> None:
    """SAM's hash doesn't see a parameter's value. A version whose description changes is replaced by a new one.

    What instances are reserved is the function's own, whatever its versions.
    """
    functions, described = of_type(translated, "AWS::Lambda::Function"), of_type(translated, "AWS::Lambda::Version")
    for name, version in versions(translated).items():
        of_versions = {key: value for key, value in functions[name].items() if key != "ReservedConcurrentExecutions"}
        used = refs(of_versions) & set(TEMPLATE["Parameters"])
        assert used == refs(described[version]["Description"])


@pytest.mark.parametrize("function", sorted(ALIASED))
def test_the_longest_description_of_a_version_is_not_too_long(function: str) -> None:
    parameters = TEMPLATE["Parameters"]
    description = TEMPLATE["Resources"][function]["Properties"]["VersionDescription"]["Fn::Sub"]
    longest = {
        name: max([len(str(value)) for value in parameter.get("AllowedValues", [])], default=0)
        or parameter.get("MaxLength")
        or len(str(parameter["MaxValue"]))
        for name, parameter in parameters.items()
        if f"${{{name}}}" in description
    }
    written = re.sub(r"\$\{(\w+)\}", lambda match: "x" * longest[match[1]], description)
    assert len(written) <= MAX_DESCRIPTION


def test_old_versions_with_their_snapshots_are_not_kept(translated: dict[str, Any]) -> None:
    kept = [item for item in translated.values() if item["Type"] == "AWS::Lambda::Version"]
    assert len(kept) == len(ALIASED)
    assert all(item["DeletionPolicy"] == "Delete" for item in kept)
    assert not any("UpdateReplacePolicy" in item for item in kept)
