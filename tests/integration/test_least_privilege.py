"""No function may do more than it needs: each action that template.yaml allows is taken away, and something fails.

A statement whose actions are all needed is needed, too. A new right without a scene in the table (needs.py) fails
here; one whose loss breaks nothing is to be taken out of the template. Of the functions that each provider has, those
of one provider are tried: the others run the same code, and template/test_rights.py says that their rights are the
same.
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
PROVIDER = PROVIDERS[0]
TRIED = [right for right in RIGHTS if right.provider in (PROVIDER, SHARED) and key_of(right) in NEEDS]


@pytest.fixture(scope="module")
def stage(system: System) -> Iterator[Stage]:
    """The provider whose functions are tried."""
    add_account(system, PROVIDER, ACCOUNT)
    with workers_paused(system):
        yield Stage(system, PROVIDER)
    system.simulators[PROVIDER].reset()


@pytest.mark.parametrize("right", TRIED, ids=str)
def test_without_it_something_fails(stage: Stage, right: Right) -> None:
    need = NEEDS[key_of(right)]
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
