"""What no one has seen yet: a field, or a value of another type, is lost nowhere and fails no fetch."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from message_detail.domain.errors import MessageDetailError
from message_detail.domain.json_leaves import Path, put
from message_detail.domain.redaction.redact import redact
from message_detail.providers.base.field_rules import split_name
from message_detail.providers.base.provider import Provider
from message_detail.testing.answers import answers_about_the_message, is_needed, names_in, replaceable
from message_detail.testing.arrival import is_drift, is_left_out
from message_detail.testing.contract.subject import Subject, successes
from message_detail.testing.leaves import EMPTY, anywhere, generic, get, leaves, objects, places_of, same
from message_detail.testing.recordings import as_expected, replay, retrieve

_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
_NAMES = st.text(min_size=1, max_size=12) | st.sampled_from(
    ["0", "17", "a.b", "[]", "a[]", "_odd", "²", "status.x", " "]
)
_ODD = [
    "odd-7f3a", 7301934, 73019.25, True, False, None, "", ["odd-7f3a"], {"odd": "odd-7f3a"}, [], {}, [None, 7301934],
    [["odd-7f3a"]], [{"odd": [7301934]}], 10**30, -1, "  ", "0", "null",
]  # fmt: skip
"""Values of every type, those that hold something told apart from all that recordings hold."""
_PATIENT = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
        HealthCheck.differing_executors,  # each provider's class runs the same test with what is its own
    ],
)


class UnseenContract(Subject):
    """Nothing odd that a provider tells is lost, and nothing odd fails a fetch."""

    @_PATIENT
    @given(data=st.data())
    def test_a_field_no_one_has_seen_is_kept_and_is_drift(self, data: st.DataObject) -> None:
        success = data.draw(st.sampled_from(successes(self.recordings)))
        exchange = success.copied_exchange()
        answers = answers_about_the_message(self.provider, success.changed(exchange))
        number = data.draw(st.integers(0, len(answers) - 1), label="answer")
        step = answers[number]
        place = data.draw(st.sampled_from(list(objects(step["body"]))), label="object")
        known = {part for field in self.provider.fields.rules for part in split_name(field)} | names_in(success)
        # A path that the tables know is no key.
        paths = [field for field in self.provider.fields.rules if field not in known]
        names = st.one_of(_NAMES, st.sampled_from(paths or ["a.b"]))
        key = data.draw(names.filter(lambda text: text not in known), label="key")
        value = data.draw(_VALUES, label="value")
        get(step["body"], place)[key] = value

        changed = success.changed(exchange)
        document = retrieve(self.provider, changed)
        message = replay(self.provider, changed).message.as_json()
        found = list(places_of(document, key, value))
        assert found, "the field is not in the document"
        for path in found:
            _check_unknown_field(self.provider, message, path, value)

    @_PATIENT
    @given(data=st.data())
    def test_a_value_of_another_type_fails_nothing_and_is_kept(self, data: st.DataObject) -> None:
        success = data.draw(st.sampled_from(successes(self.recordings)))
        exchange = success.copied_exchange()
        answers = answers_about_the_message(self.provider, success.changed(exchange))
        number = data.draw(st.integers(0, len(answers) - 1), label="answer")
        step = answers[number]
        place = data.draw(st.sampled_from(list(replaceable(step["body"]))), label="place")
        odd = data.draw(st.sampled_from(_ODD), label="value")
        put(step["body"], place, odd)

        changed = success.changed(exchange)
        try:
            normalized = replay(self.provider, changed)
        except MessageDetailError:
            assume(not is_needed(self.provider, success, step, place))
            raise
        except AssertionError:
            assume(False)  # the odd value leads to other requests than those recorded
            raise
        message = as_expected(normalized)["message"]
        document = retrieve(self.provider, changed)
        for path, leaf in leaves(document):
            told_apart = leaf in ("odd-7f3a", 7301934, 73019.25, 10**30)
            rule = self.provider.fields.rule(generic(path))
            if told_apart and not is_left_out(rule) and not (rule is not None and rule.redacted):
                assert anywhere(message, leaf), f"{path}: {leaf!r} is lost"


def _check_unknown_field(provider: Provider, message: dict[str, Any], path: Path, value: Any) -> None:
    rule = provider.fields.rule(generic(path))
    if rule is not None and rule.ignored is not None:
        return  # inside an envelope that is dropped whole
    if rule is None:
        assert is_drift(message, path), f"{path} is not listed in provenance.drift"
    absent = object()
    kept = get(message["extensions"], path, absent)
    if rule is not None and (rule.redacted or value in EMPTY):
        return  # blanked or passed over as a part of something known
    if rule is not None and any(_is_inside(message, target, path[-1], value) for target in rule.targets):
        return  # a structure that is promoted as a whole
    assert kept is not absent, f"{path} is not under extensions"
    assert same(kept, redact({path[-1]: value})[path[-1]]), f"{path} has changed under extensions"


def _is_inside(message: dict[str, Any], target: str, name: str | int, value: Any) -> bool:
    return any(places_of(get(message, split_name(target), {}), str(name), value))
