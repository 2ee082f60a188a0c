"""The table of `make mutate`, and that what was never tried is not counted as noticed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools.mutation_report import main


def record(folder: Path, module: str, *codes: int | None) -> None:
    path = folder / f"{module}.py.meta"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"exit_code_by_key": {f"{module}_{place}": code for place, code in enumerate(codes)}}))


def test_mutants_are_counted_by_module(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record(tmp_path, "times", 1, 1, 3, 0, 33, None)
    record(tmp_path, "addresses/reader", 1, -24, 36)
    record(tmp_path, "urls", None)
    assert main([str(tmp_path)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "| Module | Mutants | Killed | Endless | Survived | Not reached |",
        "|---|---:|---:|---:|---:|---:|",
        "| addresses/reader | 3 | 1 | 2 | 0 | 0 |",
        "| times | 5 | 3 | 0 | 1 | 1 |",
        "| all | 8 | 4 | 2 | 1 | 1 |",
    ]


def test_a_mutant_whose_tests_could_not_run_fails_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record(tmp_path, "times", 1, 255)
    assert main([str(tmp_path)]) == 1
    assert "times_1" in capsys.readouterr().out
