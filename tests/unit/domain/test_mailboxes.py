"""Which texts are an e-mail address and nothing else, and whose an address is."""

from __future__ import annotations

import pytest

from message_detail.domain.addresses.mailboxes import addr_spec, mailboxes


@pytest.mark.parametrize("text", ['ja"ne"@ex.com', 'j"ane"@ex.com', 'jane"@ex.com', '"@ex.com', '""@ex.com'])
def test_quotes_are_around_a_whole_local_part_that_is_there(text: str) -> None:
    assert addr_spec(text) is None


def test_quotes_stay_where_the_local_part_needs_them() -> None:
    assert addr_spec('"jane"@ex.com') == "jane@ex.com"
    assert addr_spec('"jane doe"@ex.com') == '"jane doe"@ex.com'
    assert addr_spec('Team:"jane doe"@ex.com') == '"jane doe"@ex.com'


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Jane +14155550123", ["Jane"]),
        ("Jane (+14155550123)", ["Jane"]),
        ("A <a@ex.com> B <b@ex.com>", ["A", "B"]),
        ("a@ex.com b@ex.com", [None, None]),
    ],
)
def test_whoever_is_named_has_the_name_beside_the_address(text: str, names: list[str | None]) -> None:
    assert [box.name for box in mailboxes(text)] == names
