"""docs/operations.md lists every line of the log, with its level and keys, as the code writes it; and no other."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import message_detail

PACKAGE = Path(message_detail.__file__).parent
PAGE = Path(__file__).parents[2] / "docs" / "operations.md"
LEVELS = ("info", "warning", "error")


@dataclass(frozen=True)
class Line:
    """A line of the log: its text, its level and the names of its keys."""

    text: str
    level: str
    keys: frozenset[str]


def _calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Each call in a module that writes a line, and the line's level. observability calls its own functions."""
    of = "" if path.name == "observability.py" else "observability."
    levels = {f"{of}{level}": level for level in LEVELS}
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in levels:
            yield levels[ast.unparse(node.func)], node


def written() -> Iterator[Line]:
    """Each line that the package writes."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for level, call in _calls(path):
            (text,) = call.args
            assert isinstance(text, ast.Constant), f"{path.name}: {ast.unparse(text)}: what varies is a key of its own"
            yield Line(str(text.value), level, frozenset(word.arg for word in call.keywords if word.arg is not None))


def listed() -> list[Line]:
    """The rows of the page's table."""
    table = PAGE.read_text().partition("\n### Lines of the log\n")[2].partition("\n### ")[0]
    rows = re.findall(r"^\| `([^`]+)` \| (\w+) \| ([^|]*) \| [^|]+ \|$", table, re.MULTILINE)
    assert len(rows) == table.count("\n|") - 2, "a row is written in another way"
    return [Line(text, level, frozenset(re.findall(r"`(\w+)`", keys))) for text, level, keys in rows]


def test_the_page_lists_every_line_and_no_other() -> None:
    """A line's text never changes: by it a line is found, and nothing of a message gets into it."""
    lines = set(written())
    assert sorted(line.text for line in listed()) == sorted({line.text for line in lines})
    assert set(listed()) == lines


def test_nothing_is_logged_in_another_way() -> None:
    """Neither by the logger itself nor by `print`: only observability's lines have the keys that all have."""
    for path in PACKAGE.rglob("*.py"):
        if path.name != "observability.py":
            text = path.read_text()
            assert not re.search(r"\blogger\(\)|\bgetLogger\b|(?<![\w.])print\(|^import logging", text, re.MULTILINE), (
                path
            )
