"""Completion: what a shell offers, asked by bash itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Shell

CLI = Path(__file__).parents[3] / "cli"
ASK = """
eval "$(message-detail completion bash)"
function=$(complete -p message-detail | sed 's/.*-F \\([^ ]*\\) .*/\\1/')
COMP_LINE="$1" COMP_POINT=${#1} COMP_TYPE=9 COMP_WORDBREAKS=" "
read -ra COMP_WORDS <<<"$1"
[[ "$1" == *" " ]] && COMP_WORDS+=("")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
$function message-detail
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture
def offered(tmp_path: Path) -> object:
    """What bash offers after a line."""
    program = tmp_path / "bin" / "message-detail"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{CLI}" exec "{sys.executable}" -m message_detail_cli "$@"\n')
    program.chmod(0o755)
    (tmp_path / "a.json").touch()
    environ = {"PATH": f"{program.parent}:{os.environ['PATH']}", "HOME": str(tmp_path)}

    def ask(line: str) -> list[str]:
        ran = subprocess.run(
            ["bash", "-c", ASK, "bash", line], env=environ, cwd=tmp_path, capture_output=True, text=True, check=True
        )
        assert ran.stderr == ""
        return [word.strip() for word in ran.stdout.splitlines() if word.strip()]

    return ask


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not on this machine")
@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("message-detail loo", ["lookup"]),
        ("message-detail keys ", ["-h", "--help", "create", "list", "revoke"]),
        ("message-detail lookup ce", ["cellcast"]),
        ("message-detail list --sta", ["--status", "--stack"]),
        ("message-detail list --status failed,b", ["failed,bounced"]),
        ("message-detail list --outcome su", ["success"]),
        ("message-detail accounts put cellcast default --file a", ["a.json"]),
        ("message-detail search a", []),
    ],
)
def test_bash_offers_commands_options_and_values(offered: object, line: str, words: list[str]) -> None:
    assert callable(offered)
    assert offered(line) == words


@pytest.mark.parametrize(
    ("shell_name", "mark"), [("bash", "complete "), ("zsh", "#compdef message-detail"), ("fish", "complete ")]
)
def test_there_is_a_script_for_each_shell(shell: Shell, shell_name: str, mark: str) -> None:
    ran = shell("completion", shell_name, "--json")
    assert mark in ran.json["script"]
    assert ran.json["shell"] == shell_name


def test_another_shell_is_a_wrong_usage(shell: Shell) -> None:
    assert "bash" in shell.fails(2, "completion", "tcsh")
