"""Accounts whose content is not stored."""

from __future__ import annotations

import hashlib

from message_detail.domain.content_policy import MARK, without_content
from message_detail.domain.message import Attachment, Body, Parameter, Reply, Template, Upstream
from tests.unit.samples import T0, message

FULL = message(
    subject="Your booking",
    body=Body(text="Table for two", html="<p>Table for two</p>", content_type="text/html"),
    template=Template(id="t1", parameters=(Parameter(name="name", value="Guest Person"),)),
    attachments=(Attachment(url="https://files.example.com/booking.pdf"),),
    replies=(Reply(text="Thank you", at=T0),),
    upstream=Upstream(message_id="up-1", response={"echo": "Table for two"}),
    extensions={"note": "Guest Person"},
)


def test_nothing_of_the_content_is_left() -> None:
    text = without_content(FULL).model_dump_json()
    for content in ("booking", "Table", "Guest", "Thank"):
        assert content not in text


def test_lengths_and_hashes_stand_in_its_place() -> None:
    withheld = without_content(FULL).extensions[MARK]
    assert withheld["body.text"] == {"length": 13, "sha256": hashlib.sha256(b"Table for two").hexdigest()}
    extensions = b'{"note":"Guest Person"}'
    assert withheld["extensions"] == {"length": len(extensions), "sha256": hashlib.sha256(extensions).hexdigest()}
    assert set(withheld) == {
        "subject",
        "body.text",
        "body.html",
        "template.parameters[0].value",
        "attachments",
        "replies[0].text",
        "upstream.response",
        "extensions",
    }


def test_what_is_no_content_stays() -> None:
    bare = without_content(FULL)
    assert (bare.status, bare.upstream.message_id, bare.body.content_type) == (FULL.status, "up-1", "text/html")
    assert bare.template is not None
    assert bare.template.parameters[0].name == "name"
    assert bare.replies[0].at == T0


def test_a_message_without_content_has_nothing_withheld() -> None:
    assert without_content(message()).extensions == {}
