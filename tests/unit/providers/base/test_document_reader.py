"""The ledger: whatever can't be placed is kept and listed, and nothing that a provider answers makes it fail."""

from __future__ import annotations

import subprocess
import sys
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, ValidationError

from message_detail.domain.redaction.redact import redact
from message_detail.providers.base.document_reader import DocumentReader, Payload
from message_detail.providers.base.field_rules import field_table, ignored, is_leaf, keep_raw, maps_to, redacted

TABLE = field_table(
    {
        "id": maps_to("provider_message_id"),
        "text": maps_to("body.text"),
        "count": maps_to("billing.segments"),
        "flag": maps_to("origin.test"),
        "tags": maps_to("labels.tags[]"),
        "flagged": maps_to("origin.test", keep=True),
        "people[].name": maps_to("to[].name"),
        "people[].note": keep_raw,
        "meta.inner.value": maps_to("subject"),
        "meta.secret": redacted,
        "raw": keep_raw,
        "sealed": redacted,
        "_envelope.token": ignored("secret"),
        "_envelope.version": ignored("envelope"),
    }
)


class Person(Payload):
    name: str | None = None


class Inner(Payload):
    value: str | None = None


class Meta(Payload):
    inner: Inner = Inner()


class Model(Payload):
    id: str | None = None
    text: str | None = None
    count: int | None = None
    ratio: float | None = None
    flag: bool | None = None
    flagged: bool | None = None
    tags: list[str] | None = None
    optional_tags: list[str | None] | None = None
    people: list[Person] = Field(default_factory=list)
    either: str | list[Person] | None = None
    anything: Any = None
    renamed: int | None = Field(default=None, alias="_renamed")
    meta: Meta = Meta()


