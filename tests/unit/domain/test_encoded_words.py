"""Encoded words in names (RFC 2047)."""

from __future__ import annotations

import pytest

from message_detail.domain.addresses.encoded_words import decoded, hide_an_address
from tests.unit.samples import odd_id


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("plain", "plain"),
        ("=?utf-8?q?J=C3=A1n?=", "Ján"),
        ("=?utf-8?q?J=00an?=", "Jan"),
        ("=?UTF-8?b?SsOh?=", "Já"),
        ("=?UTF-8?B?SsOhbg?=", "Ján"),
        ("=?UTF-8?B?SsOhbg==?=", "Ján"),
        ("=?UTF-8?B?SsOhbmE?=", "Jána"),
        # blanks between words are of the encoding, others are not
        ("a =?utf-8?q?b?= =?utf-8?q?c?= d", "a bc d"),
        ("=?utf-8?q?a?= =?iso-8859-1?q?b?= c =?utf-8?q?d?=e", "ab c de"),
        ("=?utf-8?B?SsM=?=\t=?UTF-8?B?oW4=?=", "Ján"),
    ],
)
def test_an_encoded_word_is_read(text: str, plain: str) -> None:
    assert decoded(text) == plain


@pytest.mark.parametrize(
    "text",
    [
        "=?no-such?q?a?= =?no-such?q?b?=",
        "=?utf-8?q?J=FF?=",
        "=?utf-7?q?=2BAEA-?=",
        "=?unicode-escape?q?J=5Cx41?=",
        "=?utf-8?q?é?=",
        "=?utf-8?B?SsOhb?=",
        "=?utf-8?x?J?=",
    ],
    ids=odd_id,
)
def test_an_encoded_word_that_cannot_be_read_stays_as_it_is(text: str) -> None:
    assert decoded(text) == text


@pytest.mark.parametrize("text", ["=?utf-8?q?jan=40ex.cz?=", "=?utf-8?q?jan@ex.cz?=", "a =?utf-8?q?J_<?="])
def test_an_encoded_header_holds_more_than_names(text: str) -> None:
    assert hide_an_address(text)
    assert not hide_an_address("=?utf-8?q?J=C3=A1n?= <jan@ex.cz>")
