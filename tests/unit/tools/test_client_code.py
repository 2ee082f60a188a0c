"""The made parts of the Python client are those that the OpenAPI document makes today."""

from __future__ import annotations

import pytest

from tools.client_code import FOLDER, answers, routes


@pytest.mark.parametrize(("file", "made"), [("answers.py", answers), ("routes.py", routes)], ids=["answers", "routes"])
def test_the_files_are_up_to_date(file: str, made: object) -> None:
    assert callable(made)
    assert (FOLDER / file).read_text(encoding="utf-8") == made(), "run: python -m tools.client_code"
