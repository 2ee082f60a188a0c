"""`sam local start-api` as a subprocess, from its start until we end it."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from contextlib import ExitStack
from typing import Final

from local.ports import HOST, taken
from local.sam_local.prerequisites import NotReady
from local.sam_local.session import Sam, sam_environment
from local.stack import ROOT

START_SECONDS: Final = 60.0
STOP_SECONDS: Final = 20.0
_POLL_SECONDS: Final = 0.1


def check_port(port: int) -> None:
    """NotReady when something listens there already."""
    try:
        socket.create_server((HOST, port)).close()
    except OSError:
        raise NotReady(taken(port, "sam-local")) from None


def start_api(sam: Sam, port: int, cleanup: ExitStack) -> str:
    """Start it and wait until it answers; its address. Containers stay up between calls (LAZY), as on Lambda."""
    command = sam.command("start-api", "--host", HOST, "--port", str(port), "--warm-containers", "LAZY")
    log = cleanup.enter_context(sam.log("start-api").open("wb"))
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=sam_environment(),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,  # Ctrl-C is for us; we end it in order
    )
    cleanup.callback(_stop, process)
    deadline = time.monotonic() + START_SECONDS
    while not _answers(port):
        if process.poll() is not None or time.monotonic() > deadline:
            raise NotReady(f"sam local start-api did not start; see {sam.log('start-api')}")
        time.sleep(_POLL_SECONDS)
    return f"http://{HOST}:{port}"


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex((HOST, port)) == 0


def _stop(process: subprocess.Popen[bytes]) -> None:
    """As Ctrl-C does, for then the SAM CLI ends its containers; by force when that takes too long."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
