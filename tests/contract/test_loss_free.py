"""Nothing that a provider tells is lost, and nothing odd that it tells fails a fetch.

Each leaf of a provider's answer ends in a canonical field, or under extensions, or is dropped for a stated reason.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from message_detail import providers
from message_detail.adapters.provider_client import classified
from message_detail.domain.errors import MessageDetailError
from message_detail.domain.redaction.redact import redact
from message_detail.providers.base.field_rules import FieldRule, split_name
from message_detail.providers.base.provider import Document, Provider, Response
from tests.contract.leaves import (
    EMPTY,
    Path,
    anywhere,
    generic,
    get,
    leaves,
    objects,
    places_of,
    put,
    same,
    same_text,
)
from tests.contract.schema import annotation_of, is_plain_text, values_at
from tests.replay import Fixture, as_expected, load_fixtures, replay, retrieve

Exchange = list[dict[str, Any]]

# --- what was recorded


def test_every_leaf_of_an_answer_is_in_the_document(provider: Provider, success: Fixture) -> None:
    document = retrieve(provider, success)
    kept = [(generic(path)[-1], leaf) for path, leaf in leaves(document)]
    for step in _answers_about_the_message(provider, success):
        for path, leaf in leaves(step["body"]):
            assert any(name == generic(path)[-1] and same(leaf, value) for name, value in kept), (
                f"{step['path']}: {path} is not in the document"
            )


def test_every_leaf_of_a_document_is_accounted_for(provider: Provider, success: Fixture) -> None:
    document = retrieve(provider, success)
    message = replay(provider, success).message.as_json()
    lost = [path for path, leaf in leaves(document) if not _accounted_for(provider, document, message, path, leaf)]
    assert lost == []


def test_a_leaf_without_a_fate_is_drift(provider: Provider, success: Fixture) -> None:
    message = replay(provider, success).message.as_json()
    for path, _ in leaves(retrieve(provider, success)):
        if provider.fields.rule(generic(path)) is None:
            assert _is_drift(message, path), f"{path} is unknown and not listed in provenance.drift"


def test_secrets_and_envelopes_are_dropped(provider: Provider, success: Fixture) -> None:
    document = retrieve(provider, success)
    message = replay(provider, success).message.as_json()
    for path, _ in leaves(document):
        rule = provider.fields.rule(generic(path))
        if rule is not None and rule.ignored is not None:
            assert get(message["extensions"], path) is None, f"{path} should be dropped: {rule.ignored}"


# --- what no one has seen yet

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


def _recorded(name: str) -> st.SearchStrategy[tuple[Provider, Fixture]]:
    provider = providers.load(name)
    return st.sampled_from([(provider, fixture) for fixture in load_fixtures(name) if fixture.succeeds])


_PATIENT = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


@_PATIENT
@given(data=st.data())
def test_a_field_no_one_has_seen_is_kept_and_is_drift(name: str, data: st.DataObject) -> None:
    provider, success = data.draw(_recorded(name))
    exchange = success.copied_exchange()
    answers = _answers_about_the_message(provider, success.changed(exchange))
    number = data.draw(st.integers(0, len(answers) - 1), label="answer")
    step = answers[number]
    place = data.draw(st.sampled_from(list(objects(step["body"]))), label="object")
    known = {part for field in provider.fields.rules for part in split_name(field)} | _names_in(success)
    paths = [field for field in provider.fields.rules if field not in known]  # a path that the tables know is no key
    names = st.one_of(_NAMES, st.sampled_from(paths or ["a.b"]))
    key = data.draw(names.filter(lambda text: text not in known), label="key")
    value = data.draw(_VALUES, label="value")
    get(step["body"], place)[key] = value

    changed = success.changed(exchange)
    document = retrieve(provider, changed)
    message = replay(provider, changed).message.as_json()
    found = list(places_of(document, key, value))
    assert found, "the field is not in the document"
    for path in found:
        _check_unknown_field(provider, message, path, value)


def _check_unknown_field(provider: Provider, message: dict[str, Any], path: Path, value: Any) -> None:
    rule = provider.fields.rule(generic(path))
    if rule is not None and rule.ignored is not None:
        return  # inside an envelope that is dropped whole
    if rule is None:
        assert _is_drift(message, path), f"{path} is not listed in provenance.drift"
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


_ODD = [
    "odd-7f3a", 7301934, 73019.25, True, False, None, "", ["odd-7f3a"], {"odd": "odd-7f3a"}, [], {}, [None, 7301934],
    [["odd-7f3a"]], [{"odd": [7301934]}], 10**30, -1, "  ", "0", "null",
]  # fmt: skip
"""Values of every type, those that hold something told apart from all that fixtures hold."""


@_PATIENT
@given(data=st.data())
def test_a_value_of_another_type_fails_nothing_and_is_kept(name: str, data: st.DataObject) -> None:
    provider, success = data.draw(_recorded(name))
    exchange = success.copied_exchange()
    answers = _answers_about_the_message(provider, success.changed(exchange))
    number = data.draw(st.integers(0, len(answers) - 1), label="answer")
    step = answers[number]
    place = data.draw(st.sampled_from(list(_replaceable(step["body"]))), label="place")
    odd = data.draw(st.sampled_from(_ODD), label="value")
    put(step["body"], place, odd)

    changed = success.changed(exchange)
    try:
        normalized = replay(provider, changed)
    except MessageDetailError:
        assume(not _needed(provider, success, step, place))
        raise
    except AssertionError:
        assume(False)  # the odd value leads to other requests than those recorded
        raise
    message = as_expected(normalized)["message"]
    document = retrieve(provider, changed)
    for path, leaf in leaves(document):
        told_apart = leaf in ("odd-7f3a", 7301934, 73019.25, 10**30)
        rule = provider.fields.rule(generic(path))
        if told_apart and not _dropped(rule) and not (rule is not None and rule.redacted):
            assert anywhere(message, leaf), f"{path}: {leaf!r} is lost"


# --- how a leaf can have arrived


def _accounted_for(provider: Provider, document: Document, message: dict[str, Any], path: Path, leaf: Any) -> bool:
    rule = provider.fields.rule(generic(path))
    kept = get(message["extensions"], path)
    if same(kept, leaf) or _dropped(rule) or _is_hashed(message, leaf):
        return True
    if rule is None:
        return False
    if rule.redacted:
        return kept is not None
    return bool(rule.targets) and _arrived(rule, message, leaf)


def _arrived(rule: FieldRule, message: dict[str, Any], leaf: Any) -> bool:
    """Whether the canonical fields of a rule hold the leaf: the same text where they are plain text."""
    values = [(target, value) for target in rule.targets for value in values_at(message, target)]
    plain = [value for target, value in values if is_plain_text(target)]
    if any(same_text(value, leaf) for value in plain):
        return True
    if plain and isinstance(leaf, str):
        return _is_list_of(leaf, [value for value in plain if isinstance(value, str)])
    numbers = [value for target, value in values if annotation_of(target) in (int, bool)]
    if numbers and not isinstance(leaf, str):
        return any(same_text(value, leaf) for value in numbers)
    return any(not is_plain_text(target) for target, _ in values)


def _is_list_of(text: str, parts: list[str]) -> bool:
    """Whether a text lists the parts, with nothing but punctuation between them."""
    for part in sorted(parts, key=len, reverse=True):
        text = text.replace(part, "")
    return not any(character.isalnum() for character in text)


def _is_hashed(message: dict[str, Any], leaf: Any) -> bool:
    """Whether the hash of inline content stands for it somewhere."""
    if not isinstance(leaf, str):
        return False
    try:
        content = base64.b64decode(leaf.rpartition(",")[2], validate=True)
    except ValueError:
        content = leaf.encode()
    return anywhere(message, hashlib.sha256(content).hexdigest())


def _dropped(rule: FieldRule | None) -> bool:
    """Dropped for a reason; inline content, for which its hash stands, is never kept either."""
    return rule is not None and (rule.ignored is not None or any(target.endswith(".sha256") for target in rule.targets))


def _is_drift(message: dict[str, Any], path: Path) -> bool:
    """Whether the place, or one that it is in, is listed."""
    listed = {entry["path"] for entry in message["provenance"]["drift"]}
    parts = generic(path)
    return any(".".join(parts[:end]).replace(".[]", "[]") in listed for end in range(1, len(parts) + 1))


# --- which answers, which places


def _answers_about_the_message(provider: Provider, fixture: Fixture) -> Exchange:
    """The successful answers that an id of the message was needed to ask for (lists of settings tell nothing of it)."""
    known = {fixture.message_id}
    found: Exchange = []
    for step in fixture.exchange:
        body = step.get("body")
        if not isinstance(body, dict) or "$text" in body:
            continue
        answer = classified(provider, Response(step["status"], step.get("headers", {}), body))
        if answer.ok and any(quote(one, safe="") in step["path"] for one in known):
            found.append(step)
            known |= {leaf for _, leaf in leaves(body) if isinstance(leaf, str) and len(leaf) > 5}
    return found


def _replaceable(body: Any) -> Iterator[Path]:
    yield from (path for path, _ in leaves(body) if path)
    yield from (path for path in objects(body) if path)


def _names_in(fixture: Fixture) -> set[str]:
    bodies = [step.get("body") for step in fixture.exchange]
    return {str(key) for body in bodies for place in objects(body) for key in get(body, place)}


def _needed(provider: Provider, fixture: Fixture, step: dict[str, Any], place: Path) -> bool:
    """Whether the place holds what no fetch can do without: the id, its wrapper, or a word that says how it went."""
    body = step["body"]
    original = next(one["body"] for one in fixture.exchange if one["path"] == step["path"])
    holds_id = any(leaf == fixture.message_id for _, leaf in leaves(get(original, place)))
    says_how_it_went = classified(provider, Response(step["status"], {}, body)).error is not None
    return holds_id or get(original, place) == fixture.message_id or says_how_it_went
