"""Who may know what became of a message, and not whom it is about, is told neither address nor name nor text of it."""

from __future__ import annotations

import types
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, Literal, Union, get_args, get_origin

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from message_detail import providers
from message_detail.domain.json_leaves import leaves, put
from message_detail.domain.message import (
    Attachment,
    Body,
    Drift,
    Failure,
    Labels,
    Message,
    Parameter,
    Party,
    Provenance,
    Reference,
    Reply,
    Template,
    Upstream,
)
from message_detail.domain.status import Status
from message_detail.domain.withholding.known_texts import KnownTexts
from message_detail.domain.withholding.masks import mask_address, mask_in_text
from message_detail.domain.withholding.withhold import IDS, OURS, PARTIES, withhold, withhold_observation
from tests.recorded import recordings
from tests.unit.samples import T0, message, observation

RECORDED = [one for name in providers.names() for one in recordings(name) if one.succeeds]
SENTENCE = "To +61491570157 (Jane Doe, jane@example.com): 'Your code is 4711' was refused, 550 5.1.1"
FULL = message(
    Status.FAILED,
    from_=Party(address="desk@example.com", address_raw="Front Desk <desk@Example.com>", name="Front Desk"),
    to=(Party(address="+61491570157", address_raw="0491 570 157", name="Jane Doe", contact_id="con-1"),),
    cc=(Party(address_raw="EXAMPLECO"), Party(), Party(address="j@example.com", address_raw="j@example.com")),
    status_reason=SENTENCE,
    failure=Failure(native_code="550", message=SENTENCE),
    subject="A code",
    body=Body(text="Your code is 4711", html="<p>Your code is 4711</p>", content_type="text/html"),
    template=Template(id="t-1", name="code", parameters=(Parameter(name="code", value="4711"),)),
    attachments=(Attachment(url="https://files.example.com/1.pdf", name="Jane.pdf", size=5, sha256="ab" * 32),),
    replies=(Reply(text="Thanks", at=T0, media=("https://files.example.com/2.jpg",)),),
    labels=Labels(tags=("vip", "Jane Doe"), brand="For joe@example.org"),
    references=(Reference(type="custom_string", value="wa-61491570157"), Reference(type="external_id", value="o-77")),
    upstream=Upstream(provider="carrier", message_id="20260504001122", response={"to": "+61491570157"}),
    extensions={"note": "Jane Doe"},
    provenance=Provenance(fetched_at=T0, drift=(Drift(path="to.Jane", problem="unknown_field", value="x"),)),
)


def test_content_is_emptied() -> None:
    shown = withhold(FULL)
    assert (shown.subject, shown.body, shown.extensions, shown.upstream.response) == (None, Body(), {}, None)
    assert shown.template == Template(id="t-1", name="code", parameters=(Parameter(name="code", value=None),))
    assert shown.attachments == (Attachment(size=5, sha256="ab" * 32),)
    assert shown.replies == (Reply(at=T0),)
    assert [entry.value for entry in shown.provenance.drift] == [None]


def test_parties_are_masked_and_stay_who_they_are_to_the_provider() -> None:
    shown = withhold(FULL)
    assert shown.from_ is not None
    assert (shown.from_.address, shown.from_.address_raw, shown.from_.name) == (*["d•••@example.com"] * 2, "•••")
    assert shown.to[0] == Party(
        address="+6149•••••57", address_raw="+6149•••••57", name="•••", contact_id=FULL.to[0].contact_id
    )
    assert [(party.address, party.address_raw, party.name) for party in shown.cc] == [
        (None, "•••", None), (None, None, None), ("•••@example.com", "•••@example.com", None)
    ]  # fmt: skip


def test_what_a_provider_repeats_is_hidden_there_too() -> None:
    shown = withhold(FULL)
    sentence = "To +6149•••••57 (•••, •••@example.com): '•••' was refused, 550 5.1.1"
    assert shown.failure is not None
    assert (shown.status_reason, shown.failure.message, shown.failure.native_code) == (sentence, sentence, "550")
    assert shown.labels == Labels(tags=("vip", "•••"), brand="For j•••@example.org")
    assert [one.value for one in shown.references] == ["wa-6149•••••57", "o-77"]
    assert shown.upstream.message_id == "20260504001122", "digits in an id are nobody's number"
    assert shown.provenance.drift[0].path == "to.•••"


def test_what_became_of_it_stays() -> None:
    shown, kept = withhold(FULL), ("id", "status", "status_native", "outcome", "final", "timestamps", "channel")
    assert {name: getattr(shown, name) for name in kept} == {name: getattr(FULL, name) for name in kept}
    assert (FULL.withheld, shown.withheld) == (False, True)
    assert withhold(shown) == shown


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"status": Status.DELIVERED, "status_native": "delivered"}, "delivered"),
        ({"status": Status.UNKNOWN, "status_native": "teleported to Jane"}, None),
        # A webhook told the status after an answer with a word that our tables don't have.
        ({"status": Status.DELIVERED, "status_native": "teleported"}, None),
        ({"status": Status.DELIVERED, "status_native": f"{'x' * 64} to Jane"}, None),
    ],
)
def test_a_status_that_our_tables_do_not_know_is_withheld(changes: dict[str, Any], shown: str | None) -> None:
    words = ("teleported", "x" * 64)
    drift = tuple(Drift(path="status", problem="unknown_value", value=word) for word in words)
    given_ = message(provenance=Provenance(fetched_at=T0, drift=drift)).model_copy(update=changes)
    assert withhold(given_).status_native == shown


