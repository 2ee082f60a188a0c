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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that use the running system and run them last, so that it is not up while the others run."""
    for item in items:
        if _turn(item) >= 0:
            item.add_marker(pytest.mark.integration)
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    kind = item.path.relative_to(Path(__file__).parent).parts[0]
    return LAST.index(kind) if kind in LAST else -1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With several processes (-n), each takes a file at a time, and a whole folder that uses the running system."""
    from xdist.scheduler import LoadFileScheduling  # only needed by the process that runs the others

    class FilesAndFolders(LoadFileScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.split("::")[0]
            folder = file.split("/")[1]
            return folder if folder in LAST else file

    return FilesAndFolders(config, log)


@pytest.fixture(scope="session")
def _running_system() -> Iterator[System]:
    """The running system, started with the first test that asks for it and ended after the last."""
    from tests.running import running_system  # no other test is to wait for what this imports

    with running_system() as system:
        yield system
