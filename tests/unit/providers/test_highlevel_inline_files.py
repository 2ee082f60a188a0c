"""Files that stand in HighLevel's answers themselves are never stored: size and SHA-256 stand for them."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest

from tests.unit.providers.highlevel_case import message, normalized, problems, raw, raw_email

BYTES = b"\x89PNG" + b"inline " * 40
ENCODED = base64.b64encode(BYTES).decode()
DATA = f"data:image/png;base64,{ENCODED}"
SHA256 = hashlib.sha256(BYTES).hexdigest()
URL = "https://media.example.com/a.jpg"

SHAPES: list[Any] = [
    [DATA],
    DATA,
    [f" {DATA} "],
    [DATA.replace("data:", "DATA:")],
    [{"url": DATA, "name": "a.png"}],
    [{"content": ENCODED, "name": "a.png", "contentType": "image/png"}],
    [{"data": DATA}],
    [{"base64": ENCODED, "mimeType": "image/png"}],
    {"url": DATA},
]


@pytest.mark.parametrize("attachments", SHAPES, ids=lambda shape: str(shape)[:40])
@pytest.mark.parametrize("place", ["message", "email"])
def test_an_inline_file_is_told_by_size_and_hash(attachments: Any, place: str) -> None:
    if place == "message":
        found = message(attachments=attachments)
    else:
        found = message(messageType="TYPE_EMAIL", type=3, _email=raw_email(attachments=attachments))
    [attachment] = found.attachments
    assert (attachment.url, attachment.size, attachment.sha256) == (None, len(BYTES), SHA256)
    assert attachment.content_type in (None, "image/png")
    assert ENCODED[:40] not in json.dumps(found.as_json())


@pytest.mark.parametrize(
    "item",
    [
        {"url": URL, "thumbnail": DATA},
        {"url": URL, "preview": {"data": ENCODED}},
        {"url": URL, "data": ENCODED},
        [[DATA]],
        {"a": {"b": {"c": {"d": {"e": {"url": DATA}}}}}},
        {"url": URL, "versions": [[[[[DATA]]]]]},
    ],
    ids=repr,
)
def test_no_inline_file_is_kept_anywhere(item: Any) -> None:
    other = {"_emails": [raw_email("Eml2", attachments=[item])]}
    found = normalized(raw(attachments=[item], _email=raw_email(attachments=[item]), **other)).message
    assert ENCODED[:40] not in json.dumps(found.as_json())
    if "url" in item:
        assert URL in [attachment.url for attachment in found.attachments]


def test_a_data_address_of_plain_text_and_one_that_is_broken() -> None:
    plain, broken = message(attachments=["data:text/plain,two%20words", "data:image/png;base64,%%%"]).attachments
    assert (plain.size, plain.sha256) == (9, hashlib.sha256(b"two words").hexdigest())
    assert (broken.url, broken.size) == (None, 25)


def test_a_short_word_under_a_files_name_is_kept() -> None:
    found = message(attachments=[{"url": URL, "data": "abc"}])
    assert found.extensions["attachments"] == [{"url": URL, "data": "abc"}]
    assert problems(found) == {}


@pytest.mark.parametrize("key", ["src", "downloadUrl", "publicUrl", "mediaUrl"])
def test_a_files_address_has_many_names(key: str) -> None:
    [attachment] = message(attachments=[{key: URL, "size": "123"}]).attachments
    assert (attachment.url, attachment.size) == (URL, 123)


def test_white_space_around_an_address_is_not_part_of_it() -> None:
    assert [one.url for one in message(attachments=[f" {URL}\n", " "]).attachments] == [URL]
