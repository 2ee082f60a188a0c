"""Brings the packages that the web pages are made with into web/vendor, what tests them beside the tests, and writes
down what was brought.

    python -m tools.vendor

For maintainers: it wants npm's client, which fetches each package at the version below. Bare names of packages inside
their modules become relative addresses, since a browser knows no packages, and their types are not checked; nothing
else is changed. LOCK has name, version, licence and sha256 of each file; a test compares.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Vendored:
    """A file of a package, and where it stands here. modules: whether it imports others by their bare names."""

    package: str
    version: str
    source: str
    target: str
    modules: bool = True


FILES: Final = (
    Vendored("preact", "11.2.0", "dist/preact.mjs", "web/vendor/preact.js"),
    Vendored("preact", "11.2.0", "hooks/dist/hooks.mjs", "web/vendor/hooks.js"),
    Vendored("preact", "11.2.0", "LICENSE", "web/vendor/preact.LICENSE", modules=False),
    Vendored("htm", "3.1.1", "dist/htm.mjs", "web/vendor/htm.js"),
    Vendored("htm", "3.1.1", "LICENSE", "web/vendor/htm.LICENSE", modules=False),
    Vendored(
        "swagger-ui-dist", "5.35.0", "swagger-ui-bundle.js", "web/reference/vendor/swagger-ui-bundle.js", modules=False
    ),
    Vendored("swagger-ui-dist", "5.35.0", "swagger-ui.css", "web/reference/vendor/swagger-ui.css", modules=False),
    Vendored("swagger-ui-dist", "5.35.0", "LICENSE", "web/reference/vendor/swagger-ui.LICENSE", modules=False),
    # For tests only.
    Vendored("axe-core", "4.14.1", "axe.min.js", "tests/browser/vendor/axe.min.js", modules=False),
    Vendored("axe-core", "4.14.1", "LICENSE", "tests/browser/vendor/axe.LICENSE", modules=False),
)
LOCKS: Final = ("web/vendor/LOCK", "web/reference/vendor/LOCK", "tests/browser/vendor/LOCK")
"""Each lists the files of its own folder."""
UNTYPED: Final = "// @ts-nocheck\n"
"""Before a module, so that our own are checked and not what they import."""
ADDRESSES: Final = {"preact": "./preact.js", "preact/hooks": "./hooks.js"}
"""What stands for a package's bare name."""
_BARE: Final = re.compile(r"""(\bfrom\s*|\bimport\s*)(["'])([a-z@][^"']*)\2""")
_SOURCE_MAP: Final = re.compile(r"\n?//# sourceMappingURL=\S+\s*$")


def rewritten(text: str) -> str:
    """A module whose imports a browser can follow. ValueError for a package that is not vendored."""

    def relative(found: re.Match[str]) -> str:
        if found[3] not in ADDRESSES:
            raise ValueError(f"{found[3]} is imported and not vendored")
        return f"{found[1]}{found[2]}{ADDRESSES[found[3]]}{found[2]}"

    return UNTYPED + _SOURCE_MAP.sub("\n", _BARE.sub(relative, text))


def lock_text(folder: str, licences: dict[str, str], root: Path = ROOT) -> str:
    """What LOCK says of the files of a folder: a line for each."""
    lines = ["# file  package  version  licence  sha256 — made by `python -m tools.vendor`"]
    for file in sorted(FILES, key=lambda file: file.target):
        if str(Path(file.target).parent) == folder:
            digest = hashlib.sha256((root / file.target).read_bytes()).hexdigest()
            name = Path(file.target).name
            lines.append(f"{name}  {file.package}  {file.version}  {licences[file.package]}  {digest}")
    return "\n".join(lines) + "\n"


def read_lock(path: Path) -> list[list[str]]:
    """The fields of each line of a LOCK."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.split() for line in lines if line and not line.startswith("#")]


def _packed(package: str, version: str, folder: Path) -> tarfile.TarFile:
    command = ["npm", "pack", "--silent", f"{package}@{version}"]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    return tarfile.open(folder / done.stdout.split()[-1])


def _member(package: tarfile.TarFile, name: str) -> str:
    member = package.extractfile(f"package/{name}")
    if member is None:
        raise ValueError(f"the package has no file {name}")
    return member.read().decode()


def main(root: Path = ROOT) -> int:
    """The exit code."""
    licences: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        for package, version in dict.fromkeys((file.package, file.version) for file in FILES):
            with _packed(package, version, Path(folder)) as packed:
                licences[package] = json.loads(_member(packed, "package.json"))["license"]
                for file in FILES:
                    if file.package == package:
                        text = _member(packed, file.source)
                        target = root / file.target
                        target.parent.mkdir(parents=True, exist_ok=True)
                        target.write_text(rewritten(text) if file.modules else text, encoding="utf-8")
    for lock in LOCKS:
        (root / lock).write_text(lock_text(str(Path(lock).parent), licences, root), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
