"""The recordings of the providers here: tests/fixtures/<provider>."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from message_detail.testing import Recording, load_recordings

FOLDER: Final = Path(__file__).parent / "fixtures"


def recordings(provider: str) -> Sequence[Recording]:
    """All recordings of a provider, by name."""
    return load_recordings(FOLDER / provider)


def seed(provider: str) -> Recording:
    """The provider's usual message."""
    return next(recording for recording in recordings(provider) if recording.name == "seed")
