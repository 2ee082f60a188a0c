"""`python -m local.simulators --port N`: the simulators as a process, until SIGTERM or SIGINT."""

from __future__ import annotations

import argparse
import signal
import sys
import threading

from local.simulators.server import serve


def main(arguments: list[str] | None = None) -> int:
    """Serve until told to stop; gives the exit status."""
    parser = argparse.ArgumentParser(prog="python -m local.simulators", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 (default) takes a free one")
    chosen = parser.parse_args(arguments)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        running = serve(chosen.port)
    except OSError as error:
        print(f"port {chosen.port}: {error.strerror}", file=sys.stderr)
        return 1
    with running:
        print(f"simulators {running.origin}", flush=True)
        stop.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
