"""The lists that rows of an earlier version stand in are all found again."""

from __future__ import annotations

import pytest

from message_detail.domain.earlier_search_keys import entries_of_version_1
from message_detail.domain.message import Message, Party
from message_detail.domain.search_keys import Entry, address_list
from tests.unit.samples import ID, T0, message


def keys(found: Message) -> set[str]:
    entries = entries_of_version_1(found, T0)
    assert {(entry.sort_at, entry.message_id) for entry in entries} <= {(T0, ID)}
    return {entry.list.removeprefix(address_list("")) for entry in entries}


@pytest.mark.parametrize(
    ("written", "spellings"),
    [
        ("Jane@Example.com", {"jane@example.com"}),
        ("Jane Doe <Jane@Example.com>", {"jane doe <jane@example.com>", "jane@example.com"}),
        ("Jane <3 <Jane@Example.com> (x>y)", {"jane <3 <jane@example.com> (x>y)", "jane@example.com"}),
        ("tel:sms:+61491570156", {"sms:+61491570156"}),
        ("mailto:jane@example.com", {"jane@example.com"}),
        ("+61 (491) 570-156", {"+61491570156"}),
        ("TEL:+61.491/570.156", {"+61491570156"}),
        ("whatsapp:+61491570156", {"+61491570156"}),
        ("sms:0491 570 156", {"0491570156"}),
        ("0061 491 570 156", {"0061491570156", "+61491570156"}),
        ("My Shop", {"my shop"}),
        ("()", {"()"}),
        ("", set()),
    ],
)
def test_every_spelling_of_version_1_is_named(written: str, spellings: set[str]) -> None:
    """Digits of which the plus was written are named without it, too, which does no harm."""
    more = {spelling.removeprefix("+") for spelling in spellings if "+" in written}
    for party in (Party(address=written), Party(address_raw=written)):
        assert keys(message(from_=party)) == spellings | more


def test_every_party_is_named_by_its_address_and_by_what_was_written() -> None:
    names = ("from", "to", "cc", "bcc", "reply")
    people = {name: Party(address=f"{name}@example.com", address_raw=f"{name}@example.org") for name in names}
    full = message(
        from_=people["from"],
        to=(people["to"],),
        cc=(people["cc"],),
        bcc=(people["bcc"],),
        reply_to=(people["reply"],),
    )
    assert keys(full) == {f"{name}@example.{end}" for name in names for end in ("com", "org")}
    assert entries_of_version_1(message(), T0) == frozenset()
    assert Entry(address_list("to@example.com"), T0, ID) in entries_of_version_1(full, T0)
