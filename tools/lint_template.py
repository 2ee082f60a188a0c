"""Lint a SAM template with cfn-lint, as written and as SAM translates it for CloudFormation.

Most mistakes show in the translated form only: there the roles, policies, routes and mappings that SAM makes
of a function are resources of their own. Usage: python -m tools.lint_template TEMPLATE [--output TRANSLATED]
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
from cfnlint.api import lint, lint_file
from cfnlint.match import Match
from samtranslator.internal.managed_policies import get_bundled_managed_policy_map
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse
from yaml import YAMLError

REGION = "us-east-1"
# SAM translates addresses in S3 only: `sam package` has put them there by then.
UNUSED = {"W2001": "a parameter", "W7001": "a mapping"}
LOCAL_FOLDER = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}


def translate(path: Path, **parameters: str) -> dict[str, Any]:
    """Give the CloudFormation template that SAM makes of the SAM template at `path`, with these parameters' values.

    Raises samtranslator's InvalidDocumentException when SAM refuses it.
    """
    template = yaml_parse(path.read_text(encoding="utf-8"))
    for name, resource in template["Resources"].items():
        folder = LOCAL_FOLDER.get(resource["Type"])
        if folder and isinstance(resource["Properties"].get(folder), str):
            resource["Properties"][folder] = f"s3://artifacts/{name}"
    translator = Translator(
        get_bundled_managed_policy_map("aws"), Parser(), boto_session=boto3.Session(region_name=REGION)
    )
    translated: dict[str, Any] = translator.translate(template, parameter_values=parameters)
    return translated


def findings_as_written(path: Path) -> Iterator[str]:
    """Give a line for each finding in the template as written."""
    for match in lint_file(path):
        yield f"{path}:{match.linenumber}: {describe(match)}"


def findings_as_translated(path: Path, translated: str) -> Iterator[str]:
    """Give a line for each finding in the translated template, located by its path in there.

    Whether a parameter or a mapping is used shows in the template as written alone: some, SAM reads itself and leaves
    out.
    """
    for match in lint(translated):
        if match.rule.id not in UNUSED:
            yield f"{path} (translated) {'/'.join(str(step) for step in match.path or ())}: {describe(match)}"


def describe(match: Match) -> str:
    """Give the rule and the message of a finding on one line."""
    return f"{match.rule.id} {' '.join(match.message.split())}"


def main(arguments: list[str]) -> int:
    """Print the findings; the exit status is 1 when there are any."""
    parser = argparse.ArgumentParser(prog="lint_template", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("template", type=Path)
    parser.add_argument("--output", type=Path, help="keep the translated template in this file")
    options = parser.parse_args(arguments)
    findings = list(findings_as_written(options.template))
    try:
        translated = json.dumps(translate(options.template), indent=2)
    except InvalidDocumentException as refused:
        findings += [f"{options.template}: SAM: {cause.message}" for cause in refused.causes]
    except YAMLError as unreadable:
        findings.append(f"{options.template}: {unreadable}")
    else:
        findings += findings_as_translated(options.template, translated)
        if options.output:
            options.output.parent.mkdir(parents=True, exist_ok=True)
            options.output.write_text(translated, encoding="utf-8")
    print(*findings, sep="\n", end="\n" if findings else "")
    print(f"{options.template}: {len(findings)} finding(s) as written and as translated")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
