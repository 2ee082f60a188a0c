"""`make build` finds the runtime's own interpreter, and says what is missing where it can't build."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tools import build

WORKS = "#!/bin/sh\nexit 0\n"
SHIM = "#!/bin/sh\necho 'pyenv: python3.13: command not found' >&2\nexit 127\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any Python: an empty home, and an empty folder `bin` as the whole PATH."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return tmp_path


def program(path: Path, text: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="ascii")
    path.chmod(0o755)
    return str(path)


def test_a_machine_without_the_runtimes_python_has_none(home: Path) -> None:
    assert build.find_python() is None


def test_a_shim_of_a_version_that_is_not_installed_is_no_interpreter(home: Path) -> None:
    program(home / "bin/python3.13", SHIM)
    assert build.find_python() is None


def test_an_interpreter_on_the_path_is_found(home: Path) -> None:
    there = program(home / "bin/python3.13", WORKS)
    assert build.find_python() == there


def test_one_of_pyenv_is_found_behind_its_shim(home: Path) -> None:
    program(home / "bin/python3.13", SHIM)
    program(home / ".pyenv/versions/3.12.1/bin/python3.12", WORKS)
    there = program(home / ".pyenv/versions/3.13.0/bin/python3.13", WORKS)
    assert build.find_python() == there


def test_another_python_is_told_which_one_to_take(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 11, 7, "final", 0))
    assert build.main([]) == 1
    assert capsys.readouterr().err == "tools.build: this is Python 3.11; run it with python3.13, the runtime's own\n"
