"""What stands for a message where its id must not be."""

from __future__ import annotations

import subprocess

from message_detail.domain.message_ids import message_digest, message_hash, message_id

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
