"""A run that is told to stop cleans up to its end, however often it is told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from local.stack import ROOT

PROGRAM = """
import os, signal
from contextlib import ExitStack
from local.signals import ended_once, interrupt_on_signals

def clean_up():
    os.kill(os.getpid(), signal.SIGINT)
    print("cleaned up")

interrupt_on_signals()
try:
    with ExitStack() as cleanup, ended_once():
        cleanup.callback(clean_up)
        os.kill(os.getpid(), int(os.environ["SIGNAL"]))
        print("went on")
except KeyboardInterrupt:
    print("stopped")
"""


def test_a_second_signal_does_not_interrupt_the_cleanup() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            cwd=ROOT,
            env={**os.environ, "SIGNAL": str(int(number))},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert (done.stdout.split("\n"), done.returncode) == (["cleaned up", "stopped", ""], 0), done.stderr
