"""Measurements in interpreters of their own: nothing that another one imported or kept is in their figures."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
LAYER: Final = ROOT / "layers/message_detail/python"
SECONDS: Final = 120.0
_RESULT: Final = "BENCH_RESULT"
_ABSENT: Final = "BENCH_ABSENT"


class ChildFailed(RuntimeError):
    """The interpreter of a measurement ended badly; the text is the end of what it said."""


def run(
    module: str,
    *arguments: str,
    environment: Mapping[str, str] | None = None,
    layer_only: bool = True,
    options: tuple[str, ...] = (),
) -> Any:
    """What `python -m module` gave to `give`. layer_only: with no package but those that the layer holds."""
    return run_and_listen(
        module, *arguments, environment=environment, layer_only=layer_only, options=options
    )[0]  # fmt: skip


def run_and_listen(
    module: str,
    *arguments: str,
    environment: Mapping[str, str] | None = None,
    layer_only: bool = True,
    options: tuple[str, ...] = (),
) -> tuple[Any, str]:
    """The same, and what it wrote to standard error."""
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "result.json"
        env = {name: os.environ[name] for name in ("PATH", "LANG", "HOME", "SSL_CERT_FILE") if name in os.environ}
        env |= {"PYTHONPATH": os.pathsep.join((str(LAYER), str(ROOT))), **(environment or {}), _RESULT: str(result)}
        if layer_only:
            env[_ABSENT] = " ".join(absent())
        done = subprocess.run(
            [sys.executable, *options, "-m", module, *arguments],
            cwd=ROOT,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        if done.returncode or not result.exists():
            raise ChildFailed(f"{module} {' '.join(arguments)}: {' / '.join(done.stderr.splitlines()[-3:])}")
        return json.loads(result.read_text(encoding="utf-8")), done.stderr


def give(value: Any) -> None:
    """In the child: hands the result to the parent."""
    Path(os.environ[_RESULT]).write_text(json.dumps(value), encoding="utf-8")


def hide() -> None:
    """In the child, before anything is imported: the packages that the layer does not hold are not there.

    It matters: with click and rich installed, httpx imports its command line too.
    """
    for name in os.environ.get(_ABSENT, "").split():
        sys.modules[name] = None  # type: ignore[assignment]  # what makes `import name` an ImportError


@cache
def absent() -> tuple[str, ...]:
    """The importable names of this environment that belong to no package of the layer's requirements."""
    text = (LAYER / "requirements.txt").read_text(encoding="utf-8")
    held = {_canonical(name) for name in re.findall(r"^([\w.-]+)==", text, re.MULTILINE)}
    return tuple(
        sorted(
            name
            for name, owners in packages_distributions().items()
            if name.isidentifier() and not held & {_canonical(owner) for owner in owners}
        )
    )


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
