"""The README's table of what providers can tell is that which the code makes."""

from __future__ import annotations

import pytest

from message_detail import providers
from tools.provider_features import PART, recorded, replies, table, webhooks


def test_the_readme_has_the_table_as_it_is_made() -> None:
    assert PART.read() == PART.updated(table()), f"python -m {PART.tool} writes it"


@pytest.mark.parametrize("name", providers.names())
def test_each_provider_has_a_row_made_of_recorded_answers(name: str) -> None:
    assert recorded(name)
    assert webhooks(name) in {"a relay of yours", "with a secret", "signed, a secret", "signed, the vendor's key"}
    assert f"| {providers.provider_title(name)} | " in table()


def test_replies_are_told_on_a_message_or_as_messages() -> None:
    alone = {"replies": [], "direction": "outbound"}
    assert replies([alone]) == "–"
    assert replies([{**alone, "replies": [{}]}, {**alone, "direction": "inbound"}]) == "on the message, as messages"
