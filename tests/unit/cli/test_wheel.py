"""`pip install .`: what it brings, and what it leaves behind."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).parents[3]
WANTED: Final = ("pyproject.toml", "setup.cfg", "README.md", "LICENSE", "requirements", "cli", "layers")
OURS: Final = {"message_detail", "message_detail_cli", "message_detail_client"}


@pytest.fixture(scope="module")
def project() -> Any:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, zipfile.ZipFile]:
    """A copy of the repository with the wheel that pip has built in it."""
    copy = tmp_path_factory.mktemp("clone")
    for name in WANTED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, copy / name)
    out = copy / ".build" / "out"
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-index", "--no-build-isolation"]
    subprocess.run([*command, "-w", str(out), "."], cwd=copy, capture_output=True, check=True)
    [wheel] = out.glob("*.whl")
    return copy, zipfile.ZipFile(wheel)


def test_its_top_level_packages_bear_our_name(built: tuple[Path, zipfile.ZipFile]) -> None:
    _, wheel = built
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == OURS


def test_every_module_of_the_command_is_in_it(built: tuple[Path, zipfile.ZipFile]) -> None:
    _, wheel = built
    modules = {str(path.relative_to(ROOT / "cli")) for path in (ROOT / "cli").rglob("*.py")}
    assert modules <= set(wheel.namelist())


def test_it_brings_the_command_and_what_the_command_needs(built: tuple[Path, zipfile.ZipFile]) -> None:
    _, wheel = built
    told = {name.rpartition("/")[2]: wheel.read(name).decode() for name in wheel.namelist() if ".dist-info/" in name}
    assert "message-detail = message_detail_cli.main:main" in told["entry_points.txt"]
    required = {
        line.partition(":")[2].strip() for line in told["METADATA"].splitlines() if line.startswith("Requires-Dist")
    }
    assert {"rich", "argcomplete", "boto3", "httpx", "pydantic"} <= required
    assert {line for line in required if "extra ==" in line} >= {'mcp<3,>=2; extra == "mcp"'}


def test_it_leaves_nothing_that_git_would_show(built: tuple[Path, zipfile.ZipFile]) -> None:
    copy, _ = built
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {".build/", "*.egg-info/"} <= set(ignored)
    left = {path.name for path in copy.iterdir()} - set(WANTED)
    assert {name for name in left if not name.endswith(".egg-info")} == {".build"}


def test_the_extras_are_pinned_for_the_tests(project: Any) -> None:
    pinned = (ROOT / "requirements/dev.txt").read_text(encoding="utf-8")
    asked = (ROOT / "requirements/dev.in").read_text(encoding="utf-8").splitlines()
    [mcp] = project["project"]["optional-dependencies"]["mcp"]
    assert mcp in asked
    assert "\nmcp==2." in pinned
