"""A provider's answer is kept whole, is made only where it is needed, and fits into an answer of ours."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from message_detail.domain import json_codec
from message_detail.domain.answer_size import fits
from message_detail.domain.sealed_answer import SealedAnswer, at_pointer, pointer, shortened

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
DOCUMENTS = st.dictionaries(st.text(), VALUES, max_size=4)


@given(DOCUMENTS)
def test_a_document_is_kept_as_it_is(document: dict[str, Any]) -> None:
    assert SealedAnswer(lambda: SealedAnswer.of(lambda: document).text).document() == json_codec.loads(
        json_codec.dumps(document)
    )


def test_what_nobody_asks_for_is_never_made() -> None:
    def document() -> dict[str, Any]:
        made.append(1)
        return {"id": "x"}

    made: list[int] = []
    answer = SealedAnswer.of(document)
    assert made == []
    assert (answer.document(), answer.text, answer.document()) == ({"id": "x"}, '{"id":"x"}', {"id": "x"})
    assert made == [1]


@pytest.mark.parametrize("text", ["", "[]", '"x"', "null", '{"id":', "nonsense", "[" * 100_000], ids=range(7))
def test_what_is_no_answer_of_ours_is_told(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # whatever it is instead
        SealedAnswer(lambda: text).document()


def test_what_fits_stays_as_it_is() -> None:
    document = {"a": ["x" * 5_000]}
    assert shortened(document) == (document, [])
    assert shortened("x") == ("x", [])


def test_the_largest_texts_are_left_out_and_are_where_it_says() -> None:
    document = {"a/b": {"~": ["x" * 9_000, "é" * 4_000]}, "id": "x", "short": "y" * 999}
    short, left_out = shortened(document, 8_000)
    assert left_out == ["/a~1b/~0/1", "/a~1b/~0/0"]  # a letter beyond ASCII takes six bytes
    assert short == {"a/b": {"~": [None, None]}, "id": "x", "short": "y" * 999}
    assert [at_pointer(document, place) for place in left_out] == ["é" * 4_000, "x" * 9_000]
    assert document["a/b"] == {"~": ["x" * 9_000, "é" * 4_000]}


@pytest.mark.parametrize(
    "value",
    [
        {"many": [str(n) for n in range(5_000)], "id": "x"},
        {str(n): "y" * 500 for n in range(100)},
        [["y" * 500] * 100],
        "x" * 50_000,
        {"quotes": '"\\' * 10_000},
        {"a": {"b": [{"c": '"' * 30_000}] * 3}},
    ],
    ids=range(6),
)
def test_whatever_it_is_it_fits(value: Any) -> None:
    short, left_out = shortened(value, 9_000)
    assert left_out
    assert fits(json_codec.dumps([short, left_out]), 9_020)


@given(DOCUMENTS)
def test_every_place_has_a_pointer(document: dict[str, Any]) -> None:
    assert at_pointer(document, "") is document
    for key, value in document.items():
        assert at_pointer(document, pointer((key,))) is value


@pytest.mark.parametrize(
    "place", ["a", "/nowhere", "/list/3", "/list/-1", "/list/x", "/text/0", "/list/²", "/list/" + "9" * 2_000, "//"]
)
def test_a_pointer_to_nothing_finds_nothing(place: str) -> None:
    document = json.loads('{"list": [1, 2, 3], "text": "abc"}')
    with pytest.raises((LookupError, TypeError, ValueError)):
        at_pointer(document, place)
