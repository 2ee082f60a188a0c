"""Every provider's list is held to the contract; and what two of them promise beyond it."""

from __future__ import annotations

from message_detail.testing import ListContract, held_to
from message_detail.testing.contract.lists import COUNT, Heavy
from tests.unit.providers.cases import CASES

for _name, _case in CASES.items():
    globals()[f"Test{_name.capitalize()}"] = held_to(ListContract, _name, facts=_case.lists)


def test_only_what_is_too_large_is_read_message_by_message() -> None:
    heavy = Heavy(CASES["samva"].lists, {37: 6_000})
    assert len(heavy.walk()[0]) == COUNT - 1
    assert heavy.calls < 30
