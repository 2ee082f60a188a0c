"""The docker command."""

from __future__ import annotations

import shutil
import subprocess


def docker(*words: str, stdin: str = "", seconds: float | None = None) -> subprocess.CompletedProcess[str]:
    """Run it and wait. FileNotFoundError where it isn't installed, TimeoutExpired after `seconds`."""
    program = shutil.which("docker")
    if program is None:
        raise FileNotFoundError("docker")
    return subprocess.run([program, *words], input=stdin, capture_output=True, text=True, timeout=seconds, check=False)
