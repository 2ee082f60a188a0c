"""`sam build`, and then the layer pruned and compiled: what `make build` runs, and what the tests of the build run.

    python3.13 -m tools.build [argument of sam build …]               into .aws-sam, as `sam build` does
    python3.13 -m tools.build --folder .build/x86_64 [argument …]     into .aws-sam of a folder of its own
    python3 -m tools.build --python                                   only says which python3.13 to run it with

Run by the interpreter of the functions' runtime, which `sam build` needs, too. The exit code is that of the step that
failed. Standard library only: that interpreter has nothing else.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tools import prune_layer

ROOT: Final = Path(__file__).resolve().parent.parent
SAM: Final = ROOT / ".venv-sam" / "bin" / "sam"
RUNTIME: Final = (3, 13)
BUILT: Final = Path(".aws-sam", "build")
"""Where `sam build` leaves what it made."""
_NAME: Final = f"python{RUNTIME[0]}.{RUNTIME[1]}"


def find_python() -> str | None:
    """The runtime's interpreter on this machine: one of pyenv's, else the one on PATH; None where there is none."""
    own = Path.home().glob(f".pyenv/versions/{RUNTIME[0]}.{RUNTIME[1]}.*/bin/{_NAME}")
    on_path = shutil.which(_NAME)
    candidates = [*map(str, own), *([on_path] if on_path else [])]
    return next((python for python in candidates if _runs(python)), None)


def _runs(python: str) -> bool:
    """Whether it is more than a name: pyenv puts shims on PATH for versions that it doesn't use."""
    return subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0


def sam_build(folder: Path, arguments: Sequence[str]) -> int:
    """The exit code of `sam build`, whose output, cache and notes go to `.aws-sam` of a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    own = str(Path(sys.base_prefix, "bin"))
    # SAM looks for the runtime's interpreter on PATH and takes no other's word for it, such as pyenv's shims.
    environment = {**os.environ, "PATH": os.pathsep.join((own, os.environ.get("PATH", ""))), "SAM_CLI_TELEMETRY": "0"}
    command = [str(SAM), "build", "--template", str(ROOT / "template.yaml"), *arguments]
    return subprocess.run(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, check=False).returncode


def reason_against() -> str | None:
    """Why nothing can be built here, or None."""
    if sys.version_info[:2] != RUNTIME:
        return f"this is Python {sys.version_info[0]}.{sys.version_info[1]}; run it with {_NAME}, the runtime's own"
    if not SAM.exists():
        return f"there is no {SAM.relative_to(ROOT)}: `make .venv-sam/.stamp` installs the SAM CLI"
    return None


def main(arguments: list[str]) -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(prog="python3.13 -m tools.build", description="sam build, then a smaller layer")
    parser.add_argument("--folder", type=Path, default=ROOT, help="build there instead of in the project")
    parser.add_argument("--python", action="store_true", help=f"only print which {_NAME} there is, if any")
    own, given = parser.parse_known_args(arguments)
    if own.python:
        print(find_python() or "")
        return 0
    if reason := reason_against():
        print(f"tools.build: {reason}", file=sys.stderr)
        return 1
    if code := sam_build(own.folder, given):
        return code
    return prune_layer.main([str(own.folder / BUILT)])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
