"""No text that comes from outside makes work that grows faster than the text.

Every regular expression of the package is found by itself, and tried in the ways in which the package uses it; so is
every function that reads a text, which has to be in the table here or in the list of those that see no foreign one.
"""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import message_detail
from message_detail import providers
from message_detail.adapters import charsets
from message_detail.domain import (
    amounts,
    answer_size,
    correlation,
    json_codec,
    message_ids,
    session_tokens,
    tasks,
    times,
    waits,
)
from message_detail.domain.addresses import encoded_words, mailboxes, named_numbers, phone_numbers, query, reader
from message_detail.domain.errors import MessageDetailError
from message_detail.domain.events_out import guard, retry_plan
from message_detail.domain.explanation import words
from message_detail.domain.json_leaves import put
from message_detail.domain.message import Body, Party
from message_detail.domain.redaction import redact, secret_names, secret_pairs, secret_shapes
from message_detail.domain.statistics import days, facts
from message_detail.domain.withholding import masks
from message_detail.domain.withholding.withhold import withhold
from message_detail.entrypoints import compression
from message_detail.providers.base import address_texts, error_texts, inline_content, parties, signatures
from message_detail.providers.base.document_reader import DocumentReader
from message_detail.providers.base.provider import Context, Provider
from message_detail.providers.base.webhook import Delivery
from message_detail.services import request_model, search_query, text_search
from message_detail.services.stats_request import StatsParameters
from message_detail.testing.leaves import leaves
from message_detail.testing.recordings import account_for, retrieve
from message_detail.testing.schemes import address
from tests.adversarial import few_texts, texts, too_fast_growth
from tests.recorded import seed
from tests.unit.providers.cases import CASES
from tests.unit.samples import message

ROOT = Path(message_detail.__path__[0])
SOURCES = {path: path.read_text(encoding="utf-8") for path in sorted(ROOT.rglob("*.py"))}
Found = dict[str, tuple[re.Pattern[Any], tuple[str, ...]]]
METHODS = ("search", "match", "fullmatch", "finditer", "findall", "sub", "split")
CALLED: dict[tuple[str, str], set[str]] = {}
"""By a module (all of them together are "") and a name: the methods that are called on it."""
for _path, _text in SOURCES.items():
    for _name, _method in re.findall(rf"\b(\w+)(?:\[[^\]\n]*\])?\.({'|'.join(METHODS)})\(", _text):
        for _where in (".".join(_path.relative_to(ROOT).with_suffix("").parts), ""):
            CALLED.setdefault((_where, _name), set()).add(_method)
LENGTH = 8_192
IDLE_SECONDS = 0.01
"""What 16,384 characters take in squares is far more: a hundred million steps."""

# --- regular expressions

SHORT: dict[str, int] = {
    "domain.withholding.masks._MAILBOX": 10_000,  # long numbers are blocks of 5,000: exactly twice as many
    **{f"providers.base.error_texts._PRIVATE{place}": 400 for place in ("", "[1]", "[2]", "[3]", "[4]")},
    **{f"domain.addresses.named_numbers._FORMS{place}": named_numbers.MAX_TEXT for place in ("", "[1]", "[2]", "[3]")},
}
"""Expressions that see so many characters at most, since the code cuts what it gives them."""


def _patterns(value: Any) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, tuple | list | set | frozenset):
        for item in value:
            yield from _patterns(item)
    elif isinstance(value, dict):
        yield from _patterns(list(value.values()))
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        yield from _patterns([getattr(value, field.name, None) for field in dataclasses.fields(value)])


def _modules() -> Iterator[tuple[str, ModuleType]]:
    """The modules of the package that are deployed, by their names below it."""
    for found in pkgutil.walk_packages(message_detail.__path__, "message_detail."):
        place = found.name.removeprefix("message_detail.")
        if not place.startswith("testing"):
            yield place, importlib.import_module(found.name)


