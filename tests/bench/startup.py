"""`make run` in an environment that is installed already: seconds until it is ready."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Final

from local.emulator import free_port
from tests.bench.child import LAYER, ROOT, ChildFailed
from tests.bench.measure import Measure, stated

SECONDS: Final = 60.0
STOP_SECONDS: Final = 20.0


def measure() -> Iterator[Measure]:
    """The seconds, a message of each provider looked up and one through a queue included."""
    note = "a message of each provider looked up and one sent through a queue on the way"
    yield stated(2, "`make run` from an installed tree to `ready`", seconds_to_ready(), unit="s", note=note)


def seconds_to_ready() -> float:
    """Starts it, waits for its word, stops it as Ctrl-C does."""
    env = os.environ | {"PORT": str(free_port()), "PYTHONPATH": os.pathsep.join((str(LAYER), str(ROOT)))}
    start = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "local"], cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    late = threading.Timer(SECONDS, process.send_signal, (signal.SIGINT,))
    late.start()
    try:
        said = ""
        for line in process.stdout:
            said = line
            if line.startswith("ready "):
                return time.monotonic() - start
        raise ChildFailed(f"make run was not ready within {SECONDS:.0f} s: {said.strip()}")
    finally:
        late.cancel()
        _stop(process)


def _stop(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    try:
        process.communicate(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
