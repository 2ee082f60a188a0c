"""A message in the shapes that lists and answers have of it."""

from __future__ import annotations

from message_detail.domain.message import Body
from tests.unit.samples import message


def test_a_summary_is_the_message_without_its_text_and_what_its_provider_alone_knows() -> None:
    bare = message()
    whole = message(body=Body(text="Hello"), extensions={"cellcast": {"list": 7}})
    assert whole.summary() == bare
    assert whole.body.text == "Hello", "the message itself stays as it is"
