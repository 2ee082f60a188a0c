"""The built layer holds code for its own processor and for Python 3.13, and the tests' interpreter nothing of it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.built import architectures
from tests.rie import ARCHITECTURE, PYTHON
from tools.build import ROOT
from tools.prune_layer import LARGEST, layers_of, services_of, sizes

Built = Callable[[str], Path]

#: e_machine of the ELF header, for each architecture: EM_X86_64 and EM_AARCH64.
#: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html
MACHINE: Final = {"x86_64": 62, "arm64": 183}
ELF: Final = b"\x7fELF"
#: A module's name says for which Python it was compiled: the runtime's, or any with the stable interface.
FOR_RUNTIME: Final = re.compile(r"\.(cpython-313-\w+-linux-gnu|abi3)\.so$")
#: Bytes that issue 5 allows, so that a cold start has little to unpack: unzipped and zipped.
GOALS: Final = (60e6, 20e6)
_LIST: Final = (
    "from importlib.metadata import distributions\n"
    "for found in distributions(): print(found.metadata['Name'], *(str(file) for file in found.files or ()))"
)

each = pytest.mark.parametrize("architecture", architectures())


@pytest.fixture
def layer(built: Built, architecture: str) -> Path:
    """The built layer's folder `python`."""
    (found,) = layers_of(built(architecture))
    return found


def libraries(layer: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file with machine code, by its content and not its name, with the start of it."""
    for path in layer.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                header = file.read(20)
            if header.startswith(ELF) or path.suffix == ".so":
                yield path, header


@each
def test_compiled_code_is_for_the_layers_processor(layer: Path, architecture: str) -> None:
    machines = {path.name: int.from_bytes(header[18:20], "little") for path, header in libraries(layer)}
    # pydantic, cffi and cryptography bring some; a layer without any was not built.
    assert len(machines) >= 3
    assert machines == dict.fromkeys(machines, MACHINE[architecture])


@each
def test_compiled_code_is_for_the_runtimes_python(layer: Path, architecture: str) -> None:
    names = [path.name for path, _ in libraries(layer)]
    assert names
    assert [name for name in names if not FOR_RUNTIME.search(name)] == []


@each
def test_every_module_of_the_package_is_compiled_for_the_runtime(layer: Path, architecture: str) -> None:
    """Else each cold start would compile it: Lambda's folders can't be written to."""
    sources = sorted((layer / "message_detail").rglob("*.py"))
    missing = [
        path.name for path in sources if not (path.parent / "__pycache__" / f"{path.stem}.cpython-313.pyc").exists()
    ]
    assert len(sources) > 50
    assert missing == []


@each
def test_package_is_the_one_of_this_tree(layer: Path, architecture: str) -> None:
    source = ROOT / "layers/message_detail/python/message_detail"
    files = (path for path in source.rglob("*.py") if source / "testing" not in path.parents)  # it is taken out
    wanted = {path.relative_to(source): path.read_bytes() for path in files}
    package = layer / "message_detail"
    assert {path.relative_to(package): path.read_bytes() for path in package.rglob("*.py")} == wanted


@each
def test_layer_is_small_and_has_the_models_of_its_own_services(layer: Path, architecture: str) -> None:
    models = {path.name for path in (layer / "botocore/data").iterdir() if path.is_dir()}
    assert models == services_of(layer / "message_detail")
    unzipped, zipped = sizes(layer)
    assert unzipped < GOALS[0] < LARGEST
    assert zipped < GOALS[1]


def test_interpreter_of_the_tests_has_nothing_that_the_layer_has_to_bring(built: Built) -> None:
    """Else a package that the layer lacks would not be missed."""
    done = subprocess.run([PYTHON, "-c", _LIST], capture_output=True, text=True, check=True, env={})
    held = {line.split()[0].lower(): line.split()[1:] for line in done.stdout.splitlines()}
    assert "awslambdaric" in held
    (layer,) = layers_of(built(ARCHITECTURE))
    shipped = {path.name for path in layer.iterdir() if path.suffix != ".dist-info"} - {"__pycache__", "bin"}
    top = {file.split("/")[0] for files in held.values() for file in files} - {"..", "__pycache__"}
    assert "botocore" in shipped
    assert top & shipped == set()
