"""Memory of a worker after 1,000 messages against after 100."""

from __future__ import annotations

import gc
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.bench import child
from tests.bench.batch import RECEIVED_AT, done
from tests.bench.measure import Measure, at_most
from tests.bench.samples import Context, environment, worker_event
from tests.bench.secrets import put_accounts

FIRST: Final = 100
LAST: Final = 1_000
_STATM: Final = Path("/proc/self/statm")


def measure(endpoint: str) -> Iterator[Measure]:
    """The ratio."""
    put_accounts(endpoint)
    found = child.run("tests.bench.memory", environment=environment(endpoint))
    note = f"resident: {found['last'] / 2**20:.1f} MB to {found['first'] / 2**20:.1f} MB"
    ratio = round(found["last"] / found["first"], 3)
    yield at_most(5, "memory of the worker after 1,000 messages / after 100", ratio, 1.05, note=note)


def main() -> None:
    """In the child: resident bytes after so many messages."""
    child.hide()
    from functions.samva.worker import handler

    found: dict[int, int] = {}
    for start in range(0, LAST, 10):
        ids = [f"memory-{start + index}" for index in range(10)]
        done(handler(worker_event(ids, "memory", RECEIVED_AT), Context()))
        if start + 10 in (FIRST, LAST):
            gc.collect()
            found[start + 10] = resident()
    child.give({"first": found[FIRST], "last": found[LAST]})


def resident() -> int:
    """Bytes of this process in memory: now, where the system tells it, else at the most so far."""
    if _STATM.exists():
        return int(_STATM.read_text(encoding="ascii").split()[1]) * resource.getpagesize()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


if __name__ == "__main__":
    main()