def _named() -> Found:
    """Every expression that a module holds, with the methods that the package calls on its name."""
    found: Found = {}
    seen: set[int] = set()
    for place, module in _modules():
        for name, value in vars(module).items():
            if id(value) in seen or not (patterns := list(_patterns(value))):
                continue
            seen.add(id(value))
            for number, pattern in enumerate(patterns):
                methods = CALLED.get((place, name)) or CALLED.get(("", name)) or {"search"}
                found[f"{place}.{name}" + (f"[{number}]" if number else "")] = (pattern, tuple(sorted(methods)))
    return found


def _inline() -> Found:
    """Every expression that is written where it is used: `re.sub(r"…", …)`."""
    found: Found = {}
    for path, text in SOURCES.items():
        for node in ast.walk(ast.parse(text)):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "re"
                and node.func.attr in METHODS
                and isinstance(node.args[0], ast.Constant)
            ):
                found[f"{path.stem}:{node.lineno}"] = (re.compile(node.args[0].value), (node.func.attr,))
    return found


EXPRESSIONS = {**_named(), **_inline()}


def _uses(pattern: re.Pattern[Any], methods: tuple[str, ...]) -> Iterator[Callable[[Any], object]]:
    for method in methods:
        if method == "sub":
            yield lambda text: pattern.sub(text[:0], text)
        elif method in ("search", "finditer", "findall"):
            yield lambda text: [None for _ in pattern.finditer(text)]
        else:
            yield getattr(pattern, method)


@pytest.mark.parametrize("name", list(EXPRESSIONS))
def test_an_expression_takes_no_more_than_linear_work(name: str) -> None:
    pattern, methods = EXPRESSIONS[name]
    length = SHORT.get(name, LENGTH)
    for (what, small), (_, large) in zip(texts(length), texts(2 * length), strict=True):
        for work in _uses(pattern, methods):
            given = (small.encode(), large.encode()) if isinstance(pattern.pattern, bytes) else (small, large)
            grown = too_fast_growth(work, *given, idle_seconds=IDLE_SECONDS)
            assert grown is None, f"{what}: {grown:.1f} times the work for twice the text"


def test_expressions_are_found() -> None:
    assert len(EXPRESSIONS) > 60
    assert {
        "domain.json_codec._BRACKETS_AND_STRINGS",
        "domain.redaction.secret_pairs._LINE",
        "domain.addresses.mailboxes._TOKEN",
    } <= set(EXPRESSIONS)


# --- readers

