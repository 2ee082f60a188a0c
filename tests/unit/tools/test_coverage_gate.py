"""The gate of `make coverage`: lines and branches each for themselves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools.coverage_gate import main


@pytest.mark.parametrize(
    ("lines", "branches", "code"), [(97, 97, 0), (100, 100, 0), (96, 100, 1), (100, 96, 1), (0, 0, 1)]
)
def test_too_few_lines_or_too_few_branches_fail(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lines: int, branches: int, code: int
) -> None:
    totals = {"covered_lines": lines, "num_statements": 100, "covered_branches": branches, "num_branches": 100}
    report = tmp_path / "report.json"
    report.write_text(json.dumps({"totals": totals}))
    assert main([str(report)]) == code
    assert f"lines: {lines}.0 % reached" in capsys.readouterr().out
