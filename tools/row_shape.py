"""Record the shape of a message's row: every attribute, key and word of the current version, with its type.

Usage: python -m tools.row_shape
A shape that is recorded is never written over: another one is another version (adapters/aws/row_versions.py).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from pydantic.json_schema import models_json_schema

from message_detail.adapters.aws.message_rows import ATTRIBUTES
from message_detail.adapters.aws.row_versions import CURRENT
from message_detail.domain.message import Message, Observation

FOLDER: Final = Path(__file__).parents[1] / "tests" / "rows" / "shapes"


def file(version: int = CURRENT) -> Path:
    """Where the shape of a version is recorded."""
    return FOLDER / f"{version}.json"


def shape() -> dict[str, str]:
    """What a row is like now: the types of the item's attributes, of the stored message's keys and of its events'."""
    schema = models_json_schema([(Message, "validation"), (Observation, "validation")])[1]
    attributes = {f"row.{name}": kind for name, kind in ATTRIBUTES.items()}
    return attributes | dict(line for name, part in schema["$defs"].items() for line in _lines(name, part))


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """The names of what is new, gone, or another in a shape."""
    return [name for name in sorted(before.keys() | after.keys()) if before.get(name) != after.get(name)]


def difference(recorded: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """What is no longer as it was recorded, in words."""
    return [
        f"{name} was {recorded.get(name, 'not there')}, and is {now.get(name, 'gone')}"
        for name in changed(recorded, now)
    ]


def _lines(name: str, part: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if "enum" in part:
        yield name, "one of " + ", ".join(part["enum"])
    for key, value in part.get("properties", {}).items():
        needed = "needed" if key in part.get("required", ()) else f"else {json.dumps(value.get('default', 'its own'))}"
        yield f"{name}.{key}", f"{_type(value)}; {needed}"


def _type(value: Mapping[str, Any]) -> str:
    """A JSON schema in a few words."""
    if "$ref" in value:
        return str(value["$ref"]).rpartition("/")[2]
    if "anyOf" in value:
        return " or ".join(map(_type, value["anyOf"]))
    if "const" in value:
        return json.dumps(value["const"])
    if "items" in value:
        return f"list of {_type(value['items'])}"
    return str(value.get("type", "anything")) + (f" like {value['pattern']}" if "pattern" in value else "")


def main() -> None:
    """Write the file; where another shape is recorded under the version, say what differs."""
    path = file()
    text = json.dumps(shape(), indent=1, ensure_ascii=False) + "\n"
    if path.is_file() and path.read_text(encoding="utf-8") != text:
        found = difference(json.loads(path.read_text(encoding="utf-8")), shape())
        sys.exit("\n".join([f"version {CURRENT} is recorded otherwise; make a new one in row_versions.py:", *found]))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    print(path)


if __name__ == "__main__":
    main()