READERS: dict[str, Callable[[str], object]] = {
    "domain.addresses.reader.read": reader.read,
    "domain.addresses.reader.read_all": reader.read_all,
    "domain.addresses.reader.keys": reader.keys,
    "domain.addresses.reader.national_key": reader.national_key,
    "domain.addresses.query.asked": query.asked,
    "domain.addresses.query.address_lists": query.address_lists,
    "domain.times.parse_instant": times.parse_instant,
    "domain.amounts.find_currency": amounts.find_currency,
    "domain.amounts.plain_decimal": amounts.plain_decimal,
    "domain.amounts.read_amount": amounts.read_amount,
    "adapters.charsets.decoded": lambda text: charsets.decoded(text.encode(), "windows-1250"),
    "domain.addresses.encoded_words.decoded": encoded_words.decoded,
    "domain.addresses.encoded_words.hide_an_address": encoded_words.hide_an_address,
    "providers.base.inline_content.inline_digest": inline_content.inline_digest,
    "providers.base.inline_content.is_base64": inline_content.is_base64,
    "providers.base.inline_content.is_data_url": inline_content.is_data_url,
    "domain.explanation.words.shown": lambda text: words.shown(text, words.LONGEST_REASON),
    "domain.explanation.words.own_reason": lambda text: words.own_reason(
        message(status_reason=text, subject=text, body=Body(text=text))
    ),
    "entrypoints.compression.packed": compression.packed,
    "entrypoints.compression.is_accepted": compression.is_accepted,
    "domain.json_codec.loads": json_codec.loads,
    "domain.json_codec.dumps": json_codec.dumps,
    "domain.answer_size.fits": answer_size.fits,
    "domain.answer_size.size_in_answer": answer_size.size_in_answer,
    "domain.addresses.mailboxes.addr_spec": mailboxes.addr_spec,
    "domain.addresses.mailboxes.mailboxes": mailboxes.mailboxes,
    "domain.addresses.named_numbers.named_number": named_numbers.named_number,
    "providers.base.parties.normalize": parties.normalize,
    "providers.base.parties.parties": parties.parties,
    "providers.base.parties.party": parties.party,
    "domain.addresses.phone_numbers.only_digits": phone_numbers.only_digits,
    "domain.addresses.phone_numbers.region_of": lambda text: phone_numbers.region_of(f"+{text}"),
    "domain.statistics.days.is_day": days.is_day,
    "domain.statistics.facts.unpack": facts.unpack,
    "services.stats_request.StatsParameters": lambda text: StatsParameters.read({"group_by": text, "country": text}),
    "providers.base.address_texts.structure": address_texts.structure,
    "providers.base.address_texts.address_texts": lambda text: address_texts.address_texts(
        text, "sender", DocumentReader({"sender": text}, providers.load("portsip").fields)
    ),
    "domain.addresses.phone_numbers.e164": lambda text: phone_numbers.e164(text, "AU"),
    "domain.addresses.phone_numbers.readings": lambda text: phone_numbers.readings(text, ("AU", "US")),
    "domain.addresses.phone_numbers.tidy": phone_numbers.tidy,
    "domain.times.parse_local": lambda text: times.parse_local(text, ZoneInfo("Europe/Prague")),
    "domain.redaction.redact.redact": redact.redact,
    "providers.base.signatures.from_base64": signatures.from_base64,
    "providers.base.signatures.from_hex": signatures.from_hex,
    "providers.base.webhook.Delivery.form": lambda text: Delivery(text.encode(), {}, {}, 0.0, address("any")).form(),
    "providers.base.error_texts.shown": lambda text: error_texts.shown(
        text, account_for(providers.load("samva"), seed("samva"))
    ),
    "services.request_model.instant": request_model.instant,
    "services.text_search.TextParameters": lambda text: text_search.TextParameters.read({"q": text}),
    "services.search_query.parse": lambda text: search_query.parse({"address": text}),
    "domain.redaction.secret_names.is_secret": secret_names.is_secret,
    "domain.redaction.secret_pairs.blanked": secret_pairs.blanked,
    "domain.redaction.secret_pairs.unescaped": lambda text: secret_pairs.unescaped(text, secret_shapes.blanked),
    "domain.redaction.secret_shapes.blanked": secret_shapes.blanked,
    "domain.tasks.parse": tasks.parse,
    "domain.message_ids.check_message_id": message_ids.check_message_id,
    "domain.times.instant_or_none": times.instant_or_none,
    "domain.waits.told": waits.told,
    "domain.correlation.is_usable": correlation.is_usable,
    "domain.session_tokens.claimed": lambda text: session_tokens.claimed(f"{session_tokens.PREFIX}{text}"),
    "domain.events_out.guard.read_address": guard.read_address,
    "domain.events_out.retry_plan.retry_after": lambda text: retry_plan.retry_after(text, 0.0),
    "domain.withholding.masks.mask_address": masks.mask_address,
    "domain.withholding.masks.mask_in_text": masks.mask_in_text,
    "domain.withholding.masks.digits_of": masks.digits_of,
    "domain.withholding.withhold.withhold": lambda text: withhold(
        message(to=[Party(name=text, address_raw=text)], body=Body(text=text), status_reason=text)
    ),
}
"""What reads a text that people, providers or callers wrote, in what the providers share; then in the providers."""
READERS |= {name: read for case in CASES.values() for name, read in case.readers.items()}
OURS = frozenset(
    {
        "domain.webhook_secrets.clean_secret",  # settings of the operator
        "providers.base.field_rules.ignored",  # reasons that our tables state
        "providers.base.field_rules.our_note",
        "domain.json_paths.split_path",  # paths of our tables
        "domain.reconcile_policy.read_plan",  # settings of the operator
        "entrypoints.openapi.described.with_provider",  # our tables of texts
    }
)
"""What sees none, or only asks how long it is."""
_FOREIGN = ("text", "raw", "native", "reason")
"""How parameters are named that hold such a text."""


