"""docs/explanations.md has every sentence, and each recording its explanation: what changes there callers will see."""

from __future__ import annotations

import pytest

from message_detail import providers
from message_detail.domain.explanation.failure_texts import FAILURES
from message_detail.domain.explanation.status_texts import STATUSES
from message_detail.domain.message import Kind
from tests.recorded import recordings
from tools.explanations import EXAMPLES, PART, golden, golden_file, page

AGAIN = "run `python -m tools.explanations`, and read what has changed"


def test_the_page_is_in_step_with_the_tables() -> None:
    assert PART.updated(page()) == PART.read(), f"docs/explanations.md is out of step: {AGAIN}"


def test_the_page_has_every_status_category_and_kind() -> None:
    text = PART.read()
    assert all(f"\n| `{word.value}` |" in text for word in (*STATUSES, *FAILURES))
    assert all(f"`{kind.value}`" in text for kind in Kind)
    assert set(EXAMPLES) < set(Kind)


def test_no_sentence_of_the_page_is_left_open() -> None:
    sentences = [line for line in page().splitlines() if "09:15:04 UTC" in line]
    assert len(sentences) > 200
    for line in sentences:
        assert not {"{", "}"} & set(line), line
        assert line.endswith(". |"), line
        assert "  " not in line, line


@pytest.mark.parametrize("provider", providers.names())
def test_each_recording_is_explained_as_it_was(provider: str) -> None:
    file = golden_file(provider)
    assert file.is_file(), f"{file.name} of {provider} is missing: {AGAIN}"
    assert golden(provider) == file.read_text(encoding="utf-8"), AGAIN


@pytest.mark.parametrize("provider", providers.names())
def test_each_recording_that_ends_in_a_message_has_its_explanation(provider: str) -> None:
    told = {line.partition(":")[0] for line in golden(provider).splitlines() if line and not line.startswith(" ")}
    assert told == {one.name for one in recordings(provider) if one.succeeds}