class Read:
    """What came of reading a document."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.ledger = DocumentReader(document, TABLE)
        self.payload = self.ledger.parse(Model)
        self.extensions = self.ledger.extensions()
        self.drift = [(entry.path, entry.problem, entry.value) for entry in self.ledger.drift()]


# --- reading


@pytest.mark.parametrize("empty", [None, ""])
def test_null_and_the_empty_text_are_absent(empty: Any) -> None:
    read = Read({"text": empty, "count": empty, "flag": empty, "tags": empty, "people": empty, "meta": empty})
    assert read.payload == Model()
    assert read.extensions == {}
    assert read.drift == []


@pytest.mark.parametrize(
    ("value", "text"),
    [(5, "5"), (-1, "-1"), (0, "0"), (0.031, "0.031"), (10**30, "1" + "0" * 30), (" x ", " x ")],
)
def test_numbers_are_welcome_as_text(value: Any, text: str) -> None:
    assert Read({"text": value}).payload.text == text


@pytest.mark.parametrize(("value", "number"), [("5", 5), (6.0, 6), (" 7 ", 7), (10**30, 10**30), ("-3", -3), (0, 0)])
def test_text_is_welcome_as_a_number(value: Any, number: int) -> None:
    assert Read({"count": value}).payload.count == number


@pytest.mark.parametrize("value", [True, False, "five", 1.5, "NaN", "1e400", [], [5], {}, {"a": 5}, "9" * 5000])
def test_what_is_no_whole_number_is_drift_and_kept(value: Any) -> None:
    read = Read({"count": value})
    assert read.payload.count is None
    assert [(path, problem) for path, problem, _ in read.drift] == [("count", "wrong_type")]
    assert read.extensions == {"count": value}
    assert is_same(read.extensions["count"], value)


@pytest.mark.parametrize("name", ["count", "ratio", "_renamed"])
@pytest.mark.parametrize("value", [True, False])
def test_a_boolean_is_no_number(name: str, value: bool) -> None:
    read = Read({name: value})
    assert read.payload == Model()
    assert is_same(read.extensions[name], value)


@pytest.mark.parametrize("value", [2, "perhaps", [True], {}])
def test_what_is_no_boolean_is_drift_and_kept(value: Any) -> None:
    read = Read({"flag": value})
    assert read.payload.flag is None
    assert read.extensions == {"flag": value}


def test_a_structure_in_the_place_of_a_text_is_drift_and_kept() -> None:
    read = Read({"text": {"deep": [1, {"er": None}]}})
    assert read.payload.text is None
    assert read.extensions == {"text": {"deep": [1, {"er": None}]}}
    assert read.drift == [("text", "wrong_type", None)]


def test_one_bad_item_leaves_the_other_items_of_a_list_alone() -> None:
    read = Read({"people": [{"name": "A"}, 5, {"name": "B"}, None, {"name": ["C"]}]})
    assert [person.name for person in read.payload.people] == ["A", None, "B", None, None]
    assert read.extensions["people"] == [{}, 5, {}, None, {"name": ["C"]}]


def test_a_list_of_texts_with_a_structure_in_it_is_kept_whole() -> None:
    read = Read({"tags": ["a", {"b": "c"}]})
    assert read.payload.tags is None
    assert read.extensions["tags"] == ["a", {"b": "c"}]


def test_where_nulls_are_allowed_only_the_bad_item_goes() -> None:
    assert Read({"optional_tags": ["a", {"b": "c"}, "d"]}).payload.optional_tags == ["a", None, "d"]


def test_a_union_loses_the_bad_leaf_and_not_the_whole() -> None:
    read = Read({"either": [{"name": "A"}, {"name": {"odd": 1}}]})
    assert read.payload.either == [Person(name="A"), Person()]
    assert ("either[].name", "wrong_type", None) in read.drift


def test_a_scalar_in_the_place_of_an_object_is_drift_and_kept() -> None:
    read = Read({"meta": "odd", "people": {"0": {"name": "A"}}})
    assert read.payload == Model()
    assert read.extensions == {"meta": "odd", "people": {"0": {"name": "A"}}}
    assert sorted(read.drift) == [("meta", "wrong_type", "odd"), ("people", "wrong_type", None)]


def test_empty_containers_are_as_good_as_absent() -> None:
    read = Read({"people": [], "tags": [], "meta": {}, "_envelope": {}})
    assert read.extensions == {}
    assert read.drift == []


def test_a_model_that_can_not_be_empty_is_a_bug_that_shows() -> None:
    class Strict(Payload):
        needed: str

    with pytest.raises(ValidationError):
        DocumentReader({"text": "x"}, TABLE).parse(Strict)


# --- words, times, amounts


def test_a_word_is_found_in_any_case_and_untrimmed() -> None:
    reader = DocumentReader({}, TABLE)
    assert reader.word("text", " SENT ", {"sent": 1}, 0) == 1
    assert reader.word("text", "STRASSE", {"strasse": 2}, 0) == 2
    assert reader.drift() == ()


def test_an_unknown_word_is_the_default_and_drift() -> None:
    reader = DocumentReader({"text": "odd"}, TABLE)
    assert reader.word("text", "odd", {"sent": 1}, 0) == 0
    assert reader.word("text", None, {"sent": 1}, 0) == 0
    assert reader.extensions() == {"text": "odd"}
    assert [(one.path, one.problem, one.value) for one in reader.drift()] == [("text", "unknown_value", "odd")]


def test_a_word_may_stand_for_a_falsy_value() -> None:
    reader = DocumentReader({}, TABLE)
    assert reader.word("text", "none", {"none": None}, "default") is None
    assert reader.drift() == ()


def test_an_unreadable_time_is_none_and_drift() -> None:
    reader = DocumentReader({"text": "yesterday"}, TABLE)
    assert reader.moment("text", "yesterday") is None
    assert reader.moment("text", None) is None
    assert reader.moment("text", "2026-05-04T08:36:00Z") == "2026-05-04T08:36:00.000Z"
    assert reader.extensions() == {"text": "yesterday"}


def test_a_local_time_in_a_fold_is_read_and_drift() -> None:
    reader = DocumentReader({}, TABLE)
    assert reader.local_time("text", "2026-10-25 02:30:00", ZoneInfo("Europe/Prague")) == "2026-10-25T00:30:00.000Z"
    assert reader.local_time("text", "0000-00-00 00:00:00", ZoneInfo("Europe/Prague")) is None
    assert [one.problem for one in reader.drift()] == ["local_time_twice", "unreadable_time"]


@pytest.mark.parametrize(
    ("native", "amount"),
    [
        ("0.031", "0.031"), ("1", "1"), ("1.00", "1.00"), ("-2.5", "-2.5"), ("1e-7", "0.0000001"), (" 3 ", "3"),
        (".5", "0.5"), ("1E+3", "1000"), ("0.100000000000000005551115123", "0.100000000000000005551115123"),
        ("-0", "-0"), ("+5", "5"),
    ],
)  # fmt: skip
def test_amount(native: str, amount: str) -> None:
    assert DocumentReader({}, TABLE).decimal("text", native) == amount


@pytest.mark.parametrize(
    "native", ["free", "NaN", "sNaN", "Infinity", "-inf", "1e300", "1e-300", "1,5", "$1", "1 2", "\x00"]
)
def test_what_is_no_amount_is_none_and_drift(native: str) -> None:
    reader = DocumentReader({"text": native}, TABLE)
    assert reader.decimal("text", native) is None
    assert [one.problem for one in reader.drift()] == ["unreadable_amount"]
    assert reader.extensions() == {"text": native}


# --- writing down


def test_an_unknown_field_is_kept_and_listed_once_by_its_own_name() -> None:
    read = Read({"new": {"deep": [1, None]}, "meta": {"new": None}, "people": [{"new": 1}, {"new": 2}]})
    assert read.extensions == {
        "new": {"deep": [1, None]},
        "meta": {"new": None},
        "people": [{"new": 1}, {"new": 2}],
    }
    assert read.drift == [
        ("new", "unknown_field", None),
        ("meta.new", "unknown_field", None),
        ("people[].new", "unknown_field", None),
    ]


def test_items_keep_their_index_when_others_are_taken_out() -> None:
    read = Read({"people": [{"name": "A"}, {"name": "B", "note": "x"}]})
    assert read.extensions == {"people": [{}, {"note": "x"}]}
    assert read.drift == []


def test_a_key_of_digits_is_no_index() -> None:
    read = Read({"0": "zero", "meta": {"17": "seventeen"}, "²": 2})
    assert read.extensions == {"0": "zero", "meta": {"17": "seventeen"}, "²": 2}
    assert [path for path, _, _ in read.drift] == ["0", "meta.17", "²"]


@pytest.mark.parametrize(
    "key", ["meta.inner.value", "meta.inner", "people[].name", "people[]", "_envelope.version", "text.", "."]
)
def test_a_key_that_looks_like_a_path_is_a_key(key: str) -> None:
    read = Read({key: "odd"})
    assert read.extensions == {key: "odd"}
    assert [problem for _, problem, _ in read.drift] == ["unknown_field"]
    assert Read({key: {"a": 1}}).extensions == {key: {"a": 1}}


def test_dropped_fields_go_and_their_unknown_neighbours_stay() -> None:
    read = Read({"_envelope": {"token": "invented", "version": 2, "news": 1}})
    assert read.extensions == {"_envelope": {"news": 1}}
    assert read.drift == [("_envelope.news", "unknown_field", None)]


def test_promoted_fields_that_are_kept_as_well() -> None:
    assert Read({"flagged": False, "flag": False}).extensions == {"flagged": False}


def test_keep_keeps_one_item() -> None:
    reader = DocumentReader({"tags": ["a", {"b": 1}]}, TABLE)
    reader.keep("tags[1]")
    assert reader.extensions() == {"tags": [None, {"b": 1}]}
    assert reader.drift() == ()


def test_what_is_sealed_is_kept_without_its_secrets() -> None:
    read = Read({"sealed": {"Authorization": "Bearer invented", "path": "/v1"}, "meta": {"secret": "api_key=invented"}})
    assert read.extensions == {
        "sealed": {"Authorization": "[redacted]", "path": "/v1"},
        "meta": {"secret": "api_key=[redacted]"},
    }


def test_what_is_kept_whole_still_lacks_what_is_dropped_or_sealed() -> None:
    document = {"_envelope": {"token": "invented", "news": 1}, "meta": {"secret": {"token": "invented"}, "x": 1}}
    reader = DocumentReader(document, TABLE)
    reader.keep("_envelope")
    reader.report(("meta",), "odd")
    assert reader.extensions() == {"_envelope": {"news": 1}, "meta": {"secret": {"token": "[redacted]"}, "x": 1}}


@pytest.mark.parametrize("path", ["sealed", "_envelope.token"])
def test_drift_shows_no_secret(path: str) -> None:
    reader = DocumentReader({"sealed": "invented", "_envelope": {"token": "invented"}}, TABLE)
    reader.report(tuple(path.split(".")), "wrong_type", "invented")
    assert [one.value for one in reader.drift()] == [None]


def test_drift_shows_short_plain_values_only() -> None:
    reader = DocumentReader({}, TABLE)
    reader.report(("text",), "odd", "x" * 1000)
    reader.report(("raw",), "odd", {"a": 1})
    assert [one.value for one in reader.drift()] == ["x" * 64, None]


def test_a_path_that_the_document_lacks_can_be_reported() -> None:
    reader = DocumentReader({"people": []}, TABLE)
    reader.report(("people", "3", "name"), "missing")
    reader.report(("_detail",), "missing")
    assert [one.path for one in reader.drift()] == ["people[].name", "_detail"]
    assert reader.extensions() == {}


def test_the_document_is_left_as_it_was() -> None:
    document = {"text": {"odd": 1}, "people": [5, {"name": {"a": 1}}], "new": [1]}
    before = repr(document)
    Read(document)
    assert repr(document) == before


@pytest.mark.parametrize("depth", [50, 150])
def test_deep_nesting(depth: int) -> None:
    deep: Any = "bottom"
    for _ in range(depth):
        deep = {"a": [deep]}
    read = Read({"new": deep, "text": deep, "meta": {"inner": deep}})
    assert read.extensions["new"] == deep
    assert read.extensions["text"] == deep


def test_drift_comes_in_the_same_order_in_every_process() -> None:
    """Its order is a part of the message, and so of the entity tag."""
    program = (
        "from tests.unit.providers.base.test_document_reader import Read;"
        "odd = {'text': [], 'count': 'x', 'flag': 'x', 'tags': 5, 'meta': 1, 'people': [1, {'name': []}, 2]};"
        "print(Read(odd).drift)"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONPATH": ":".join(sys.path), "PYTHONHASHSEED": str(seed)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in range(3)
    }
    assert len(outputs) == 1


NAMES = st.sampled_from(
    [*Model.model_fields, "inner", "value", "name", "note", "token", "version", "sealed", "raw", "0"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES | st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(NAMES | st.sampled_from(["_renamed", "_envelope", "new"]), JSON, max_size=6))
def test_no_document_fails(document: dict[str, Any]) -> None:
    read = Read(document)
    for name, value in document.items():
        if name not in {field.split(".")[0].split("[")[0] for field in TABLE.rules} and name != "_envelope":
            assert is_same(read.extensions[name], redact({name: value})[name])
            assert any(path == name or path.startswith((f"{name}.", f"{name}[")) for path, _, _ in read.drift)
    assert "" not in {path for path, _, _ in read.drift}


# --- fates


def test_the_nearest_fate_counts() -> None:
    table = field_table({"a": keep_raw, "a.b.c": ignored("x"), "a.b[].d": maps_to("subject")})
    assert table.rule(("a", "b", "c")) == ignored("x")
    assert table.rule(("a", "b", "[]", "d", "e")) == maps_to("subject")
    assert table.rule(("a", "b", "x")) == keep_raw
    assert table.rule(("b",)) is None
    assert table.rule(()) is None
    assert table.node(()).children
    assert table.node(("a", "b")).children
    assert table.node(("a", "b", "[]")).children
    assert not table.node(("a", "b", "c")).children
    assert not table.node(("a.b",)).children


@pytest.mark.parametrize(
    ("value", "leaf"), [(None, True), ("", True), (0, True), ([], True), ({}, True), ([0], False), ({"a": None}, False)]
)
def test_is_leaf(value: Any, leaf: bool) -> None:
    assert is_leaf(value) is leaf


def is_same(one: Any, other: Any) -> bool:
    """Equality that tells 1, 1.0 and True apart."""
    return repr(one) == repr(other)


def test_very_many_unknown_fields_take_work_that_grows_as_they_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether each is a secret is asked of its own name, and not of all names beside it."""
    asked: list[str] = []

    def is_secret(name: str) -> bool:
        asked.append(name)
        return name == "token"

    monkeypatch.setattr("message_detail.domain.redaction.redact.is_secret", is_secret)
    document = {"id": "1", "token": "invented", **{f"field_{number}": "x" for number in range(2_000)}}
    reader = DocumentReader(document, TABLE)
    assert reader.extensions()["token"] == "[redacted]"
    assert len(reader.drift()) == 2_001
    assert len(asked) <= 2 * len(document)


