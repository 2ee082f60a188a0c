"""Programs of the test's own on an otherwise empty PATH."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

#: Puts a program, by its name and its shell script, on PATH; the folder that it is in.
Installer = Callable[[str, str], Path]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installer:
    """With nothing installed at first."""
    monkeypatch.setenv("PATH", str(tmp_path))

    def write(name: str, script: str) -> Path:
        file = tmp_path / name
        file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        file.chmod(0o755)
        return tmp_path

    return write
