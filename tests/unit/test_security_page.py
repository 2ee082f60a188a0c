"""docs/security.md says what proves each promise; what it names has to be there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/security.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`((?:unit|template|integration|browser)/[\w/]+\.py)(?:::(\w+))?`", PAGE)))


@pytest.mark.parametrize(("file", "test"), NAMED, ids=["::".join(filter(None, named)) for named in NAMED])
def test_what_the_page_calls_a_proof_is_a_test(file: str, test: str) -> None:
    text = (ROOT / "tests" / file).read_text(encoding="utf-8")
    is_held_to_a_contract = not test and "= held_to(" in text  # its tests stand in message_detail.testing
    assert is_held_to_a_contract or re.search(rf"^def {test or 'test_'}", text, re.MULTILINE), (
        f"{file}: {test or 'test'}"
    )


def test_every_threat_has_a_proof() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith("| threat")]
    assert len(rows) > 30
    for row in rows:
        assert re.search(r"\| `(unit|template|integration|browser)/\S+\.py", row), row
