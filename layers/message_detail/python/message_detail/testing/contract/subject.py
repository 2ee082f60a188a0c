"""Whom a contract is about, and what its tests run through."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest

from message_detail.providers.base.provider import Provider
from message_detail.testing.recordings import Recording, load_recordings


class Contract:
    """A suite whose tests run once for each value of the arguments that they ask for."""

    def arguments(self) -> Mapping[str, Sequence[Any]]:
        """The values, by the argument's name."""
        return {}

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Gives the tests their arguments."""
        for argument, values in self.arguments().items():
            if argument in metafunc.fixturenames:
                metafunc.parametrize(argument, values, ids=str)


class Subject(Contract):
    """A contract about a provider and the folder with its recordings.

    A test that asks for a `recording` runs for each of them, one that asks for a `success` for each that ends in a
    message.
    """

    provider: ClassVar[Provider]
    recordings: ClassVar[Path]

    def arguments(self) -> Mapping[str, Sequence[Any]]:
        """The recordings."""
        own = {"recording": load_recordings(self.recordings), "success": successes(self.recordings)}
        return {**super().arguments(), **own}

    @property
    def package(self) -> str:
        """The provider's package: the one in which its mapping is."""
        return self.provider.normalize.__module__.rpartition(".")[0]


@functools.cache
def successes(folder: Path) -> Sequence[Recording]:
    """The recordings of a folder that end in a message."""
    return [recording for recording in load_recordings(folder) if recording.succeeds]
