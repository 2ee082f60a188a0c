"""How much the front lets in, and how many instances its functions may have."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.template.reading import FUNCTIONS, PROVIDERS, RESOURCES, TEMPLATE, all_routes
from tests.template.test_cold_start_options import resolved
from tests.template.test_rights import KINDS

ANONYMOUS: Final = {
    "ThrottlingRateLimit": {"Ref": "WebhookRateLimit"},
    "ThrottlingBurstLimit": {"Ref": "WebhookBurstLimit"},
}
PARAMETERS: Final = TEMPLATE["Parameters"]


def default(name: str) -> int:
    value: int = PARAMETERS[name]["Default"]
    return value


def test_every_route_is_throttled() -> None:
    assert RESOURCES["Api"]["Properties"]["DefaultRouteSettings"] == {
        "ThrottlingRateLimit": {"Ref": "ApiRateLimit"},
        "ThrottlingBurstLimit": {"Ref": "ApiBurstLimit"},
    }


def test_routes_without_a_key_are_throttled_lower(translated: dict[str, Any]) -> None:
    (stage,) = [one["Properties"] for one in translated["Resources"].values() if one["Type"].endswith("::Stage")]
    anonymous = {key for key, (_, needs_key) in all_routes().items() if not needs_key}
    assert {key: dict(settings) for key, settings in stage["RouteSettings"].items()} == dict.fromkeys(
        anonymous, ANONYMOUS
    )
    assert default("WebhookRateLimit") < default("ApiRateLimit")
    assert default("WebhookBurstLimit") < default("ApiBurstLimit")


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("kind", ["Webhook", "Worker"])
def test_instances_can_be_reserved(provider: str, kind: str) -> None:
    reserved = FUNCTIONS[f"{provider.capitalize()}{kind}"]["ReservedConcurrentExecutions"]
    name = f"{kind}ReservedConcurrency"
    assert resolved(reserved, {name: "0"}) is None
    assert resolved(reserved, {name: "7"}) == "7"
    assert default(name) == 0


def test_no_other_function_has_a_limit_of_its_own() -> None:
    limited = {name for name, properties in FUNCTIONS.items() if "ReservedConcurrentExecutions" in properties}
    assert limited == {f"{provider.capitalize()}{kind}" for provider in PROVIDERS for kind in ("Webhook", "Worker")}


MEMORY: Final = {
    "Messages": "MessagesMemory",
    "Erase": "WorkerMemory",
    **dict.fromkeys(("Operations", "Reconcile", "Endpoints"), "OperationsMemory"),
    **dict.fromkeys(("Changes", "Deliver"), "EventsMemory"),
    **{f"{provider.capitalize()}{kind}": f"{kind}Memory" for provider in PROVIDERS for kind in KINDS},
}
"""The parameter of each function; of all others it is the default."""


def test_each_kind_of_function_has_its_memory_by_a_parameter() -> None:
    found = {name: function["MemorySize"]["Ref"] for name, function in FUNCTIONS.items() if "MemorySize" in function}
    assert found == MEMORY
    assert TEMPLATE["Globals"]["Function"]["MemorySize"] == {"Ref": "EdgeMemory"}


@pytest.mark.parametrize("name", sorted({*MEMORY.values(), "EdgeMemory"}))
def test_no_function_can_be_given_less_memory_than_its_code_needs(name: str) -> None:
    assert default(name) == 512
    assert (PARAMETERS[name]["MinValue"], PARAMETERS[name]["MaxValue"]) == (256, 10_240)
