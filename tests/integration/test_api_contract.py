"""The API does what its OpenAPI document says: schemathesis makes good and bad requests of every operation.

No answer is a server error, or of a status, content type, shape or header that the document doesn't have. What the
document allows is taken, what it doesn't is refused, and nothing is done without a key.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Final

import pytest
import schemathesis
from schemathesis import Case, Config, HookContext
from schemathesis.engine import events, from_schema

from message_detail.entrypoints.openapi.document import document
from tests.integration.api_cases import There, turned_to_what_is_there
from tests.integration.conftest import KEYS, System
from tests.integration.driving import workers_paused
from tests.unit.entrypoints.document import closed

#: By these schemathesis knows that a good request was taken.
_TAKEN: Final = ["2xx", "3xx", "401", "403", "404", "409", "429", "5xx"]
#: Where a schema can't say all that makes a request good: a search, an export and statistics have rules between
#: parameters, times and days have an order, a cursor is one that was given, a replay is of one event or of a time, an
#: erasure has to name somebody for certain, and what a webhook's body has to hold is its provider's business.
_ALSO_TAKEN: Final = {
    "listMessages": ["400"],
    "exportMessages": ["400"],
    "getStats": ["400"],
    "recount": ["422"],
    "listDeliveries": ["400"],
    "replayEvents": ["422"],
    "startSync": ["422"],
    "eraseMessages": ["422"],
    "receiveWebhook": ["400"],
    "receiveAccountWebhook": ["400"],
}
CONFIG: Final = {
    "headers": {"Authorization": f"Bearer {KEYS['all'].value}"},
    "cache": {"enabled": False},
    "generation": {"deterministic": True, "database": "none", "max-examples": 15},
    "phases": {
        "coverage": {"unexpected-methods": ["DELETE", "GET", "PATCH", "POST", "PUT", "TRACE"]},
        "stateful": {"enabled": False},
    },
    "operations": [
        *(
            {
                "include-operation-id": operation,
                "checks": {"positive_data_acceptance": {"expected-statuses": _TAKEN + also}},
            }
            for operation, also in _ALSO_TAKEN.items()
        ),
        {
            # It waits two seconds for dead letters that aren't there.
            "include-operation-id": "redrive",
            "generation": {"max-examples": 4},
            "phases": {"coverage": {"generation": {"mode": "negative"}}},
        },
    ],
}
OPERATIONS: Final = [f"{method.upper()} {path}" for path, methods in document()["paths"].items() for method in methods]


@dataclass
class Findings:
    """What came out, by operation: the statuses of its answers, and what is wrong with one, with the request."""

    statuses: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    wrong: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, event: events.EngineEvent) -> None:
        """Takes in one step of the run."""
        if isinstance(event, events.NonFatalError | events.FatalError):
            self.wrong[getattr(event, "label", None) or ""].append(repr(event))
        if not isinstance(event, events.ScenarioFinished):
            return
        for interaction in event.recorder.interactions.values():
            if interaction.response is not None:
                self.statuses[event.recorder.label].add(interaction.response.status_code)
        for check in (check for checks in event.recorder.checks.values() for check in checks):
            if check.failure_info is not None:
                failure = check.failure_info.failure
                self.wrong[event.recorder.label].append(
                    f"{failure.title}: {failure.message}\n{check.failure_info.code_sample}"
                )


@pytest.fixture(scope="module")
def findings(system: System) -> Findings:
    """One run over the document that the API serves."""
    served = system.get("/v1/openapi.json", key=None).json()
    config = Config.from_dict({**CONFIG, "base-url": system.stack.api_url})
    schema = schemathesis.openapi.from_dict(closed(served), config=config)
    found = Findings()
    with workers_paused(system):
        there = There.in_system(system)

        @schema.hook
        def map_case(context: HookContext, case: Case[Any]) -> Case[Any]:
            return turned_to_what_is_there(case, there)

        for event in from_schema(schema).execute():
            found.add(event)
    return found


@pytest.mark.parametrize("operation", OPERATIONS)
def test_no_answer_is_other_than_documented(findings: Findings, operation: str) -> None:
    wrong = findings.wrong[operation]
    assert not wrong, "\n\n".join(wrong)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_each_operation_was_done_and_refused(findings: Findings, operation: str) -> None:
    assert min(findings.statuses[operation]) < 400 <= max(findings.statuses[operation])


def test_the_run_ended_well(findings: Findings) -> None:
    assert {label for label, problems in findings.wrong.items() if problems} <= set(OPERATIONS)
    assert set(findings.statuses) == set(OPERATIONS)
