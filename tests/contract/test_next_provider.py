"""A new provider is a new folder: what is shared finds it and works with it as it is."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from message_detail import providers
from message_detail.testing import outcome
from tests.recorded import FOLDER, seed

MODEL = "cellcast"


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A provider in a folder of its own: a copy of an existing one under another name."""
    source = Path(providers.__path__[0]) / MODEL
    target = tmp_path / "acme"
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    for file in target.glob("*.py"):
        file.write_text(file.read_text("utf-8").replace(MODEL, "acme"), encoding="utf-8")
    monkeypatch.setattr(providers, "__path__", [*providers.__path__, str(tmp_path)])
    providers.names.cache_clear()
    yield "acme"
    monkeypatch.undo()
    providers.names.cache_clear()


def test_its_folder_is_all_that_is_needed(acme: str) -> None:
    assert acme in providers.names()
    provider = providers.load(acme)
    found = outcome(provider, seed(MODEL))
    expected = seed(MODEL).expected()
    assert found["message"]["id"] == f"acme:default:{seed(MODEL).message_id}"
    assert found["message"]["body"] == expected["message"]["body"]
    assert found["observations"] == expected["observations"]


def test_it_is_gone_with_its_folder() -> None:
    assert "acme" not in providers.names()
    assert not (FOLDER / "acme").exists()
