"""The table's keys are made in one place, and only one module calls DynamoDB."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

import message_detail
from message_detail.adapters.aws.key_schema import KINDS
from tests.unit.kinds import strays

ADAPTERS: Final = Path(message_detail.__file__).parent / "adapters"
OTHERS: Final = [
    path for path in sorted(ADAPTERS.rglob("*.py")) if path.relative_to(ADAPTERS).as_posix() != "aws/key_schema.py"
]
PREFIXES: Final = {kind.pk.partition("#")[0] + "#" for kind in KINDS} | {
    kind.sk.partition("#")[0] + "#" for kind in KINDS if re.match("[a-z]+#", kind.sk)
}
CALLS: Final = (
    ".get_item", ".put_item", ".update_item", ".delete_item", ".batch_get_item", ".batch_write_item",
    ".transact_get_items", ".transact_write_items", ".execute_statement", "client.query", "client.scan",
)  # fmt: skip


def _texts(tree: ast.Module) -> Iterator[str]:
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.value


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.relative_to(ADAPTERS).as_posix())
def test_no_other_module_of_the_adapters_spells_a_key(path: Path) -> None:
    texts = list(_texts(ast.parse(path.read_text(encoding="utf-8"))))
    assert [text for text in texts if text.startswith(tuple(PREFIXES))] == []


def test_one_module_of_the_adapters_calls_dynamodb() -> None:
    calling = [path.stem for path in sorted(ADAPTERS.rglob("*.py")) if any(one.endswith(CALLS) for one in _names(path))]
    assert calling == ["circuits", "table"], "circuits has what Powertools asks in the place of a client"


def _names(path: Path) -> Iterator[str]:
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    yield from (ast.unparse(node) for node in nodes if isinstance(node, ast.Attribute))


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ({"pk": {"S": "message#cellcast:default:a#b"}, "sk": {"S": "message"}, "revision": {"N": "1"}}, []),
        ({"pk": {"S": "secret#x"}, "sk": {"S": "message"}}, ["secret#x / message is of the kinds []"]),
        ({"pk": {"S": "dead#samva"}, "sk": {"S": "2026"}, "body": {"S": "x"}}, ["dead#samva / 2026: body (S)"]),
        ({"pk": {"S": "dead#samva"}, "sk": {"S": "2026"}, "count": {"S": "1"}}, ["dead#samva / 2026: count (S)"]),
    ],
    ids=["known", "unknown key", "unknown attribute", "other type"],
)
def test_what_the_functions_write_is_held_to_the_kinds(item: dict[str, dict[str, str]], said: list[str]) -> None:
    """Of every item that a test of the entrypoints leaves in the table, by `tests/unit/entrypoints/conftest.py`."""
    assert strays([item]) == said
