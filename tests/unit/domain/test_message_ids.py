"""What stands for a message where its id must not be."""

from __future__ import annotations

import re
import subprocess

import pytest

from message_detail.domain.errors import InvalidRequest
from message_detail.domain.message_ids import (
    HASH_DIGITS,
    ID_PATTERN,
    MAX_ID_BYTES,
    check_message_id,
    message_digest,
    message_hash,
    message_id,
)
from tests.unit.samples import ODD_CHARACTERS, odd_id

ID = message_id("samva", "default", "m1")


def test_the_hash_of_a_message_is_what_the_documented_command_prints() -> None:
    printed = subprocess.run(
        "printf %s 'samva:default:m1' | sha256sum | cut -c1-16", shell=True, capture_output=True, text=True, check=True
    )
    assert message_hash(ID) == printed.stdout.strip()


def test_objects_in_the_bucket_and_lines_of_the_log_are_found_by_the_same_digest() -> None:
    assert message_digest(ID).startswith(message_hash(ID))


def test_an_id_that_utf_8_cannot_write_has_a_hash_of_its_own() -> None:
    assert message_hash("samva:default:\ud800") != message_hash("samva:default:?")
    assert len(message_hash("samva:default:\ud800")) == HASH_DIGITS


@pytest.mark.parametrize(
    "sound",
    [
        "x",
        "../..",
        " ",
        "+61491570156",
        "<a@b>",
        "ü" * (MAX_ID_BYTES // 2),
        "\U0001f600",
        "\u200d",
        "\ufdf0",
        "\U000f0000",
    ],
    ids=odd_id,
)
def test_ids_are_opaque_but_for_their_size(sound: str) -> None:
    assert check_message_id(sound) == sound
    assert re.search(ID_PATTERN, sound)


@pytest.mark.parametrize("character", ODD_CHARACTERS, ids=lambda character: f"U+{ord(character):04X}")
def test_an_id_that_no_queue_header_or_log_can_carry_is_refused_with_the_character_named(character: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        check_message_id(f"a{character}b", "message_ids[7]")
    assert caught.value.detail == (
        f"message_ids[7]: holds a character (U+{ord(character):04X}) that no message id has: control characters, line "
        "breaks and what is no character of Unicode are refused"
    )
    assert caught.value.status == 400


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        ("", "must not be empty"),
        ("x" * (MAX_ID_BYTES + 1), "must have at most 1500 bytes of UTF-8"),
        ("é" * (MAX_ID_BYTES // 2) + "x", "must have at most 1500 bytes of UTF-8"),
    ],
    ids=["empty", "long", "long in bytes"],
)
def test_an_id_that_no_key_can_hold_is_refused(odd: str, reason: str) -> None:
    with pytest.raises(InvalidRequest, match=f"^message_id: {reason}$"):
        check_message_id(odd)
