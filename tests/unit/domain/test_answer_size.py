"""Answers stay below Lambda's 6 MB, and say what was left out."""

from __future__ import annotations

from typing import Any

import pytest

from message_detail.domain import json_codec
from message_detail.domain.answer_size import MAX_BYTES, MOST_DRIFT, TOO_LARGE, fit, fits, size_in_answer
from message_detail.domain.message import (
    Attachment,
    Body,
    Conversation,
    Drift,
    Failure,
    Labels,
    Message,
    Party,
    Provenance,
    Reference,
    Reply,
    Template,
    Upstream,
)
from tests.unit.samples import T0, message

MOST = 20_000
BIG = "x" * 30_000
MAILS = {"_emails": [{"html": "<p>" + "é" * 6_000 + "</p>", "id": f"mail-{i}"} for i in range(5)]}


def _fitted(**changes: Any) -> tuple[dict[str, Any], list[str]]:
    """The message as it fits, which is still one, and the places that it says were left out."""
    document = message(**changes).as_json()
    fitted = fit(document, MOST)
    assert size_in_answer(json_codec.dumps(fitted)) <= MOST
    assert Message.model_validate(fitted).as_json() == fitted
    assert document == message(**changes).as_json(), "the whole is left as it is"
    return fitted, [entry["path"] for entry in fitted["provenance"]["drift"] if entry["problem"] == TOO_LARGE]


def test_what_fits_is_the_same_object() -> None:
    document = message(body=Body(text="short")).as_json()
    assert fit(document) is document


def test_extensions_go_before_the_body() -> None:
    fitted, paths = _fitted(extensions={"raw": BIG, "small": "kept"}, body=Body(text="y" * 10_000))
    assert paths == ["extensions.raw"]
    assert fitted["extensions"] == {"raw": None, "small": "kept"}
    assert fitted["body"]["text"] == "y" * 10_000


def test_no_more_than_needed_is_left_out_and_the_largest_first() -> None:
    fitted, paths = _fitted(extensions={"a": "a" * 2_000, "b": "b" * 15_000, "c": "c" * 9_000})
    assert paths == ["extensions.b"]
    assert fitted["extensions"]["a"] == "a" * 2_000


def test_nothing_is_left_out_for_want_of_no_byte_and_something_for_one() -> None:
    drift = (Drift(path="field", problem="unknown_field"),)
    texts = {"a": "a" * 2_000, "b": "b" * 15_000, "c": "c" * 9_000}
    document = message(extensions=texts, provenance=Provenance(fetched_at=T0, drift=drift)).as_json()
    size = size_in_answer(json_codec.dumps(document))
    for left in ({"a": texts["a"], "b": None, "c": texts["c"]}, {"a": texts["a"], "b": None, "c": None}):
        fitted = fit(document, size - 1)
        assert fitted["extensions"] == left
        size = size_in_answer(json_codec.dumps(fitted))
        assert fit(document, size) == fitted


def test_the_longest_list_goes_first_and_what_is_in_extensions_with_them() -> None:
    few, many = (tuple(Party(address=f"person-{i}@example.com") for i in range(count)) for count in (50, 500))
    for fewer, more in (("to", "cc"), ("cc", "to")):
        fitted, paths = _fitted(extensions={"raw": [1] * 60_000}, **{fewer: few, more: many})
        assert paths == ["extensions", more]
        assert len(fitted[fewer]) == 50


def test_five_mails_of_a_thread_are_left_out_one_by_one() -> None:
    fitted, paths = _fitted(extensions=MAILS, body=Body(html="<p>this one</p>"))
    assert paths[0].startswith("extensions._emails[")
    assert [mail["id"] for mail in fitted["extensions"]["_emails"]] == [f"mail-{i}" for i in range(5)]
    assert fitted["body"]["html"] == "<p>this one</p>"


def test_the_body_goes_once_the_extensions_have_gone() -> None:
    fitted, paths = _fitted(extensions={"raw": BIG}, body=Body(text=BIG, html="<b>", preview="short"))
    assert paths == ["extensions.raw", "body.text"]
    assert (fitted["body"]["text"], fitted["body"]["preview"]) == (None, "short")


