"""Publish the canonical message as JSON Schema: docs/message.schema.json, made from the pydantic model.

Usage: python -m tools.publish_schema
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from message_detail.domain.message import Message

FILE = Path(__file__).parents[1] / "docs" / "message.schema.json"


def schema() -> dict[str, Any]:
    """The schema of a message as it is answered, where every key is always there."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Message.model_json_schema(by_alias=True, mode="serialization"),
    }


def text() -> str:
    """The contents of the published file."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Write the file."""
    FILE.write_text(text(), encoding="utf-8")
    print(FILE)


if __name__ == "__main__":
    main()
