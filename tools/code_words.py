"""What a module says in its code, its prose left out: by which a test finds what names a provider."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path


def code_words(path: Path) -> set[str]:
    """The names, texts and imports of a module, but for its docstrings, in lower case."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return {word.casefold() for node in ast.walk(tree) if id(node) not in prose for word in _words(node)}


def _words(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield from (f"{node.module}.{alias.name}" for alias in node.names)