@pytest.mark.parametrize(
    ("place", "changes"),
    [
        ("subject", {"subject": BIG}),
        ("status_reason", {"status_reason": BIG}),
        ("failure.message", {"failure": Failure(message=BIG)}),
        ("replies[0].text", {"replies": (Reply(text=BIG),)}),
        ("replies", {"replies": (Reply(media=(BIG,)),)}),
        ("attachments[0].url", {"attachments": (Attachment(url=BIG),)}),
        ("template.name", {"template": Template(name=BIG)}),
        ("upstream.response.a", {"upstream": Upstream(response={"a": BIG})}),
        ("extensions.raw[0]", {"extensions": {"raw": [BIG, "kept"]}}),
        ("upstream.response", {"upstream": Upstream(response={f"field{i}": i for i in range(3_000)})}),
        ("upstream.response", {"upstream": Upstream(response=[[i] for i in range(9_000)])}),
        ("references", {"references": (Reference(type="external_id", value=BIG),)}),
        ("labels.tags", {"labels": Labels(tags=(BIG,))}),
        ("conversation.related_ids", {"conversation": Conversation(related_ids=(BIG,))}),
        ("to", {"to": tuple(Party(address=f"person-{i}@example.com") for i in range(500))}),
        ("extensions", {"extensions": {f"field{i}": {"n": i} for i in range(3_000)}}),
        ("extensions", {"extensions": {f"field{i}": "z" * 1_500 for i in range(300)}}),
    ],
)
def test_whatever_is_large_is_left_out_and_named(place: str, changes: dict[str, Any]) -> None:
    assert place in _fitted(**changes)[1]


def test_all_at_once_still_fits() -> None:
    texts = dict.fromkeys(("text", "html", "preview", "new_text", "quoted_text"), BIG)
    _fitted(
        extensions=MAILS,
        body=Body(**texts),
        subject=BIG,
        to=tuple(Party(name="n" * 999) for _ in range(500)),
        upstream=Upstream(response=[BIG] * 9),
        provenance=Provenance(fetched_at=T0, drift=tuple(Drift(path=f"f{i}", problem="p") for i in range(9_000))),
    )


def test_very_much_drift_costs_a_message_neither_its_body_nor_what_the_drift_is_about() -> None:
    drift = tuple(Drift(path=f"field{i}", problem="unknown_field") for i in range(9_000))
    unknown = {f"field{i}": i for i in range(100)}
    fitted, paths = _fitted(
        body=Body(text="t" * 2_000), extensions=unknown, provenance=Provenance(fetched_at=T0, drift=drift)
    )
    assert paths == ["provenance.drift"]
    assert (fitted["body"]["text"], fitted["extensions"]) == ("t" * 2_000, unknown)


def test_very_much_drift_is_cut_to_its_first_entries() -> None:
    drift = tuple(Drift(path=f"field{i}", problem="unknown_field") for i in range(9_000))
    fitted, paths = _fitted(provenance=Provenance(fetched_at=T0, drift=drift))
    assert paths == ["provenance.drift"]
    assert fitted["provenance"]["drift"][0]["path"] == "field0"


def test_much_drift_is_cut_before_the_body_goes_and_the_body_where_that_is_not_enough() -> None:
    drift = tuple(Drift(path=f"field{i}", problem="unknown_field") for i in range(MOST_DRIFT + 1))
    for notes, cut in ((drift[:-1], []), (drift, ["provenance.drift"])):
        fitted, paths = _fitted(body=Body(text="t" * 14_000), provenance=Provenance(fetched_at=T0, drift=notes))
        assert paths == [*cut, "body.text"]
        assert len(fitted["provenance"]["drift"]) == MOST_DRIFT + len(paths)


@pytest.mark.parametrize("character", ["a", "é", '"', "\\", "\x01", "😀", "語"])
def test_what_escapes_to_more_bytes_is_counted_as_it_is_sent(character: str) -> None:
    count = MAX_BYTES // size_in_answer(character)
    assert fits(character * count) == (size_in_answer(character * count) <= MAX_BYTES)
    assert not fits(character * (MAX_BYTES + 1))


@pytest.mark.parametrize("character", ["a", "é", '"', "\\", "\x01", "語"])
def test_a_text_fits_to_the_byte(character: str) -> None:
    for length in range(9):
        text = character * length
        assert fits(text, size_in_answer(text))
        assert not fits(text, size_in_answer(text) - 1)
