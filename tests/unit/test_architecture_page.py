"""docs/architecture.md and docs/glossary.md name what is there."""

from __future__ import annotations

import importlib
import re
from functools import reduce
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
PACKAGE = Path(__file__).parents[2] / "layers/message_detail/python/message_detail"
PAGE = (DOCS / "architecture.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`((?:domain|providers\.base|adapters|services|entrypoints)\.[a-z_.]+\.[A-Za-z_.]+)`", PAGE)


def test_names_are_found() -> None:
    assert len(NAMED) > 15


@pytest.mark.parametrize("name", NAMED)
def test_what_the_architecture_page_names_is_there(name: str) -> None:
    parts = name.split(".")
    length = max(
        n
        for n in range(1, len(parts))
        if (PACKAGE.joinpath(*parts[:n]).with_suffix(".py")).is_file() or (PACKAGE.joinpath(*parts[:n])).is_dir()
    )
    module = importlib.import_module(f"message_detail.{'.'.join(parts[:length])}")
    fields = getattr(getattr(module, parts[length]), "__dataclass_fields__", {})
    if not (parts[length + 1 :] and parts[length + 1] in fields):
        assert reduce(getattr, parts[length:], module) is not None


def test_the_folders_of_the_page_are_those_of_the_package() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()}
    described = set(re.findall(r"^\| `([a-z]+)", PAGE, re.MULTILINE))
    assert described <= folders
    assert folders - described <= {"testing"}


def test_the_glossary_has_each_word_once_and_in_order() -> None:
    words = re.findall(r"^\| ([a-z -]+) \|", (DOCS / "glossary.md").read_text(encoding="utf-8"), re.MULTILINE)[1:]
    assert len(words) > 40
    assert [word for word in words if words.count(word) > 1] == []
    assert words == sorted(words, key=lambda word: word.replace("-", " "))


@pytest.mark.parametrize("name", re.findall(r"`([A-Z]\w+)`", (DOCS / "glossary.md").read_text(encoding="utf-8")))
def test_a_class_that_the_glossary_names_is_there(name: str) -> None:
    sources = (path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    assert any(f"class {name}" in source for source in sources)
