"""The table's page says what the key schema says."""

from __future__ import annotations

from tools.table_reference import PART, reference


def test_the_page_of_the_table_is_made_of_the_key_schema() -> None:
    assert PART.updated(reference()) == PART.read(), "run: python -m tools.table_reference"
