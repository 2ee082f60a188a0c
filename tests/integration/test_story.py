"""`make demo` tells its story to the end, by itself, and each step comes out as it is told."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
STEPS: Final = ["queued", "webhook", "delivered", "outage", "stale", "recovery", "redrive"]


def test_every_step_of_the_story_comes_out_as_told() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "local.story"], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert re.findall(r"^\d\. (\w+)$", ran.stdout, re.MULTILINE) == STEPS
    told = re.split(r"^\d\. ", ran.stdout, flags=re.MULTILINE)[1:]
    assert all("\n   > {" in step and step.splitlines()[1].startswith("   ") for step in told)
