"""JSON without loss and without surprises."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from message_detail.domain import json_codec

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(values)
def test_what_is_written_is_read_back(value: object) -> None:
    assert json_codec.loads(json_codec.dumps(value)) == value
    assert json.loads(json_codec.canonical(value)) == value


@pytest.mark.parametrize("text", ["0.1", "1.5e3", "0.031", "12345.678"])
def test_ordinary_numbers_stay_numbers(text: str) -> None:
    assert json_codec.loads(text) == float(text)


@pytest.mark.parametrize("text", ["0.1234567890123456789", "1e999", "9007199254740993.1", "1e-99999999999999999999"])
def test_numbers_that_no_float_holds_stay_text(text: str) -> None:
    assert json_codec.loads(text) == text


def test_brackets_in_strings_are_no_nesting() -> None:
    text = json.dumps(["[" * 5000, {"}": '\\"[' * 200}])
    assert json_codec.loads(text) == json.loads(text)
    flat = json.dumps([["a"]] * 200)
    assert json_codec.loads(flat) == json.loads(flat)


def test_a_hundred_levels_are_read() -> None:
    """Those that are looked at closely because of a bracket in a string, too."""
    for text in ("[" * 100 + "]" * 100, '["[",' + "[" * 99 + "]" * 100, '{"a":"[","b":' * 100 + "1" + "}" * 100):
        assert json_codec.loads(text) == json.loads(text)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_bytes_are_utf_8_with_or_without_its_mark(mark: bytes) -> None:
    assert json_codec.loads(mark + '"Ž"'.encode()) == "Ž"
    with pytest.raises(ValueError, match="utf-8"):
        json_codec.loads(b'"\xff"')


@pytest.mark.parametrize("text", ["[" * 101 + "]" * 101, "[" * 100_000, '{"a":' * 500 + "1" + "}" * 500])
def test_deep_nesting_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="deep"):
        json_codec.loads(text)


def test_lone_surrogates_become_writable() -> None:
    assert json_codec.loads('{"\\ud83d":"\\udc00"}') == {"\ufffd": "\ufffd"}
    assert json_codec.loads('"\\uD83D"') == "\ufffd"
    assert json_codec.loads('"\\ud83d\\ude00"') == "\U0001f600"


# --- texts that nobody means well


@pytest.mark.parametrize("sign", ["", "-"])
def test_a_number_of_thousands_of_digits_is_kept_to_the_last_one(sign: str) -> None:
    for number in (sign + "7" * 5000, sign + "7." + "7" * 5000, sign + "7" * 301, sign + "7e" + "9" * 5000):
        assert json_codec.loads(f'{{"n":{number},"m":1}}') == {"n": number, "m": 1}
    assert json_codec.loads(sign + "7" * 299) == int(sign + "7" * 299)
    assert json_codec.loads("7." + "0" * 298) == 7.0


@pytest.mark.parametrize(
    "text",
    ["[" * 101 + '"', '{"a":"' + '\\"' * 5000, "[" * 200 + '"' + "\\" * 4999, "[" * 101 + '"]' * 5000, '"' * 5001],
)
def test_an_unclosed_string_is_no_json(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # which of the reasons it is doesn't matter
        json_codec.loads(text)


def test_nesting_is_counted_as_the_decoder_counts_it() -> None:
    """Brackets behind escaped quotes are text, behind escaped backslashes they are not."""
    assert json_codec.loads('["' + '\\"[' * 200 + '"]') == ['"[' * 200]
    with pytest.raises(ValueError, match="deep"):
        json_codec.loads('["\\\\",' + "[" * 100 + "]" * 101)


def test_surrogates_that_came_as_text_become_writable_too() -> None:
    assert json_codec.loads('{"a":"\ud83d","b":["\ud83d",7]}') == {"a": "\ufffd", "b": ["\ufffd", 7]}


def test_a_hundred_thousand_keys_are_read() -> None:
    data = {f"k{number}": number for number in range(100_000)}
    assert json_codec.loads(json.dumps(data), unique_keys=True) == data


@pytest.mark.parametrize(
    ("text", "key"),
    [('{"a":1,"a":2}', "a"), ('{"b":{"x":[{"a":1,"":2,"":3}]}}', ""), ('{"a":1,"\\u0061":2}', "a")],
)
def test_keys_that_have_to_be_unique_are(text: str, key: str) -> None:
    with pytest.raises(json_codec.DuplicateKey, match=r"^a key is given more than once$") as caught:
        json_codec.loads(text, unique_keys=True)
    assert caught.value.key == key
    with pytest.raises(json_codec.DuplicateKey):
        json_codec.loads_strictly(text)
    assert json_codec.loads(text) == json.loads(text), "elsewhere the last one stands"


def test_one_key_in_two_objects_is_unique() -> None:
    assert json_codec.loads('{"a":{"a":1},"b":[{"a":1},{"a":2}]}', unique_keys=True)["a"] == {"a": 1}


@pytest.mark.parametrize(
    "text", ["1e999", "-1e999", "9" * 301, "9" * 5_000, "1e-400", "0.1000000000000000055", "5.0", "7"]
)
def test_a_number_whose_type_is_checked_is_never_a_text(text: str) -> None:
    assert type(json_codec.loads_strictly(text)) in (int, float)


@pytest.mark.parametrize("digits", [1, 17, json_codec.MAX_DIGITS])
def test_a_whole_number_whose_type_is_checked_is_exact(digits: int) -> None:
    number = json_codec.loads_strictly("7" * digits)
    assert (type(number), number) == (int, int("7" * digits))


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", '{"a":NaN}', "[-Infinity]"])
def test_what_json_has_no_numbers_for_is_refused_where_types_are_checked(text: str) -> None:
    with pytest.raises(ValueError, match="is no JSON"):
        json_codec.loads_strictly(text)