@pytest.mark.parametrize("name", list(READERS))
def test_a_reader_takes_no_more_than_linear_work(name: str) -> None:
    def work(text: str) -> None:
        with suppress(ValueError, MessageDetailError):  # it is none of what is read here
            READERS[name](text)

    for (what, small), (_, large) in zip(few_texts(LENGTH), few_texts(2 * LENGTH), strict=True):
        grown = too_fast_growth(work, small, large, idle_seconds=2 * IDLE_SECONDS)
        assert grown is None, f"{what}: {grown:.1f} times the work for twice the text"


def test_every_function_that_reads_a_text_is_tried_here() -> None:
    found = set()
    for place, module in _modules():
        for name, function in inspect.getmembers(module, inspect.isfunction):
            first = next(iter(inspect.signature(function).parameters), "")
            if function.__module__ == module.__name__ and not name.startswith("_") and first in _FOREIGN:
                found.add(f"{place}.{name}")
    assert found - set(READERS) - OURS == set()


# --- whole answers


def _mapped(provider: Provider, context: Context, document: Any) -> object:
    return provider.normalize(document, context)


@pytest.mark.parametrize("name", providers.names())
def test_a_message_of_such_texts_is_mapped_in_linear_work(name: str) -> None:
    provider = providers.load(name)
    recording = seed(name)
    document = retrieve(provider, recording)
    context = Context(account_for(provider, recording), recording.message_id, recording.fetched_at)
    ids = {path for path, leaf in leaves(document) if leaf == recording.message_id}

    def filled(text: str) -> Any:
        copy = json_codec.loads(json_codec.dumps(document))
        for path, leaf in leaves(document):
            if isinstance(leaf, str) and path not in ids:
                put(copy, path, text)
        return copy

    for (what, small), (_, large) in zip(few_texts(1000)[::3], few_texts(2000)[::3], strict=True):
        grown = too_fast_growth(
            lambda given: provider.normalize(given, context), filled(small), filled(large), idle_seconds=1.0
        )
        assert grown is None, f"{what}: {grown:.1f} times the work for twice the texts"


WRONG = {
    "numbers": 7,
    "lists": [[1]],
    "objects": {"a": [1]},
    "members of a wrong type": {"id": [], "name": {}, "address": 7, "url": [1], "value": {}},
}


@pytest.mark.parametrize("what", list(WRONG))
@pytest.mark.parametrize("name", providers.names())
def test_lists_of_values_of_a_wrong_type_are_mapped_in_linear_work(name: str, what: str) -> None:
    provider = providers.load(name)
    recording = seed(name)
    document = retrieve(provider, recording)
    context = Context(account_for(provider, recording), recording.message_id, recording.fetched_at)

    def with_lists(count: int) -> Any:
        lists = {field.split("[]")[0]: [WRONG[what]] * count for field in provider.fields.rules if "[]" in field}
        return {**document, **{field: items for field, items in lists.items() if "." not in field}}

    grown = too_fast_growth(
        lambda given: provider.normalize(given, context), with_lists(2000), with_lists(4000), idle_seconds=1.0
    )
    assert grown is None, f"{grown:.1f} times the work for twice the items"


def test_keys_by_the_thousand_are_mapped_in_linear_work() -> None:
    for name in providers.names():
        provider = providers.load(name)
        recording = seed(name)
        document = retrieve(provider, recording)
        context = Context(account_for(provider, recording), recording.message_id, recording.fetched_at)
        small, large = ({**document, **{f"k{n}": "v" for n in range(count)}} for count in (5000, 10_000))
        grown = too_fast_growth(partial(_mapped, provider, context), small, large, idle_seconds=1.0)
        assert grown is None, f"{name}: {grown:.1f} times the work for twice the keys"
