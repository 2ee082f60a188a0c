"""Makes a built layer smaller and quicker to load: drops what no function can use, and compiles what is left.

    python3.13 -m tools.prune_layer .aws-sam/build

Run by the interpreter of the functions' runtime, since byte code is of one Python version only. It may be run any
number of times. Exit 1, with a line that says why, when a service that the package makes clients of is missing from
botocore, or the layer is larger than Lambda takes. docs/decisions/layer-pruning.md says what goes and why.
"""

from __future__ import annotations

import ast
import compileall
import io
import shutil
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import Final

from tools.slim_models import slim

PACKAGE: Final = "message_detail"
#: Its part that no function imports.
FOR_TESTS: Final = "testing"
#: Bytes that Lambda allows a function and its layers, unpacked.
#: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
LARGEST: Final = 250 * 1024 * 1024
#: Where Lambda mounts a layer. Byte code names its source there, whatever folder it was built in.
MOUNTED: Final = "/opt/python"


class PruneError(RuntimeError):
    """The layer can't be used; the text says why."""


def services_of(package: Path) -> frozenset[str]:
    """The AWS services that a package makes clients of, by its calls of `clients.client("…")`.

    PruneError when a call doesn't name its service: nothing could be dropped safely then.
    """
    calls = (call for path in sorted(package.rglob("*.py")) for call in _client_calls(path))
    return frozenset(_service(path, call) for path, call in calls)


def _client_calls(path: Path) -> Iterator[tuple[Path, ast.Call]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("clients.client", "client"):
            yield path, node


def _service(path: Path, call: ast.Call) -> str:
    given = call.args[0] if call.args else None
    if isinstance(given, ast.Constant) and isinstance(given.value, str):
        return given.value
    raise PruneError(f"{path.name}, line {call.lineno}: {ast.unparse(call)} must name its service by a text")


def prune(layer: Path) -> None:
    """Drops from a layer's folder `python` what no function can use."""
    services = services_of(layer / PACKAGE)
    data = layer / "botocore" / "data"
    if missing := sorted(name for name in services if not any(data.glob(f"{name}/*/service-2.json*"))):
        raise PruneError(f"botocore has no service {', '.join(missing)}, of which {PACKAGE} makes clients")
    models = [folder for folder in data.iterdir() if folder.is_dir() and folder.name not in services]
    # boto3's are for resources, which nothing here makes.
    resources = [folder for folder in (layer / "boto3" / "data").glob("*") if folder.is_dir()]
    if (layer / PACKAGE / FOR_TESTS).is_dir():
        shutil.rmtree(layer / PACKAGE / FOR_TESTS)
    for folder in (*models, *resources, *layer.rglob("__pycache__")):
        shutil.rmtree(folder)
    slim(data, services)


def compile_all(layer: Path) -> None:
    """Compiles every module. Lambda's /opt can't be written to, so each cold start would compile them again."""
    compileall.compile_dir(
        layer,
        maxlevels=50,
        force=True,
        quiet=2,  # a package may hold a template that is no Python; its import would fail either way
        stripdir=str(layer),
        prependdir=MOUNTED,
        # By content, and never looked at again: unpacking changes the times of files.
        invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
    )


def sizes(layer: Path) -> tuple[int, int]:
    """Bytes of a folder's files, unzipped and zipped."""
    files = [path for path in layer.rglob("*") if path.is_file()]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            archive.write(path, path.relative_to(layer.parent))
    return sum(path.stat().st_size for path in files), buffer.tell()


def finish(layer: Path, largest: int = LARGEST) -> str:
    """Prunes and compiles a layer's folder `python`; the line that tells what came of it, in megabytes (10⁶ bytes)."""
    before = sizes(layer)
    prune(layer)
    compile_all(layer)
    after = sizes(layer)
    if after[0] > largest:
        raise PruneError(f"the layer has {_mb(after[0])} MB unzipped; Lambda takes {_mb(largest)} MB")
    unzipped, zipped = (f"{_mb(old)} to {_mb(new)}" for old, new in zip(before, after, strict=True))
    return f"layer: {unzipped} MB unzipped, {zipped} MB zipped"


def layers_of(build: Path) -> list[Path]:
    """The layers in a folder of `sam build`, each by its folder `python`."""
    return sorted(path.parent for path in build.glob(f"*/python/{PACKAGE}") if path.is_dir())


def _mb(size: int) -> str:
    return f"{size / 1e6:.1f}"


def main(arguments: list[str]) -> int:
    """The exit code."""
    if len(arguments) != 1:
        print("usage: python3.13 -m tools.prune_layer <folder of sam build>", file=sys.stderr)
        return 2
    layers = layers_of(Path(arguments[0]))
    if not layers:
        print(f"prune_layer: {arguments[0]} holds no layer with {PACKAGE}; run `sam build` first", file=sys.stderr)
        return 1
    try:
        for layer in layers:
            print(finish(layer))
    except PruneError as error:
        print(f"prune_layer: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
