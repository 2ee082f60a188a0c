"""Who reads and writes an item by the key schema is who may by the template."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest

from message_detail.adapters.aws.key_schema import COMMAND, KINDS, KeyKind
from tests.template.reading import FUNCTIONS, PROVIDERS
from tests.template.test_rights import READ, WRITE, may

PROVIDER: Final = PROVIDERS[0]
PARTS: Final[dict[str, Any]] = {
    "message_id": f"{PROVIDER}:default:1", "list": f"account#{PROVIDER}#default", "shard": 0, "digest": "d",
    "event": f"{PROVIDER}#1", "provider": PROVIDER, "account": "default", "sync_id": "s", "part": "p", "key_id": "k",
    "erase_id": "e", "endpoint": "crm", "event_id": "evt_1",
}  # fmt: skip
OTHERS: Final = tuple(provider.capitalize() for provider in PROVIDERS[1:])
WAYS: Final = {"read": (READ, lambda kind: kind.read_by), "write": (WRITE, lambda kind: kind.written_by)}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("prefix", sorted({kind.prefix for kind in KINDS}))
def test_those_who_are_said_to_touch_an_item_are_those_who_may(prefix: str, way: str) -> None:
    """Kinds that share a prefix share its rights."""
    names: tuple[tuple[str, ...], Callable[[KeyKind], tuple[str, ...]]] = WAYS[way]
    kinds = [kind for kind in KINDS if kind.prefix == prefix]
    said = {one for kind in kinds for one in names[1](kind)} - {COMMAND}
    allowed = {
        function.removeprefix(PROVIDER.capitalize()).lower()
        for function in FUNCTIONS
        if not function.startswith(OTHERS)
        and any(may(function, action, kind.partition(**PARTS)) for action in names[0] for kind in kinds)
    }
    assert said == allowed
