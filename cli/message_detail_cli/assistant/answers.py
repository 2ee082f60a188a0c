"""How the tools read times and write answers."""

from __future__ import annotations

import argparse
import json
from typing import Annotated, Any

from pydantic import Field

from message_detail_cli.assistant.shown import NOTICE
from message_detail_cli.errors import UsageProblem
from message_detail_cli.moments import instant

Time = Annotated[str | None, Field(description="RFC 3339, or `2h`, `7d` ago, `today`, `yesterday`.")]


def answer(**values: Any) -> str:
    """JSON in as few characters as it takes, with the word on what others wrote first."""
    return json.dumps({"notice": NOTICE, **values}, ensure_ascii=False, separators=(",", ":"))


def instant_of(text: str | None) -> str | None:
    """A time as the API takes it; UsageProblem where it can't be read."""
    try:
        return None if text is None else instant(text)
    except argparse.ArgumentTypeError as error:
        raise UsageProblem(str(error)) from None
