"""`make run` prints what works as it is pasted, says each request on the terminal, and keeps its logs in DATA."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from local.emulator import free_port

ROOT: Final = Path(__file__).parents[2]
SECONDS: Final = 180.0
LABELS: Final = ("search", "webhook", "outage on", "outage off", "sync", "drift")


@dataclass
class Run:
    """A run that serves: what it has printed until now, and its folder."""

    output: Path
    data: Path

    @property
    def said(self) -> str:
        return self.output.read_text(encoding="utf-8")

    def line(self, label: str) -> str:
        """What stands behind a label."""
        found = re.search(rf"^{label} +(.+)$", self.said, re.MULTILINE)
        assert found, self.said
        return found[1]

    def pastes(self, text: str) -> str:
        """What a shell prints that is given this text."""
        environ = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        ran = subprocess.run(["bash", "-c", text], env=environ, cwd=ROOT, capture_output=True, text=True, timeout=90)
        assert ran.returncode == 0, (text, ran.stderr)
        return ran.stdout

    def until(self, pattern: str) -> None:
        deadline = time.monotonic() + SECONDS
        while not re.search(pattern, self.said, re.MULTILINE):
            assert time.monotonic() < deadline, (pattern, self.said)
            time.sleep(0.1)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    folder = tmp_path_factory.mktemp("run")
    made = Run(folder / "output", folder / "data")
    variables = {"PORT": str(free_port()), "API_KEY": "key-of-the-run", "DATA": str(made.data), "QUIET": ""}
    with made.output.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "local"], cwd=ROOT, env=os.environ | variables, stdout=output, stderr=output
        )
    try:
        made.until(r"^ready http")
        yield made
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(120)


def answer(run: Run, label: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run.pastes(run.line(label)))
    return found


def test_each_call_works_as_it_is_pasted(run: Run) -> None:
    answers = {label: answer(run, label) for label in LABELS}
    assert [item["match"] for item in answers["search"]["items"]] == ["message_id"]
    assert answers["webhook"] == {"accepted": 1}
    assert [fault["kind"] for fault in answers["outage on"]["faults"]] == ["unavailable"]
    assert answers["outage off"]["faults"] == []
    assert answers["sync"]["sync_id"]
    assert answers["drift"]["items"]


def test_an_outage_that_is_pasted_serves_stale_copies_until_its_end(run: Run) -> None:
    look = run.line("try") + "?max_age=0"
    run.pastes(run.line("outage on"))
    assert json.loads(run.pastes(look))["provenance"]["freshness"] == "stale"
    run.pastes(run.line("outage off"))


def test_each_request_is_a_line_without_what_its_query_holds(run: Run) -> None:
    run.pastes(run.line("search"))
    run.until(r"^\d\d:\d\d:\d\d  200 +\d+ ms  GET  /v1/search\?q=…$")
    served = run.said.split("\nready ")[1]
    assert "key-of-the-run" not in served
    assert "message-detail-local" not in served


def test_the_command_uses_this_system_once_its_line_is_pasted(run: Run) -> None:
    command = f"{run.line('command')}; {sys.executable} -m message_detail_cli"
    path = f"PYTHONPATH={ROOT / 'cli'}"
    told = json.loads(run.pastes(f"export {path}; {command} providers --json"))
    accounts = json.loads(run.pastes(f"export {path}; {command} accounts list --json"))
    keys = run.pastes(f"export {path}; {command} keys list")
    assert {item["provider"] for item in told["items"]} == {account["provider"] for account in accounts}
    assert "local" in keys


def test_the_logs_are_files_in_data(run: Run) -> None:
    run.pastes(run.line("try"))
    folder = Path(run.line("logs"))
    assert folder == run.data / "logs"
    deadline = time.monotonic() + 30
    while not (text := (folder / "Authorizer.log").read_text(encoding="utf-8")) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert '"service":"message-detail"' in text
