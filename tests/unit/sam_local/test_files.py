"""The template and the env file that the SAM CLI is given for containers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from local.package import load_template
from local.sam_local.files import AWS_VARIABLES, aws_variables, environment, template_for_containers
from local.stack import ROOT

FOLDER = Path("/built")
BUILT: dict[str, Any] = load_template(ROOT)
BEFORE = json.dumps(BUILT)
FOR_CONTAINERS = template_for_containers(BUILT, FOLDER, "x86_64")


def functions(template: dict[str, Any]) -> dict[str, dict[str, Any]]:
    resources = template["Resources"].items()
    return {name: item["Properties"] for name, item in resources if item["Type"] == "AWS::Serverless::Function"}


def test_queues_are_named_by_the_host_that_containers_know() -> None:
    made = environment({"F": {"QUEUE_URL": "http://127.0.0.1:4566/0/q", "TABLE_NAME": "t"}}, 4566)
    assert made["F"]["QUEUE_URL"] == "http://localhost:4566/0/q"
    assert made["F"]["TABLE_NAME"] == "t"
    assert made["F"]["AWS_ENDPOINT_URL"] == "http://localhost:4566"


def test_no_credentials_of_the_user_reach_a_function() -> None:
    values = aws_variables(4566)
    assert (values["AWS_ACCESS_KEY_ID"], values["AWS_SECRET_ACCESS_KEY"]) == ("test", "test")
    assert values["AWS_SESSION_TOKEN"] == ""


def test_the_template_declares_the_aws_variables_for_else_the_sam_cli_drops_them() -> None:
    shared = FOR_CONTAINERS["Globals"]["Function"]["Environment"]["Variables"]
    assert set(AWS_VARIABLES) <= set(shared)
    assert set(BUILT["Globals"]["Function"]["Environment"]["Variables"]) <= set(shared)


def test_functions_keep_all_but_where_their_code_is() -> None:
    assert functions(FOR_CONTAINERS).keys() == functions(BUILT).keys()
    for name, properties in functions(FOR_CONTAINERS).items():
        given = functions(BUILT)[name]
        assert properties == given | {"CodeUri": str(FOLDER / given["CodeUri"])}


def test_the_layer_is_left_to_the_image_and_the_processor_is_docker_s() -> None:
    assert "Layers" not in FOR_CONTAINERS["Globals"]["Function"]
    assert FOR_CONTAINERS["Parameters"]["Architecture"]["Default"] == "x86_64"


def test_the_template_it_was_made_of_stays_as_it_was() -> None:
    assert json.dumps(BUILT) == BEFORE
