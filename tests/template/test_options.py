"""What the template's parameters make of it that most stacks leave alone: own name, other origins, gradual updates."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any, Final

import pytest

from tests.template.reading import FUNCTIONS, PROVIDERS, RESOURCES, ROOT, TEMPLATE
from tools.lint_template import findings_as_translated, translate

CERTIFICATE: Final = "arn:aws:acm:eu-central-1:123456789012:certificate/11111111-2222"
EVERYTHING: Final = {
    "AlarmEmail": "ops@example.com",
    "AlarmTopicArn": "arn:aws:sns:eu-central-1:123456789012:ops",
    "DomainName": "messages.example.com",
    "CertificateArn": CERTIFICATE,
    "CorsOrigins": "https://a.example,https://b.example",
    "DeletionProtection": "true",
    "DeploymentPreference": "Canary10Percent5Minutes",
}


@pytest.fixture(scope="module")
def whole() -> dict[str, Any]:
    """The template with all of that, as SAM makes it for CloudFormation."""
    return translate(ROOT / "template.yaml", **EVERYTHING)


def test_the_template_with_everything_is_one_that_cloudformation_takes(whole: dict[str, Any]) -> None:
    assert list(findings_as_translated(ROOT / "template.yaml", json.dumps(whole))) == []


@pytest.mark.parametrize("name", EVERYTHING)
def test_a_value_is_one_that_the_parameter_takes(name: str) -> None:
    parameter = TEMPLATE["Parameters"][name]
    assert EVERYTHING[name] in parameter.get("AllowedValues", [EVERYTHING[name]])
    assert re.fullmatch(parameter.get("AllowedPattern", ".*"), EVERYTHING[name])
    assert re.fullmatch(parameter.get("AllowedPattern", ".*"), parameter["Default"])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AlarmTopicArn", "ops"),
        ("CertificateArn", "arn:aws:acm:eu-central-1:1:certificate/x"),
        ("DomainName", "https://messages.example.com"),
        ("CorsOrigins", "https://a.example/"),
        ("CorsOrigins", "https://a.example, https://b.example"),
        ("CorsOrigins", "a.example"),
    ],
)
def test_a_value_that_can_only_be_a_mistake_is_refused(name: str, value: str) -> None:
    assert not re.fullmatch(TEMPLATE["Parameters"][name]["AllowedPattern"], value)


# --- other origins -----------------------------------------------------------------------------------------


def test_no_other_origin_may_call_unless_it_is_named(whole: dict[str, Any]) -> None:
    assert TEMPLATE["Parameters"]["CorsOrigins"]["Default"] == ""
    condition, cors, otherwise = whole["Resources"]["Api"]["Properties"]["Body"]["x-amazon-apigateway-cors"]["Fn::If"]
    assert TEMPLATE["Conditions"][condition] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "CorsOrigins"}, ""]}]}
    assert otherwise == {"Ref": "AWS::NoValue"}
    assert cors["allowOrigins"] == {"Fn::Split": [",", EVERYTHING["CorsOrigins"]]}
    assert {"etag", "retry-after", "link", "x-correlation-id"} <= set(cors["exposeHeaders"])
    assert "authorization" in cors["allowHeaders"]
    assert "allowCredentials" not in cors, "an API key is sent by the page itself, never by the browser"


def test_a_preflight_needs_no_key(whole: dict[str, Any]) -> None:
    route = whole["Resources"]["Api"]["Properties"]["Body"]["paths"]["/{proxy+}"]["options"]
    assert route["security"] == [{"NONE": []}]


# --- a name of one's own -----------------------------------------------------------------------------------


def test_a_name_goes_with_its_certificate_and_the_outputs_tell_it() -> None:
    assertions = {name: rule["Assertions"] for name, rule in TEMPLATE["Rules"].items()}
    assert {"NameWithCertificate", "CertificateWithName"} <= set(assertions)
    assert RESOURCES["OwnName"]["Condition"] == RESOURCES["OwnNameMapping"]["Condition"] == "HasOwnName"
    for output in ("ApiUrl", "WebhookUrl"):
        condition, own, given = TEMPLATE["Outputs"][output]["Value"]["Fn::If"]
        assert condition == "HasOwnName"
        assert own["Fn::Sub"].startswith("https://${DomainName}")
        assert given["Fn::Sub"].startswith("https://${Api}.execute-api")


# --- updates -----------------------------------------------------------------------------------------------


def test_the_table_is_protected_from_a_slip_unless_it_is_to_go() -> None:
    assert RESOURCES["Table"]["Properties"]["DeletionProtectionEnabled"] == {"Ref": "DeletionProtection"}
    assert TEMPLATE["Parameters"]["DeletionProtection"]["Default"] == "true"


def test_all_functions_behind_the_api_change_over_gradually_where_that_is_asked_for(
    whole: dict[str, Any], translated: dict[str, Any]
) -> None:
    aliased = {name for name, properties in FUNCTIONS.items() if "AutoPublishAlias" in properties}
    groups = {
        name.removesuffix("DeploymentGroup"): item["Properties"]
        for name, item in whole["Resources"].items()
        if item["Type"] == "AWS::CodeDeploy::DeploymentGroup"
    }
    assert set(groups) == aliased
    assert not [item for item in translated["Resources"].values() if item["Type"].startswith("AWS::CodeDeploy")]
    for function, group in groups.items():
        owner = next((name.capitalize() for name in PROVIDERS if function.startswith(name.capitalize())), "Shared")
        alarms = [alarm["Name"]["Ref"] for alarm in group["AlarmConfiguration"]["Alarms"]]
        assert alarms == [f"{owner}ErrorsAlarm", "UnexpectedErrorsAlarm", "ApiFailuresAlarm"]
        assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]


def test_every_preference_says_whether_it_is_gradual() -> None:
    mapping = TEMPLATE["Mappings"]["Gradual"]
    assert list(mapping) == TEMPLATE["Parameters"]["DeploymentPreference"]["AllowedValues"]
    assert [name for name, told in mapping.items() if told["Enabled"] == "false"] == ["AllAtOnce"]


# --- stages ------------------------------------------------------------------------------------------------

STAGES: Final = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))
OVERRIDES: Final = [
    (stage, *pair.split("=", 1))
    for stage, sections in STAGES.items()
    if stage != "version"
    for section in sections.values()
    for pair in str(section["parameters"].get("parameter_overrides", "")).split()
]


@pytest.mark.parametrize(("stage", "name", "value"), OVERRIDES)
def test_a_stage_gives_parameters_that_are_there(stage: str, name: str, value: str) -> None:
    parameter = TEMPLATE["Parameters"][name]
    allowed = [str(one) for one in parameter.get("AllowedValues", [value])]
    assert value in allowed, stage


def test_each_stage_is_a_stack_of_its_own() -> None:
    names = {
        stage: STAGES[stage]["global"]["parameters"]["stack_name"] for stage in ("default", "staging", "production")
    }
    assert len(set(names.values())) == 3