def test_of_an_event_the_words_of_the_provider_are_withheld() -> None:
    unknown = observation(Status.UNKNOWN, status_native="teleported to Jane", reason="Jane", failure=Failure())
    known = observation(Status.FAILED, reason="Jane", failure=Failure(native_code="5", message="Jane is away"))
    assert (withhold_observation(unknown).status_native, withhold_observation(unknown).reason) == (None, None)
    assert withhold_observation(known) == observation(Status.FAILED, failure=Failure(native_code="5"))
    assert withhold_observation(observation(Status.SENT, reason="Jane")) == observation(Status.SENT)
    told = withhold_observation(observation(Status.FAILED, failure=Failure(native_code="not jane@example.com")))
    assert told.failure == Failure(native_code="not j•••@example.com")


# --- every leaf


def _texts(shown: Message) -> Iterator[tuple[str, str]]:
    """The texts of an answer that may be a provider's."""
    for path, value in leaves(shown.as_json()):
        place = ".".join(part for part in path if isinstance(part, str))
        if isinstance(value, str) and place not in OURS:
            yield place, value


def _private(whole: Message) -> set[str]:
    people = [*([whole.from_] if whole.from_ else []), *whole.to, *whole.cc, *whole.bcc, *whole.reply_to]
    texts = [text for one in people for text in (one.address, one.address_raw, one.name)]
    texts += [text for name, text in whole.body.model_dump().items() if name != "content_type"]
    texts += [text for reply in whole.replies for text in (reply.text, *reply.media)]
    texts += [text for file in whole.attachments for text in (file.url, file.name)]
    texts += [one.value for one in (whole.template.parameters if whole.template else ())]
    return {text.strip().lower() for text in (*texts, whole.subject) if text and text.strip()}


@pytest.mark.parametrize("recording", RECORDED, ids=str)
def test_no_leaf_of_a_recorded_message_tells_an_address_a_name_or_a_text(recording: Any) -> None:
    whole = Message.model_validate(recording.expected()["message"])
    shown = withhold(whole)
    for place, value in _texts(shown):
        words = f" {value.lower()} "
        told = [text for text in _private(whole) if (text if len(text) > 4 else f" {text} ") in words]
        assert told == [], place
    for party in (*shown.to, *shown.cc, *shown.bcc, *shown.reply_to, *filter(None, [shown.from_])):
        assert not {party.address, party.address_raw, party.name} & (_private(whole) - {"•••"})


WORD = st.text("abcdefghijklmnopqrstuvwxyzäößİ王小明🎉 ", min_size=5, max_size=90).map(lambda text: f"q{text}q")
ADDRESS = st.one_of(
    st.from_regex(r"\+[1-9][0-9]{8,13}", fullmatch=True),
    st.from_regex(r"[a-z]{2,8}\.[a-z]{2,8}@zz-[a-z]{3,8}\.example", fullmatch=True),
)


@given(name=WORD, text=WORD, address=ADDRESS, before=st.sampled_from(["", "x", "see ", "'", "("]))
def test_no_leaf_tells_what_a_provider_repeats_in_any_other(name: str, text: str, address: str, before: str) -> None:
    whole = FULL.model_copy(
        update={"to": (Party(address=address, address_raw=address, name=name),), "body": Body(text=text)}
    )
    document = whole.as_json()
    repeated = f"{before}{text}{before} {address.upper()} {before}{name.title()}!"
    for path, value in leaves(document):
        place = ".".join(part for part in path if isinstance(part, str))
        if isinstance(value, str) and place not in OURS and path[0] not in ("body", *PARTIES):
            put(document, path, repeated)
    shown = withhold(Message.model_validate(document)).model_dump_json(by_alias=True).lower()
    assert not [one for one in (name, text, address) if one.strip().lower() in shown]


def _kinds(model: type[BaseModel], above: str = "") -> Iterator[tuple[str, bool]]:
    """Every text of the schema, and whether it is a word or a time of ours."""
    for name, field in model.model_fields.items():
        path = above + (field.alias or name)
        yield from _arms(field.rebuild_annotation(), path)


def _arms(annotation: Any, path: str) -> Iterator[tuple[str, bool]]:
    origin = get_origin(annotation)
    if hasattr(annotation, "__metadata__"):
        yield path, True
    elif origin in (Union, types.UnionType, tuple):
        for arm in get_args(annotation):
            yield from _arms(arm, path)
    elif origin is Literal or (isinstance(annotation, type) and issubclass(annotation, StrEnum)):
        yield path, True
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from _kinds(annotation, f"{path}.")
    elif annotation is str:
        yield path, False


