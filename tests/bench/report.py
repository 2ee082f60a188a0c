"""The figures for eyes: a table on the terminal, Markdown in a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.bench.measure import Measure, machine
from tests.bench.profiles import Table

HEAD: Final = ("issue", "measure", "value", "goal", "verdict", "note")
WIDEST: Final = (5, 96, 12, 10, 12, 120)


def line(measure: Measure) -> str:
    """A measure on a line of the terminal."""
    cells = _cells(measure)[:-1]
    text = "  ".join(cell.ljust(width) for cell, width in zip(cells, WIDEST, strict=False))
    return f"{text.rstrip()}\n{' ' * 7}{measure.note}" if measure.note else text.rstrip()


def head() -> str:
    """What stands above the lines."""
    return "  ".join(cell.ljust(width) for cell, width in zip(HEAD[:-1], WIDEST, strict=False)).rstrip()


def write(path: Path, measures: Sequence[Measure], tables: Sequence[Table], seconds: float, busy: str) -> None:
    """The file; a run of a part of the measures writes none."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(markdown(measures, tables, seconds, busy), encoding="utf-8")


def markdown(measures: Sequence[Measure], tables: Sequence[Table], seconds: float, busy: str) -> str:
    """All of it."""
    lines = [
        "# Benchmarks",
        "",
        f"`make bench` on {machine()}. It took {seconds:.0f} s; {busy}.",
        "",
        "Speed is given as ratios within this run: both sides in turn, the median of the rounds' ratios. CPU is the",
        "CPU time of the measured process. The floor is tests/bench/floor.py: the same work by hand with httpx.Client,",
        "one pydantic model and a boto3 client. Imports see only the packages that the layer holds. INIT is what AWS's",
        "Runtime Interface Emulator says of the functions and the layer that `make build` makes, on Python 3.13.",
        "",
        _row(HEAD),
        _row(["---"] * len(HEAD)),
        *(_row(_cells(measure)) for measure in measures),
        "",
    ]
    if tables:
        lines += ["## Where the time goes", "", "Milliseconds; imports as the fastest of several runs.", ""]
    for table in tables:
        lines += [f"### {table.title}", "", _row(("ms", "what")), _row(("---:", "---"))]
        lines += [_row((f"{milliseconds:.2f}", f"`{name}`")) for name, milliseconds in table.rows]
        lines.append("")
    return "\n".join(lines)


def _cells(measure: Measure) -> tuple[str, ...]:
    return (str(measure.issue), measure.name, measure.value, measure.goal or "–", measure.verdict, measure.note)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
