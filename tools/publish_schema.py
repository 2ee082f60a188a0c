"""Publish the canonical message as JSON Schema: docs/message.schema.json, made from the pydantic model.

Usage: python -m tools.publish_schema
"""

from __future__ import annotations

import json
from pathlib import Path

from message_detail.entrypoints.openapi.json_schemas import message_schema

FILE = Path(__file__).parents[1] / "docs" / "message.schema.json"


def text() -> str:
    """The contents of the published file."""
    return json.dumps(message_schema(), indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Write the file."""
    FILE.write_text(text(), encoding="utf-8")
    print(FILE)


if __name__ == "__main__":
    main()
