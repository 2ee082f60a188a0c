"""Looking the pins up: what is found fails the check, what can't be asked is skipped with a line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tools.audit import SKIPPED, audit

CLEAN = [{"name": "httpx", "version": "0.28.1", "vulns": []}]
VULNERABLE = [*CLEAN, {"name": "h11", "version": "0.14.0", "vulns": [{"id": "CVE-1", "fix_versions": ["0.16.0"]}]}]


def _program(folder: Path, *, out: Any = None, err: str = "", code: int = 0, seconds: float = 0) -> str:
    """A stand-in for pip-audit, which says this."""
    script = folder / "pip-audit"
    text = json.dumps({"dependencies": out}) if out is not None else ""
    script.write_text(
        f"#!/bin/sh\necho \"$@\" >>{folder}/arguments\nsleep {seconds}\nprintf '%s' '{text}'\n"
        f"printf '%s' '{err}' >&2\nexit {code}\n"
    )
    script.chmod(0o755)
    return str(script)


def test_pins_without_vulnerabilities_pass(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert audit(_program(tmp_path, out=CLEAN), ["a.txt", "b.txt"]) == 0
    assert capsys.readouterr().out == "audit: none of 1 pins has a known vulnerability; not known: 0\n"
    asked = (tmp_path / "arguments").read_text().splitlines()
    assert [line.rpartition(" ")[2] for line in asked] == ["a.txt", "b.txt"], "one pin may be in several files"


def test_a_service_that_knows_nothing_is_no_clean_bill(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    unknown = [{"name": "httpx", "skip_reason": "not found"}]
    assert audit(_program(tmp_path, out=unknown), ["a.txt"]) == 0
    assert capsys.readouterr().out == f"{SKIPPED} knows none of 1 pins\n"


def test_a_vulnerable_pin_fails_and_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert audit(_program(tmp_path, out=VULNERABLE, code=1), ["a.txt"]) == 1
    assert capsys.readouterr().out == "audit: h11 0.14.0: CVE-1, fixed in 0.16.0\n"


@pytest.mark.parametrize(
    "complaint",
    [
        "requests.exceptions.ConnectionError: HTTPSConnectionPool(host=x): Max retries exceeded",
        "ERROR:pip_audit._cli:Could not connect to the vulnerability feed",
        "urllib3.exceptions.ProxyError",
    ],
)
def test_a_service_that_cannot_be_reached_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], complaint: str
) -> None:
    assert audit(_program(tmp_path, err=complaint, code=1), ["a.txt"]) == 0
    told = capsys.readouterr()
    assert told.out == f"{SKIPPED} can't be reached\n"
    assert told.err == ""


def test_a_service_that_never_answers_is_not_waited_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert audit(_program(tmp_path, seconds=30), ["a.txt"], seconds=0.2) == 0
    assert capsys.readouterr().out.startswith(SKIPPED)


def test_any_other_failure_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert audit(_program(tmp_path, err="invalid requirement on line 3", code=1), ["a.txt"]) == 1
    assert "line 3" in capsys.readouterr().err
