"""What `make build` makes, for each architecture in a folder of its own: a developer's own build lies in .aws-sam.

The tests and the benchmarks share these folders. What was built of the very same files is not built again: a test run
must not take the folders away under another one, and a build costs half a minute.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

from tests.rie import ARCHITECTURE
from tools.build import BUILT, ROOT, SAM, find_python

FOLDER: Final = ROOT / ".build" / "artifacts"
#: Of what is built, what may be right for one processor and wrong for another.
OF_THE_PROCESSOR: Final = (
    "layers/*/python/requirements.txt",
    "requirements/sam.txt",
    "tools/build.py",
    "tools/prune_layer.py",
)
#: The names that the template's parameter has for the processors.
ALL_ARCHITECTURES: Final = ("x86_64", "arm64")
BUILD_SECONDS: Final = 280.0
SOURCES: Final = (
    "template.yaml",
    "samconfig.toml",
    "functions",
    "web",
    "layers",
    "tools/build.py",
    "tools/prune_layer.py",
    "requirements/sam.txt",
)


class BuildFailed(RuntimeError):
    """Nothing was built; the text is the end of what was said."""


@cache
def reason_against() -> str | None:
    """Why nothing can be built here, and what to do about it, or None."""
    if find_python() is None:
        return "found no python3.13, the interpreter of the functions' runtime: install it, with pyenv for example"
    if not SAM.exists():
        return f"there is no {SAM.relative_to(ROOT)}: `make .venv-sam/.stamp` installs it (`make test` does, too)"
    return None


@cache
def architectures() -> tuple[str, ...]:
    """Those that are tested: this machine's, and all where ARCHITECTURES=all or where what is built has changed.

    What is built of changed code is the same for all of them; what is built of changed pins may not be.
    """
    if os.environ.get("ARCHITECTURES") == "all" or _packing_changed():
        return ALL_ARCHITECTURES
    return tuple(one for one in ALL_ARCHITECTURES if one == ARCHITECTURE)


def _packing_changed() -> bool:
    """Whether the working tree differs in OF_THE_PROCESSOR from where it left the main branch."""
    if shutil.which("git") is None:
        return False
    bases = (_git("merge-base", "HEAD", main) for main in ("origin/main", "main"))
    base = next((found.stdout.strip() for found in bases if found.returncode == 0), "HEAD")
    return _git("diff", "--quiet", base, "--", *OF_THE_PROCESSOR).returncode == 1


def _git(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


@cache
def build(architecture: str) -> Path:
    """Builds functions and layer for one of ALL_ARCHITECTURES, once per process; the folder that `sam build` made."""
    folder = FOLDER / architecture
    folder.mkdir(parents=True, exist_ok=True)
    stamp = folder / "sources.sha256"
    with _alone(folder):
        digest = _digest()
        if not stamp.exists() or stamp.read_text(encoding="ascii") != digest:
            stamp.unlink(missing_ok=True)
            _run(folder, architecture)
            stamp.write_text(digest, encoding="ascii")
    return folder / BUILT


def _run(folder: Path, architecture: str) -> None:
    python = find_python()
    if python is None:
        raise BuildFailed(str(reason_against()))
    command = [python, "-m", "tools.build", "--folder", str(folder)]
    command += ["--parameter-overrides", f"Architecture={architecture}"]
    running = subprocess.Popen(
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # a group of its own, so that what it has started ends with it
    )
    try:
        said, _ = running.communicate(timeout=BUILD_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(running.pid, signal.SIGKILL)
        running.communicate()
        raise BuildFailed(f"the build for {architecture} took more than {BUILD_SECONDS:.0f} s") from None
    if running.returncode:
        raise BuildFailed(" / ".join(line for line in said.splitlines()[-8:] if line))


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keeps other processes from building there meanwhile."""
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _digest() -> str:
    """Of all that a build is made of."""
    found = hashlib.sha256()
    for path in sorted(path for name in SOURCES for path in _files(ROOT / name)):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        found.update(f"{path.relative_to(ROOT)} {content}\n".encode())
    return found.hexdigest()


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    yield from (one for one in path.rglob("*") if one.is_file() and "__pycache__" not in one.parts)
