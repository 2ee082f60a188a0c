"""What is vendored is what LOCK says: nothing of it is changed by hand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools.vendor import FILES, LOCKS, ROOT, UNTYPED, lock_text, read_lock, rewritten


@pytest.mark.parametrize("lock", LOCKS)
def test_every_vendored_file_has_the_sum_that_is_written_down(lock: str) -> None:
    licences = {package: licence for _, package, _, licence, _ in read_lock(ROOT / lock)}
    assert (ROOT / lock).read_text(encoding="utf-8") == lock_text(str(Path(lock).parent), licences)
    folder = (ROOT / lock).parent
    assert {path.name for path in folder.iterdir()} - {"LOCK"} == {name for name, *_ in read_lock(ROOT / lock)}


@pytest.mark.parametrize("file", [file for file in FILES if file.modules], ids=lambda file: file.target)
def test_a_vendored_module_imports_what_stands_beside_it(file: object) -> None:
    path = ROOT / file.target  # type: ignore[attr-defined]
    for address in re.findall(r"""from\s*["']([^"']+)["']""", path.read_text(encoding="utf-8")):
        assert (path.parent / address).is_file()


def test_bare_names_become_relative_addresses_and_unknown_ones_are_refused() -> None:
    assert (
        rewritten('import{h}from"preact";export*from "./x.js"')
        == UNTYPED + 'import{h}from"./preact.js";export*from "./x.js"'
    )
    with pytest.raises(ValueError, match="not vendored"):
        rewritten("import x from 'lodash'")
