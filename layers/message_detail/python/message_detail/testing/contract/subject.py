"""Whom a contract is about."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import ClassVar

import pytest

from message_detail.providers.base.provider import Provider
from message_detail.testing.recordings import Recording, load_recordings


class Subject:
    """A provider and the folder with its recordings.

    A test that asks for a `recording` runs for each of them, one that asks for a `success` for each that ends in a
    message.
    """

    provider: ClassVar[Provider]
    recordings: ClassVar[Path]

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Gives the tests their recordings."""
        for argument, chosen in (("recording", load_recordings), ("success", successes)):
            if argument in metafunc.fixturenames:
                metafunc.parametrize(argument, chosen(self.recordings), ids=str)

    @property
    def package(self) -> str:
        """The provider's package: the one in which its mapping is."""
        return self.provider.normalize.__module__.rpartition(".")[0]


@functools.cache
def successes(folder: Path) -> list[Recording]:
    """The recordings of a folder that end in a message."""
    return [recording for recording in load_recordings(folder) if recording.succeeds]
