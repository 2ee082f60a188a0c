"""What all providers share lists none and counts none, so that the next one changes no line of it.

A file that is a provider's own (its name, or a folder of it, begins with the provider's) may name whom it likes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from message_detail import providers

ROOT = Path(__file__).parents[2]
CODE = ("layers/message_detail/python/message_detail", "cli", "functions", "local", "tests", "tools")
PROSE = ("README.md", "docs", "events/README.md", *CODE)
MOST_EXAMPLES = 3
"""A test may take some providers as examples. A file that names more is a list of them."""
NUMBERS = "two|three|four|five|six|seven|eight|nine|ten|[2-9]|[1-9][0-9]"
COUNTED = re.compile(
    rf"\b(?:{NUMBERS})\s+(?:\w+\s+)?providers\b|\bproviders?\s+of\s+the\s+(?:{NUMBERS})\b"
    r"|\b(?:fifth|sixth|seventh|[5-9]th)\s+(?:provider|one)\b",
    re.IGNORECASE,
)


def files(*places: str) -> Iterator[Path]:
    """The texts below some places, those of a virtual environment or a cache left out."""
    for place in places:
        path = ROOT / place
        found = [path] if path.is_file() else sorted(path.rglob("*"))
        yield from (one for one in found if one.suffix in (".py", ".md") and "__pycache__" not in one.parts)


def is_own(path: Path) -> bool:
    """Whether a file is one provider's."""
    parts = [part.removeprefix("test_") for part in path.relative_to(ROOT).parts]
    return any(part.startswith(name) for part in parts for name in providers.names())


@pytest.mark.parametrize("place", CODE)
def test_no_shared_file_lists_the_providers(place: str) -> None:
    listing = {}
    for path in files(place):
        text = path.read_text(encoding="utf-8").casefold()
        named = [name for name in providers.names() if name in text]
        if len(named) > MOST_EXAMPLES and not is_own(path):
            listing[str(path.relative_to(ROOT))] = named
    assert listing == {}, "find the providers by their folders: message_detail.providers.names()"


def test_nothing_counts_the_providers() -> None:
    counting = [
        f"{path.relative_to(ROOT)}: {found[0]!r}"
        for path in files(*PROSE)
        if path != Path(__file__)
        for found in COUNTED.finditer(path.read_text(encoding="utf-8"))
    ]
    assert counting == []


@pytest.mark.parametrize("text", ["five providers", "the 5 main providers", "Six Providers", "a sixth provider"])
def test_a_count_is_seen(text: str) -> None:
    assert COUNTED.search(text)


@pytest.mark.parametrize("text", ["all providers", "two accounts of a provider", "one provider's", "five codes"])
def test_what_is_no_count_is_none(text: str) -> None:
    assert not COUNTED.search(text)
