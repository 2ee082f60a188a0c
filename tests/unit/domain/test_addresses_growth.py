"""No text takes more than linear work to be read as addresses, whatever stands in it; nothing recurses on it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from message_detail.domain.addresses.encoded_words import decoded
from message_detail.domain.addresses.mailboxes import mailboxes
from message_detail.domain.addresses.reader import keys, read_all
from message_detail.providers.base.parties import parties, party

ODD: dict[str, Callable[[int], str]] = {
    "brackets that open": lambda n: "(" * n,
    "brackets that open before an address": lambda n: "(" * n + " <a@b.c>",
    "nested comments": lambda n: "(" * n + ")" * n,
    "empty comments": lambda n: "()" * n,
    "comments between separators": lambda n: "(,)," * n,
    "unclosed comments and separators": lambda n: "(," * n,
    "quotes": lambda n: '"' * n,
    "escaped quotes": lambda n: '"' + '\\"' * n,
    "quotes that open": lambda n: ' "a' * n,
    "quotes in comments": lambda n: '("' * n,
    "quotes before an at": lambda n: '"@' * n,
    "angles that open": lambda n: "<" * n,
    "links that open": lambda n: "<sip:" * n,
    "links that open and one that closes": lambda n: "<sip:" * n + ">",
    "empty angles": lambda n: "<>" * n,
    "ats": lambda n: "@" * n,
    "domains": lambda n: "a@b." * n,
    "dots": lambda n: "a@" + "." * n,
    "a word": lambda n: "a" * n,
    "a word of a list": lambda n: "b," * n,
    "a list": lambda n: "a@b.c, " * n,
    "a list of names": lambda n: "Doe, Jane <a@b.c>, " * n,
    "separators": lambda n: ",;\n" * n,
    "blanks": lambda n: " " * n,
    "blanks before a link": lambda n: " " * n + "mailto:a@b.c",
    "line breaks": lambda n: "\n" * n,
    "folded lines": lambda n: "\n " * n,
    "controls": lambda n: "\x00" * n,
    "colons": lambda n: "a:" * n,
    "groups": lambda n: "a: " * n,
    "digits": lambda n: "1" * n,
    "numbers": lambda n: "+61491570156 / " * n,
    "pluses": lambda n: "+" * n,
    "encoded words": lambda n: "=?utf-8?q?a?= " * n,
    "encoded words without an end": lambda n: "=?utf-8?q?a" * n,
    "encoded words of several charsets": lambda n: "=?utf-8?q?a?= =?latin1?q?b?= " * n,
    "an encoded word that holds a list": lambda n: "=?utf-8?q?" + "a@b.c,_" * n + "?=",
    "combining marks": lambda n: "a\u0301\u0316" * n,
    "combining marks of a domain": lambda n: "a@b" + "\u0301\u0316" * n,
    "labels of a domain": lambda n: "a@" + "\u00e4." * n + "com",
    "angles with addresses": lambda n: "<a@b.c> " * n,
    "quotes around addresses": lambda n: '"a@b.c"' * n,
    "quotes around a list": lambda n: '"' + "a@b.c," * n + '"',
    "bars between addresses": lambda n: "a@b.c|" * n,
    "escaped angles": lambda n: "&lt;a@b.c&gt;" * n,
    "numbers beside names": lambda n: "J +14155550123 " * n,
    "invisible characters": lambda n: "\u202a\u200b" * n,
}


def work(function: Callable[[str], object], text: str) -> int:
    """The bytecode instructions that a call takes."""
    count = 0

    def trace(frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal count
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        count += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        function(text)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
@pytest.mark.parametrize("function", [keys, mailboxes, parties, decoded])
def test_twice_the_text_is_twice_the_work(function: Callable[[str], object], odd: Callable[[int], str]) -> None:
    small, large = (work(function, odd(size)) for size in (300, 600))
    assert large < 3 * small + 1_000


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_the_largest_texts_are_read_to_their_end(odd: Callable[[int], str]) -> None:
    text = odd(340_000 // len(odd(2)))
    assert read_all(text) or not text.strip(" ,;\n\x00\u202a\u200b")
    found = party(text)
    assert found is not None
    assert found.address_raw == text