def test_a_name_as_long_as_an_answer_is_shown_by_its_beginning_and_kept_whole() -> None:
    name = "n" * 1_000_000
    reader = DocumentReader({"id": "1", name: "x"}, TABLE)
    assert reader.extensions() == {name: "x"}
    assert [note.path for note in reader.drift()] == ["n" * 256]


@pytest.mark.parametrize(
    ("native", "code", "kept"), [("USD", "USD", False), (" czk", "CZK", False), ("€", "EUR", True)]
)
def test_a_currency_is_its_iso_code_and_kept_where_it_is_another_sign(native: str, code: str, kept: bool) -> None:
    reader = DocumentReader({"text": native}, TABLE)
    assert reader.currency("text", native) == code
    assert reader.drift() == ()
    assert reader.extensions() == ({"text": native} if kept else {})


@pytest.mark.parametrize("native", ["$", "US", "credits"])
def test_what_is_no_currency_or_several_is_drift_and_kept(native: str) -> None:
    reader = DocumentReader({"text": native}, TABLE)
    assert reader.currency("text", native) is None
    assert [(drift.path, drift.problem) for drift in reader.drift()] == [("text", "unknown_value")]
    assert reader.extensions() == {"text": native}


def test_no_currency_is_none() -> None:
    reader = DocumentReader({}, TABLE)
    assert (reader.currency("text", None), reader.drift()) == (None, ())
