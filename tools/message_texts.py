"""Take over from docs/message.md what each field of a message means, and an example, for what the API tells of itself.

Usage: python -m tools.message_texts
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tools.make_events import ADDRESS_PROVIDER
from tools.marked import DOCS

SOURCE: Final = DOCS / "message.md"
FILE: Final = (
    Path(__file__).parents[1] / "layers/message_detail/python/message_detail/entrypoints/openapi/message_texts.py"
)
_SECTION: Final = re.compile(r"^## `(\w+)`\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_ROW: Final = re.compile(r"^\| `([^`]+)` \| (.*?) \|(?: `(.*)`)? \|$", re.MULTILINE)
_LINK: Final = re.compile(r"\[([^\]]+)\]\([^)]*\)")
HEAD: Final = '''"""What each field of a message means, and an example. `tools.message_texts` makes it."""

# ruff: noqa: E501

from __future__ import annotations

from typing import Final

TEXTS: Final = r"""
'''


def texts() -> Iterator[str]:
    """A line per field: its model and name, what it means, and an example as JSON, where its own model has none."""
    for name, section in _SECTION.findall(SOURCE.read_text(encoding="utf-8")):
        for field, meaning, example in _ROW.findall(section):
            shown = example.replace(ADDRESS_PROVIDER, "<provider>")  # the package names no provider
            yield " | ".join((f"{name}.{field}", _sentence(_LINK.sub(r"\1", meaning)), shown))


def module() -> str:
    """The module's text."""
    return HEAD + "".join(f"{line.rstrip()}\n" for line in texts()) + '"""\n'


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"


if __name__ == "__main__":
    FILE.write_text(module(), encoding="utf-8")
    print(FILE)