def test_only_words_and_times_of_ours_and_what_has_been_masked_are_passed_by() -> None:
    kinds = dict(_kinds(Message))
    ours = {path for path, is_ours in kinds.items() if is_ours}
    seen_to = {f"{party}.{name}" for party in PARTIES for name in ("address", "address_raw", "name")}
    names = {"id", "provider", "account", "provider_message_id", "status_native"} | {
        "provenance.mapping",
        "provenance.drift.problem",
    }
    assert ours | seen_to | names == OURS
    assert kinds.keys() >= IDS


JANE = Party(address="jane.doe+x@example.com", name="Doe, Jane (José García-Márquez)")
NUMBER = Party(address="+61491570157", address_raw="0491 570 157")


@pytest.mark.parametrize(
    ("party", "text", "shown"),
    [
        (JANE, "Doe is away", "••• is away"),
        (JANE, "marquez, JOSE\u0301, \uff2a\uff4f\uff53\uff45, Jo\u200bsé!", "•••, •••, •••, •••!"),
        (JANE, "550 <jane.doe+x>: unknown", "550 <•••>: unknown"),
        (JANE, "jane.doe+x (at) example.com", "••• (at) example.com"),
        (JANE, "?to=jane.doe%2Bx%40example.com&", "?to=•••&"),
        (NUMBER, "61_491_570_157", "61_4•••"),
        (NUMBER, "0491\u2013570\u2011157", "04•••"),
        (NUMBER, "%2B61%20491%20570%20157", "%2B61%2•••"),
        (NUMBER, "ref-0491-570-157-7", "ref-04•••-7"),
        (NUMBER, "0491.570.157x", "04•••x"),
        (NUMBER, "0491.570.158x", "0491.570.158x"),
    ],
    ids=[str(number) for number in range(11)],
)
def test_however_a_person_is_written_nobody_is_told_who_it_is(party: Party, text: str, shown: str) -> None:
    references = (Reference(type="custom_string", value=text),)
    whole = message(Status.FAILED, to=(party,), status_reason=text, references=references)
    assert withhold(whole).references[0].value == shown
    assert withhold(whole).status_reason == shown


# --- masks


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("+61491570157", "+6149•••••57"),
        ("jane@example.com", "j•••@example.com"),
        ("+12025550123", "+1202•••••23"),
        ("+6421123456", "+642•••••56"),
        ("12345678", "1•••••78"),
        ("5550123", "•••••••"),
        ("0491 570 157", "049•••••57"),
        ("j@example.com", "•••@example.com"),
        ("sip:1001@pbx.example.com", "•••"),
        ("EXAMPLECO", "•••"),
        ("12345", "•••"),
        ("Jane <jane@example.com>", "•••"),
        ("", "•••"),
    ],
)
def test_a_masked_address_reaches_nobody(address: str, shown: str) -> None:
    assert mask_address(address) == shown
    assert mask_in_text(shown) == shown


@pytest.mark.parametrize(
    "text",
    ["550 5.7.26 refused", "131047", "2026-05-04T09:15:04Z", "25a02396-1048-48f9-bf93-102d2fb7895e", "v1.2.3", "@", ""],
)
def test_what_is_nobody_s_address_stays(text: str) -> None:
    assert mask_in_text(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("call 0491 570 157 now", "call 049•••••57 now"),
        ("call +123 4567 now", "call +••••••• now"),
        ("call 1234 5678 now, code 123 4567", "call 1•••••78 now, code 123 4567"),
        ("sip:1001@pbx.example.com is away", "sip:1•••@pbx.example.com is away"),
        ("<jane@example.com>,<joe@example.com>", "<j•••@example.com>,<j•••@example.com>"),
    ],
)
def test_every_address_in_a_sentence_is_masked(text: str, shown: str) -> None:
    assert mask_in_text(text) == shown


# --- known texts


@pytest.mark.parametrize(
    ("known", "text", "shown"),
    [
        ("Al", "al, already: Al", "•••, already: •••"),
        ("王小明", "您好王小明", "您好•••"),
        ("Straße 7", "STRAßE 7", "•••"),
        ("abcdefghijklmnopqrstuvwxyz", "it said 'abcdefghijklmnop…'", "it said '•••…'"),
        ("x" * 70, f"it said {'x' * 64} and more", "it said •••"),
        (" ", "a b", "a b"),
    ],
)
def test_a_known_text_is_hidden_where_it_stands(known: str, text: str, shown: str) -> None:
    texts = KnownTexts()
    texts.add(known)
    assert texts.hidden_in(text) == shown


def test_the_longest_of_known_texts_is_hidden() -> None:
    texts = KnownTexts()
    for known in ("Jane", "Jane Doe", "Doe & Sons"):
        texts.add(known)
    assert texts.hidden_in("Jane Doe & Sons and Jane") == "••• & Sons and •••"
