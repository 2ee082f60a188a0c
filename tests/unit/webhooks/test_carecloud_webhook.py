"""CareCloud's webhook: whatever relay the user sets up posts ids."""

from __future__ import annotations

from typing import Any

import pytest

from message_detail.testing import Scheme
from tests.unit.webhooks import relayed
from tests.unit.webhooks.schemes.carecloud import SCHEMES

every = pytest.mark.parametrize("scheme", SCHEMES, ids=str)


@every
def test_ids_are_taken_and_nothing_else(scheme: Scheme) -> None:
    relayed.check_good(scheme)


@every
@pytest.mark.parametrize("body", relayed.BAD.values(), ids=relayed.BAD)
def test_anything_else_is_unreadable(scheme: Scheme, body: Any) -> None:
    relayed.check_bad(scheme, body)


@every
def test_it_is_a_hint(scheme: Scheme) -> None:
    relayed.check_declaration(scheme)


@every
def test_whole_numbers_are_ids_and_rounded_ones_are_refused(scheme: Scheme) -> None:
    relayed.check_numbers(scheme)


@every
@pytest.mark.parametrize("message_id", relayed.UNUSABLE, ids=ascii)
def test_an_id_that_no_message_has_is_named(scheme: Scheme, message_id: str) -> None:
    relayed.check_unusable(scheme, message_id)
