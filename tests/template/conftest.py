"""The template as SAM makes it for CloudFormation, made once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.template.reading import ROOT
from tools.lint_template import translate


@pytest.fixture(scope="session")
def translated() -> dict[str, Any]:
    """The whole template."""
    return translate(ROOT / "template.yaml")
