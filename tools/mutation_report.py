"""What became of the mutants of `make mutate`, by module, as a table in Markdown; fails where tests couldn't be run.

Usage: python -m tools.mutation_report MUTANTS, the folder that mutmut has written them to.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

KINDS: Final = ("killed", "endless", "survived", "not reached")
"""`endless`: noticed, too, by tests that took many times their time. `not reached`: no test calls the function."""
_BY_EXIT_CODE: Final = {
    0: "survived", 1: "killed", 3: "killed", 5: "not reached", 33: "not reached",
    24: "endless", -24: "endless", 36: "endless", 152: "endless",
}  # fmt: skip
"""Of a mutant's tests (mutmut's `stats.py`, which counts 255 as endless, too: there pytest found no such test)."""


def outcomes(mutants: Path) -> dict[str, dict[str, int]]:
    """By module the exit codes of its mutants, each by its name; those that weren't tried are left out."""
    records = {path.relative_to(mutants): json.loads(path.read_text("utf-8")) for path in mutants.rglob("*.py.meta")}
    tried = {
        path.as_posix().removesuffix(".py.meta"): {
            name: code for name, code in record["exit_code_by_key"].items() if code is not None
        }
        for path, record in sorted(records.items())
    }
    return {module: codes for module, codes in tried.items() if codes}


def table(modules: dict[str, dict[str, int]]) -> Iterator[str]:
    """The lines of the table, the last of them the total."""
    counts = {module: Counter(map(_BY_EXIT_CODE.get, codes.values())) for module, codes in modules.items()}
    yield f"| Module | Mutants | {' | '.join(kind.capitalize() for kind in KINDS)} |"
    yield f"|---|{'---:|' * (1 + len(KINDS))}"
    for module, kinds in (*counts.items(), ("all", sum(counts.values(), Counter()))):
        yield f"| {module} | {kinds.total()} | {' | '.join(str(kinds[kind]) for kind in KINDS)} |"


def main(arguments: list[str]) -> int:
    """The exit code: 1 where the tests of a mutant couldn't be run."""
    (mutants,) = arguments
    modules = outcomes(Path(mutants))
    print("\n".join(table(modules)))
    failed = [name for codes in modules.values() for name, code in codes.items() if code not in _BY_EXIT_CODE]
    if failed:
        print(f"no tests could be run of {', '.join(failed)}: pytest finds none by an id that holds a backslash")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
