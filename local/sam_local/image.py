"""The image that the functions run in: AWS's own for the runtime, with the built layer under /opt."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from local.sam_local.engine import docker
from local.sam_local.prerequisites import NotReady

BASE: Final = "public.ecr.aws/lambda/python:3.13"


def build_image(layer: Path, architecture: str, cleanup: ExitStack) -> str:
    """Build it and give its name, which is of this run only. NotReady when Docker can't, for lack of the base image."""
    repository = f"message-detail-sam-local-{os.getpid()}"
    image = f"{repository}:{architecture}"
    cleanup.callback(_remove, repository, architecture)
    dockerfile = f"FROM {BASE}-{architecture}\nCOPY . /opt/\n"
    built = docker("build", "--quiet", "--tag", image, "--file", "-", str(layer), stdin=dockerfile)
    if built.returncode:
        last = (built.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise NotReady(
            f"Docker could not build on {BASE}-{architecture} (docker pull it, or check the network): {last}"
        )
    return image


def _remove(repository: str, architecture: str) -> None:
    """Our containers, which the SAM CLI may have left warm, the image that it made of ours, and ours."""
    made = f"{repository}:rapid-{architecture}"
    listed = docker("ps", "--all", "--quiet", "--filter", f"ancestor={made}")
    if containers := listed.stdout.split():
        docker("rm", "--force", *containers)
    docker("image", "rm", "--force", made, f"{repository}:{architecture}")
