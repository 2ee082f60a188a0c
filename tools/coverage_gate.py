"""Fail when the tests reach too little: of the lines, or of the branches, each for itself.

Usage: python -m tools.coverage_gate REPORT, the JSON report of coverage.py (its own `fail_under` takes both together).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

LEAST: Final = 97.0
"""Percent."""


def shares(totals: dict[str, Any]) -> dict[str, float]:
    """The percent of the lines and of the branches that were reached, by coverage.py's totals."""
    counts = {"lines": ("covered_lines", "num_statements"), "branches": ("covered_branches", "num_branches")}
    return {name: 100 * totals[reached] / totals[of] for name, (reached, of) in counts.items()}


def main(arguments: list[str]) -> int:
    """The exit code: 1 where too little was reached."""
    (report,) = arguments
    reached = shares(json.loads(Path(report).read_text(encoding="utf-8"))["totals"])
    for name, share in reached.items():
        print(f"{name}: {share:.1f} % reached; at least {LEAST:.0f} %")
    return int(any(share < LEAST for share in reached.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
