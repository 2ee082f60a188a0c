"""JSON without loss and without surprises."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from message_detail import jsontext

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(values)
def test_what_is_written_is_read_back(value: object) -> None:
    assert jsontext.loads(jsontext.dumps(value)) == value
    assert json.loads(jsontext.canonical(value)) == value


@pytest.mark.parametrize("text", ["0.1", "1.5e3", "0.031", "12345.678"])
def test_ordinary_numbers_stay_numbers(text: str) -> None:
    assert jsontext.loads(text) == float(text)


@pytest.mark.parametrize("text", ["0.1234567890123456789", "1e999", "9007199254740993.1", "1e-99999999999999999999"])
def test_numbers_that_no_float_holds_stay_text(text: str) -> None:
    assert jsontext.loads(text) == text


def test_brackets_in_strings_are_no_nesting() -> None:
    text = json.dumps(["[" * 5000, {"}": '\\"[' * 200}])
    assert jsontext.loads(text) == json.loads(text)


@pytest.mark.parametrize("text", ["[" * 101 + "]" * 101, "[" * 100_000, '{"a":' * 500 + "1" + "}" * 500])
def test_deep_nesting_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="deep"):
        jsontext.loads(text)


def test_lone_surrogates_become_writable() -> None:
    assert jsontext.loads('{"\\ud83d":"\\udc00"}') == {"\ufffd": "\ufffd"}
    assert jsontext.loads('"\\ud83d\\ude00"') == "\U0001f600"
