"""The size of the built layer, where `make build` has made one."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.bench.child import ROOT
from tests.bench.measure import Measure, at_most, unmeasured

BUILD: Final = ROOT / ".aws-sam" / "build"
UNZIPPED: Final = "layer, unzipped"
ZIPPED: Final = "layer, zipped"


def measure() -> Iterator[Measure]:
    """Megabytes (10⁶ bytes)."""
    folders = sorted(path.parent for path in BUILD.glob("*/python/message_detail") if path.is_dir())
    if not folders:
        yield unmeasured(5, UNZIPPED, "≤ 60 MB", "no build here: run `make build` first")
        yield unmeasured(5, ZIPPED, "≤ 20 MB", "no build here: run `make build` first")
        return
    files = [path for path in folders[0].rglob("*") if path.is_file()]
    yield at_most(5, UNZIPPED, sum(path.stat().st_size for path in files) / 1e6, 60, unit="MB")
    yield at_most(5, ZIPPED, _zipped(folders[0], files) / 1e6, 20, unit="MB")


def _zipped(folder: Path, files: list[Path]) -> int:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            archive.write(path, path.relative_to(folder))
    return buffer.tell()
