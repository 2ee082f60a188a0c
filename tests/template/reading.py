"""template.yaml as its tests read it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from samtranslator.yaml_helper import yaml_parse

from message_detail.providers import names

ROOT = Path(__file__).resolve().parents[2]
PROVIDERS = names()
TEMPLATE_TEXT = (ROOT / "template.yaml").read_text(encoding="utf-8")
TEMPLATE: dict[str, Any] = yaml_parse(TEMPLATE_TEXT)
RESOURCES: dict[str, dict[str, Any]] = TEMPLATE["Resources"]


def of_type(kind: str) -> dict[str, dict[str, Any]]:
    return {name: item["Properties"] for name, item in RESOURCES.items() if item["Type"] == kind}


FUNCTIONS = of_type("AWS::Serverless::Function")


def statements(function: str) -> Iterator[dict[str, Any]]:
    for policy in FUNCTIONS[function].get("Policies", []):
        yield from policy["Statement"]


def actions(statement: dict[str, Any]) -> list[str]:
    return [statement["Action"]] if isinstance(statement["Action"], str) else list(statement["Action"])


def routes() -> dict[str, tuple[str, bool]]:
    """Route key to its function and whether it has the authorizer; HEAD goes with GET."""
    found = all_routes()
    return {key: one for key, one in found.items() if not key.startswith("HEAD ")}


def all_routes() -> dict[str, tuple[str, bool]]:
    """The same with HEAD."""
    found = {}
    for function, properties in FUNCTIONS.items():
        for event in properties.get("Events", {}).values():
            if event["Type"] == "Schedule":
                continue
            assert event["Type"] == "HttpApi"
            given = event["Properties"]
            key = f"{given['Method']} {given['Path']}" if "Path" in given else "$default"
            assert key not in found, f"{key} is there twice"
            found[key] = (function, given.get("Auth", {}).get("Authorizer") != "NONE")
    return found
