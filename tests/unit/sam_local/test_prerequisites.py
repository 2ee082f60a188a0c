"""What is missing is said in one line that says what to do."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from local.sam_local.api import check_port
from local.sam_local.prerequisites import NotReady, build_python, docker_architecture, sam_command
from local.sam_local.relay import gateway_of
from local.stack import ROOT
from tests.unit.sam_local.conftest import Installer


@pytest.fixture
def _nothing_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where pyenv keeps its interpreters."""
    monkeypatch.setenv("HOME", str(tmp_path))


def test_without_docker_the_way_without_it_is_named(install: Installer) -> None:
    with pytest.raises(NotReady, match=r"Docker is not installed; install and start it \(`make run` needs none\)"):
        docker_architecture()


@pytest.mark.parametrize("script", ["echo 'Cannot connect to the Docker daemon' >&2; exit 1", "exit 0"])
def test_an_engine_that_does_not_answer_is_to_be_started(install: Installer, script: str) -> None:
    install("docker", script)
    with pytest.raises(NotReady, match="no Docker engine answers; start Docker"):
        docker_architecture()


def test_an_engine_that_hangs_is_given_up(install: Installer) -> None:
    install("docker", "exec /bin/sleep 30")
    with pytest.raises(NotReady, match="Docker did not answer"):
        docker_architecture(seconds=0.2)


@pytest.mark.parametrize(("word", "architecture"), [("x86_64", "x86_64"), ("aarch64", "arm64")])
def test_the_processor_is_that_of_the_engine(install: Installer, word: str, architecture: str) -> None:
    install("docker", f"echo {word}")
    assert docker_architecture() == architecture


def test_a_processor_without_a_runtime_is_named(install: Installer) -> None:
    install("docker", "echo riscv64")
    with pytest.raises(NotReady, match="riscv64"):
        docker_architecture()


def test_a_missing_sam_cli_is_installed_by_a_target_that_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match=r"`make \.venv-sam/\.stamp` installs it"):
        sam_command(tmp_path)


@pytest.mark.parametrize("script", ["", "echo 'pyenv: version 3.13 is not set' >&2; exit 127"])
@pytest.mark.usefixtures("_nothing_at_home")
def test_a_missing_python_and_a_shim_that_runs_nothing_are_the_same(install: Installer, script: str) -> None:
    if script:
        install("python3.13", script)
    with pytest.raises(NotReady, match=r"found no python3\.13"):
        build_python()


@pytest.mark.usefixtures("_nothing_at_home")
def test_a_python_that_runs_is_taken(install: Installer) -> None:
    folder = install("python3.13", "exit 0")
    assert build_python() == str(folder / "python3.13")


def test_a_port_that_is_taken_is_named_with_the_way_to_another() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(NotReady, match=f"port {port} is taken; choose another one: make sam-local PORT=[0-9]+$"):
            check_port(port)
    check_port(port)


@pytest.mark.parametrize(
    ("arguments", "variables", "code", "line"),
    [
        (["invoke", "samva/lookup"], {}, 1, ""),
        (["invoke", "samva/nothing"], {}, 2, "there is no event 'samva/nothing'"),
        ([], {"PORT": "none"}, 2, "PORT must be a number"),
        ([], {"ACCOUNTS": "mine.toml"}, 2, "`make run` takes ACCOUNTS"),
    ],
)
def test_the_command_ends_with_one_line_and_no_traceback(
    install: Installer, arguments: list[str], variables: dict[str, str], code: int, line: str
) -> None:
    """Without Docker on PATH in the first case; whichever prerequisite is missed first is the line."""
    package = str(ROOT / "layers" / "message_detail" / "python")
    ended = subprocess.run(
        [sys.executable, "-m", "local.sam_local", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": package, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (code, "")
    assert ended.stderr.startswith("make sam-local: ")
    assert ended.stderr.count("\n") == 1
    assert line in ended.stderr


@pytest.mark.parametrize(
    ("configs", "address"),
    [
        ([{"Subnet": "172.17.0.0/16", "Gateway": "172.17.0.1"}], "172.17.0.1"),
        ([{"Subnet": "172.18.0.0/16"}], "172.18.0.1"),
        ([{"Subnet": "fd00::/64"}, {"Subnet": "10.0.0.0/24", "Gateway": "10.0.0.9"}], "10.0.0.9"),
        ([], None),
    ],
)
def test_containers_reach_the_host_at_the_gateway_of_their_network(
    configs: list[dict[str, str]], address: str | None
) -> None:
    assert gateway_of(configs) == address
