"""The functions' image, against a docker command of the test's own that notes what it is asked for."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path

import pytest

from local.sam_local.image import build_image
from local.sam_local.prerequisites import NotReady
from tests.unit.sam_local.conftest import Installer

NAME = f"message-detail-sam-local-{os.getpid()}"


def test_the_image_is_aws_s_with_the_layer_and_goes_with_its_containers_at_the_end(
    install: Installer, tmp_path: Path
) -> None:
    note = '[ "$1" = build ] && /bin/cat > "$0.file"; echo "$@" >> "$0.calls"; [ "$1" = ps ] && echo abc; exit 0'
    folder = install("docker", note)
    with ExitStack() as cleanup:
        image = build_image(tmp_path / "layer", "arm64", cleanup)
        assert image == f"{NAME}:arm64"
        dockerfile = (folder / "docker.file").read_text()
        assert dockerfile == "FROM public.ecr.aws/lambda/python:3.13-arm64\nCOPY . /opt/\n"
    _, listed, removed, images = (folder / "docker.calls").read_text().splitlines()
    assert listed.endswith(f"--filter ancestor={NAME}:rapid-arm64")
    assert removed == "rm --force abc"
    assert images == f"image rm --force {NAME}:rapid-arm64 {NAME}:arm64"


def test_a_base_image_that_can_t_be_pulled_is_named_with_docker_s_reason(install: Installer, tmp_path: Path) -> None:
    install("docker", 'echo "deprecated" >&2; echo "no such host" >&2; exit 1')
    with ExitStack() as cleanup, pytest.raises(NotReady, match=r"lambda/python:3\.13-x86_64 .*: no such host$"):
        build_image(tmp_path, "x86_64", cleanup)
