"""No function may do more than it needs: each action that template.yaml allows is taken away, and something fails.

A statement whose actions are all needed is needed, too. A new right without a scene in the table (needs.py) fails
here; one whose loss breaks nothing is to be taken out of the template.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.conftest import System
from tests.integration.driving import PROVIDERS, add_account, workers_paused
from tests.integration.least_privilege.needs import NEEDS, ONLY_ON_AWS, key_of
from tests.integration.least_privilege.rights import (
    SHARED,
    Right,
    managed_policies,
    rights_of_roles,
    rights_of_template,
    without_right,
)
from tests.integration.least_privilege.stage import ACCOUNT, Stage

RIGHTS = sorted(rights_of_template())


@pytest.fixture(scope="module")
def stages(system: System) -> Iterator[dict[str, Stage]]:
    """A stage for each provider, and one for what they share."""
    for provider in PROVIDERS:
        add_account(system, provider, ACCOUNT)
    with workers_paused(system):
        yield {SHARED: Stage(system, PROVIDERS[0])} | {provider: Stage(system, provider) for provider in PROVIDERS}
    for simulator in system.simulators.values():
        simulator.reset()


@pytest.mark.parametrize("right", [right for right in RIGHTS if key_of(right) in NEEDS], ids=str)
def test_without_it_something_fails(stages: dict[str, Stage], right: Right) -> None:
    stage, need = stages[right.provider], NEEDS[key_of(right)]
    with without_right(stage.stack, right.function, right.sid, right.action):
        refused = need.scene(stage)
    assert need.refused in refused
    done = need.scene(stage)
    assert done.startswith(need.done)


def test_every_right_has_a_reason_and_every_reason_a_right() -> None:
    assert {key_of(right) for right in RIGHTS} == {*NEEDS, *ONLY_ON_AWS}
    assert not {*NEEDS} & {*ONLY_ON_AWS}


def test_what_is_deployed_has_these_rights_and_may_write_its_log(system: System) -> None:
    """SAM gives each role a managed policy for the log; it has no narrower one."""
    assert sorted(rights_of_roles(system.stack)) == RIGHTS
    assert managed_policies(system.stack) == {"AWSLambdaBasicExecutionRole"}
