"""A session's token says what it lets do and until when, and nobody else can say it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from message_detail.domain.session_tokens import (
    LONGEST_SECONDS,
    MAX_CHARACTERS,
    PREFIX,
    Session,
    claimed,
    is_genuine,
    signed,
)
from message_detail.domain.times import add_seconds

NOW = "2026-06-01T12:00:00.000Z"
KEY_HASH = hashlib.sha256(b"key").hexdigest()
SESSION = Session("ops", ("metadata", "read"), add_seconds(NOW, 60))
TOKEN = signed(SESSION, KEY_HASH)


def encoded(value: Any) -> str:
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def is_taken(token: str, key_hash: str = KEY_HASH) -> bool:
    session = claimed(token)
    return session is not None and is_genuine(token, session, key_hash)


def test_a_token_is_of_its_session() -> None:
    assert claimed(TOKEN) == SESSION
    assert is_taken(TOKEN)
    assert TOKEN.isascii()
    assert len(signed(Session("k" * 64, ("metadata", "read", "write", "admin"), NOW), KEY_HASH)) < MAX_CHARACTERS


def test_it_ends_with_its_key() -> None:
    assert not is_taken(TOKEN, hashlib.sha256(b"the next key of this name").hexdigest())


@pytest.mark.parametrize(
    ("seconds", "is_open"),
    [(1, True), (0, False), (-1, False), (LONGEST_SECONDS + 1, True), (LONGEST_SECONDS + 61, False)],
)
def test_it_is_open_until_its_end_and_never_for_longer_than_any_may(seconds: float, is_open: bool) -> None:
    assert Session("ops", (), add_seconds(NOW, seconds)).is_open(NOW) is is_open


@given(place=st.integers(0, len(TOKEN) - 1), character=st.characters(codec="ascii", categories=["L", "N", "P"]))
def test_one_character_changed_is_another_token(place: int, character: str) -> None:
    changed = TOKEN[:place] + character + TOKEN[place + 1 :]
    assert is_taken(changed) is (changed == TOKEN)


@pytest.mark.parametrize("cut", [*range(0, len(TOKEN), 7), len(TOKEN) - 1])
def test_a_part_of_a_token_is_none(cut: int) -> None:
    assert not is_taken(TOKEN[:cut])
    assert not is_taken(TOKEN + TOKEN[:cut] + ".")


CONTENT, MAC = TOKEN.removeprefix(PREFIX).split(".")
MORE = encoded(["ops", ["admin"], SESSION.expires_at])
JWT = f"{encoded({'alg': 'none', 'typ': 'JWT'})}.{encoded({'sub': 'ops', 'scopes': ['admin']})}."
FORGED = {
    "more scopes, the old proof": f"{PREFIX}{MORE}.{MAC}",
    "more scopes, no proof": f"{PREFIX}{MORE}.",
    "no dot": f"{PREFIX}{MORE}",
    "signed with the hash itself": f"{PREFIX}{MORE}."
    + encoded(hmac.new(KEY_HASH.encode(), MORE.encode(), hashlib.sha256).digest()),
    "signed with nothing": f"{PREFIX}{MORE}." + encoded(hmac.new(b"", MORE.encode(), hashlib.sha256).digest()),
    "another digest": f"{PREFIX}{CONTENT}.{encoded(hmac.new(KEY_HASH.encode(), CONTENT.encode(), 'sha512').digest())}",
    "padded": f"{PREFIX}{CONTENT}==.{MAC}",
    "spaced": f"{PREFIX}{encoded([SESSION.key_id, SESSION.scopes, SESSION.expires_at])}.{MAC}",
    "a JWT of no algorithm": JWT,
    "such a JWT as ours": PREFIX + JWT,
    "upper case": TOKEN.upper(),
    "a newline": f"{TOKEN}\n",
    "another alphabet": f"{PREFIX}☃.{MAC}",
}


@pytest.mark.parametrize("token", FORGED.values(), ids=FORGED)
def test_a_forged_token_is_nobody_s(token: str) -> None:
    assert not is_taken(token)


@pytest.mark.parametrize(
    "value",
    [
        None, [], {}, "x", 7, ["ops", ["read"]], [7, ["read"], NOW], ["ops", "read", NOW], ["ops", ["read"], 7],
        ["ops", ["read"], "soon"], ["ops", ["read"], "2026-06-01"], ["ops", ["read"], NOW, 1], ["ops", ["read"], None],
    ],
    ids=repr,
)  # fmt: skip
def test_what_is_said_in_another_way_is_not_read(value: Any) -> None:
    assert claimed(f"{PREFIX}{encoded(value)}.{MAC}") is None


@pytest.mark.parametrize("content", ["", "a", "%%%", encoded(b"\xff\xfe"), encoded(b"[" * 600), "A" * 10_000_000])
def test_what_is_no_token_at_all_is_read_in_no_time(content: str) -> None:
    assert claimed(f"{PREFIX}{content}.{MAC}") is None
