"""What must be there before anything is started: each missing thing is one line that says what to do."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from local.sam_local.engine import docker
from tools.build import find_python

#: Seconds in which Docker must answer; an engine that is starting up takes some.
DOCKER_SECONDS: Final = 15.0
#: Docker's words for processors, and the template's.
_ARCHITECTURES: Final = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}


class NotReady(RuntimeError):
    """Something that this needs is missing or does not work; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The programs there are: the SAM CLI, and the interpreter that the functions are built with.

    architecture: the template's word for the processor that containers run on.
    """

    sam: str
    python: str
    architecture: str


def prerequisites(root: Path) -> Ready:
    """All of it; NotReady when one is missing."""
    return Ready(sam_command(root), build_python(), docker_architecture())


def sam_command(root: Path) -> str:
    """The SAM CLI in an environment of its own, as the project pins it."""
    path = root / ".venv-sam" / "bin" / "sam"
    if not path.is_file():
        raise NotReady("the SAM CLI is not installed; `make .venv-sam/.stamp` installs it into .venv-sam")
    return str(path)


def build_python() -> str:
    """The interpreter of the template's runtime."""
    path = find_python()
    if path is None:
        raise NotReady("found no python3.13, the interpreter of the functions' runtime: install it, then try again")
    return path


def docker_architecture(seconds: float = DOCKER_SECONDS) -> str:
    """Of the Docker engine; NotReady when none answers in time."""
    try:
        answer = docker("info", "--format", "{{.Architecture}}", seconds=seconds)
    except FileNotFoundError:
        raise NotReady("Docker is not installed; install and start it (`make run` needs none)") from None
    except subprocess.TimeoutExpired:
        raise NotReady(f"Docker did not answer within {seconds:.0f} s; restart it") from None
    name = answer.stdout.strip()
    if answer.returncode or not name:
        raise NotReady("no Docker engine answers; start Docker, or point DOCKER_HOST at one (`make run` needs none)")
    if name not in _ARCHITECTURES:
        raise NotReady(f"Docker runs on {name}, for which Lambda has no runtime; use x86-64 or arm64")
    return _ARCHITECTURES[name]
