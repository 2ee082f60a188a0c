"""What all tests share: the order of the kinds, the running system for those that need it, and who runs what."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from tests.running import System

#: The folders whose tests use the running system, in the order of their turn.
LAST: Final = ("artifacts", "integration")

# Failures in there show their values, as in a test's own file.
pytest.register_assert_rewrite("tests.example_events")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the tests that use the running system and run them last, so that it is not up while the others run.

    Where processes share the tests (-n) they come first: they take one process longest, and the other has the rest.
    """
    for item in items:
        if _turn(item) >= 0:
            item.add_marker(pytest.mark.integration)
    items.sort(key=_turn, reverse=hasattr(config, "workerinput"))


def _turn(item: pytest.Item) -> int:
    kind = item.path.relative_to(Path(__file__).parent).parts[0]
    return LAST.index(kind) if kind in LAST else -1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Each process takes a file at a time, and one of them all that uses the running system, of which there is one."""
    from xdist.scheduler import LoadFileScheduling  # only needed by the process that runs the others

    class FilesAndSystem(LoadFileScheduling):  # type: ignore[misc]  # xdist has no types
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.split("::")[0]
            return "the running system" if file.split("/")[1] in LAST else file

    config.option.loadscopereorder = False  # their order is the collection's
    return FilesAndSystem(config, log)


@pytest.fixture(scope="session")
def _running_system() -> Iterator[System]:
    """The running system, started with the first test that asks for it and ended after the last."""
    from tests.running import running_system  # no other test is to wait for what this imports

    with running_system() as system:
        yield system
