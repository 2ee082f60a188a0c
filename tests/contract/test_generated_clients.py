"""Generators of clients take the OpenAPI document as it is, and what they make of it can be used."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from message_detail.domain.status import Status
from message_detail.entrypoints.openapi.document import document
from tests.unit.samples import message

ROOT: Final = Path(__file__).parents[2]
TYPESCRIPT: Final = ROOT / ".build" / "typescript" / "node_modules" / ".bin"
"""Where `make test` installs the packages of tests/contract/typescript, if the machine has npm."""
USE: Final = """
import json, sys
import made.api.default.list_messages
from made.models import Message, MessagePage
told = json.load(sys.stdin)
page = MessagePage.from_dict({"items": [told], "next_cursor": None})
[found] = page.items
assert isinstance(found, Message)
assert found.to_dict() == told
print(found.status, found.final)
"""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The document in a file."""
    file = tmp_path_factory.mktemp("document") / "openapi.json"
    file.write_text(json.dumps(document()), encoding="utf-8")
    return file


def _ran(words: Sequence[str | Path], folder: Path, stdin: str = "") -> str:
    ran = subprocess.run(words, cwd=folder, input=stdin, capture_output=True, text=True, timeout=240, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout + ran.stderr


def test_openapi_python_client_makes_a_client_without_a_warning(written: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.json"
    config.write_text(json.dumps({"post_hooks": []}))
    words: list[str | Path] = [
        "generate",
        "--path",
        written,
        "--meta",
        "none",
        "--output-path",
        tmp_path / "made",
        "--config",
        config,
    ]
    said = _ran([sys.executable, "-m", "openapi_python_client", *words, "--fail-on-warning"], tmp_path)
    assert "warning" not in said.lower()
    told = json.dumps(message(Status.DELIVERED).as_json())
    assert _ran([sys.executable, "-c", USE], tmp_path, told) == "delivered True\n"


@pytest.mark.skipif(not (TYPESCRIPT / "tsc").exists(), reason="openapi-typescript is not installed: npm is not there")
def test_openapi_typescript_makes_types_that_the_compiler_takes(written: Path, tmp_path: Path) -> None:
    _ran([TYPESCRIPT / "openapi-typescript", written, "-o", tmp_path / "api.d.ts"], tmp_path)
    shutil.copy(Path(__file__).parent / "typescript" / "client.ts", tmp_path)
    _ran([TYPESCRIPT / "tsc", "--noEmit", "--strict", "--target", "es2022", "client.ts"], tmp_path)
