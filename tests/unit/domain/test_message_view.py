"""The text of an answer is that of the details with the circumstances put in, whatever stands in it."""

from __future__ import annotations

from typing import Any

import pytest

from message_detail.domain import json_codec
from message_detail.domain.message import Drift, Freshness, Message, Provenance, Via
from message_detail.domain.message_view import MessageView
from message_detail.domain.timeline import Snapshot, content_digest
from tests.unit.samples import message

AT = "2026-06-01T12:00:00.000Z"
LATER = "2026-06-01T12:05:00.000Z"
LIKE_OURS = ',"provenance":{"freshness":"live"}'


@pytest.mark.parametrize(
    "extensions", [{}, {"a": 1, "provenance": {"freshness": "x"}}, {"text": LIKE_OURS}], ids=["none", "member", "text"]
)
@pytest.mark.parametrize(
    "drift", [(), (Drift(path="provenance", problem="x", value=LIKE_OURS),)], ids=["without drift", "with drift"]
)
def test_a_text_with_other_circumstances_is_the_messages(extensions: dict[str, Any], drift: tuple[Drift, ...]) -> None:
    provenance = Provenance(fetched_at=AT, drift=drift)
    known = message().model_copy(update={"extensions": extensions, "provenance": provenance})
    shown = known.with_provenance(freshness=Freshness.STORED, fetched_at=LATER, via=Via.SYNC)
    view = MessageView(shown, Snapshot(known, AT, AT))
    assert view.text == json_codec.dumps(shown.as_json())


def test_a_text_and_a_digest_that_were_stored_are_the_answers() -> None:
    text = json_codec.dumps(message().as_json())
    view = MessageView(message(), Snapshot(message(), AT, AT, stored_digest="d" * 64, stored_text=text))
    assert (view.text, view.etag) == (text, f'W/"{"d" * 32}"')


def test_a_digest_of_another_release_is_made_anew() -> None:
    view = MessageView(message(), Snapshot(message(), AT, AT, stored_digest="d" * 64))
    assert view.etag == f'W/"{content_digest(message().as_json())[:32]}"'


def test_no_words_of_others_stand_behind_the_provenance() -> None:
    names = list(Message.model_fields)
    behind = names[names.index("provenance") + 1 :]
    assert {type(getattr(message(), name)) for name in behind} <= {bool}
