"""Which scopes include others."""

from __future__ import annotations

import pytest

from message_detail.domain.scopes import ADMIN, METADATA, READ, WRITE, granted


@pytest.mark.parametrize(
    ("scopes", "all_of_them"),
    [
        ((READ,), {READ, METADATA}),
        ((READ, WRITE), {READ, METADATA, WRITE}),
        ((METADATA,), {METADATA}),
        ((WRITE, ADMIN), {WRITE, ADMIN}),
        ((), set()),
    ],
)
def test_who_reads_all_reads_what_became_of_messages_too(scopes: tuple[str, ...], all_of_them: set[str]) -> None:
    assert granted(scopes) == all_of_them
