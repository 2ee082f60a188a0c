"""What each command has, whichever it is: a help, `--json`, one module, and names that are understood when mistyped."""

from __future__ import annotations

import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

from message_detail_cli import commands, registry
from tests.unit.cli.conftest import Shell

COMMANDS = tuple(registry.every())
GROUPS = tuple((entry.name,) for entry in registry.COMMANDS if entry.commands)
PROMISED = (
    "lookup", "explain", "timeline", "raw", "search", "list", "export", "refresh", "sync", "redrive", "providers",
    "drift", "stats", "erase", "accounts", "keys", "endpoints", "webhooks", "mcp",
)  # fmt: skip
OF_THE_DEPLOYMENT = ("--stack", "--region")
OF_THE_API = ("--api", "--key")


@pytest.mark.parametrize("command", [(), *GROUPS, *COMMANDS], ids="-".join)
def test_every_command_has_a_help(shell: Shell, command: tuple[str, ...]) -> None:
    ran = shell(*command, "--help")
    assert ran.code == 0
    assert ran.out.startswith(f"usage: message-detail {' '.join(command)}".rstrip())
    assert ("--json" in ran.out) == (command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS, ids="-".join)
def test_every_command_says_which_deployment_it_means(shell: Shell, command: tuple[str, ...]) -> None:
    helped = shell(*command, "--help").out
    entry = registry.entry(command)
    assert entry is not None
    assert [option in helped for option in OF_THE_DEPLOYMENT] == [entry.deployed] * len(OF_THE_DEPLOYMENT)
    assert len({option in helped for option in OF_THE_API}) == 1


def test_the_promised_commands_are_there() -> None:
    assert set(PROMISED) <= {entry.name for entry in registry.COMMANDS}


def test_every_module_of_the_commands_is_registered() -> None:
    modules = {
        tuple(found.name.removeprefix(f"{commands.__name__}.").replace("_", "-").split("."))
        for found in pkgutil.walk_packages(commands.__path__, f"{commands.__name__}.")
        if not found.ispkg
    }
    assert modules == set(COMMANDS)


def test_a_call_imports_the_module_of_no_other_command() -> None:
    program = (
        "import sys; from message_detail_cli.main import main; main(['keys', 'list', '--help']);"
        "print(*(name for name in sys.modules if name.startswith('message_detail_cli.commands.')))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[3] / "cli",
        env={},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.splitlines()[-1].split() == [
        "message_detail_cli.commands.keys",
        "message_detail_cli.commands.keys.list",
    ]


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("lokup", "cellcast", "x"), "lookup"),
        (("TIMELINE",), "timeline"),
        (("account", "list"), "accounts"),
        (("keys", "lst"), "list"),
        (("lookup", "celcast", "x"), "cellcast"),
    ],
)
def test_a_mistyped_name_is_answered_with_those_that_come_near_it(
    shell: Shell, words: tuple[str, ...], meant: str
) -> None:
    assert re.search(rf"did you mean {meant}\? \(see message-detail.* --help\)$", shell.fails(2, *words))


@pytest.mark.parametrize("words", [("x" * 10_000,), ("keys", "\x1b[2J"), ("",), ("lookup", "nothing-like-it", "x")])
def test_a_name_that_is_near_none_is_refused_in_one_line(shell: Shell, words: tuple[str, ...]) -> None:
    line = shell.fails(2, *words)
    assert "did you mean" not in line
    assert "\x1b" not in line


@pytest.mark.parametrize("words", [(), ("keys",), ("--nothing",)])
def test_without_a_command_the_help_is_pointed_to(shell: Shell, words: tuple[str, ...]) -> None:
    assert shell.fails(2, *words).endswith("--help)")
