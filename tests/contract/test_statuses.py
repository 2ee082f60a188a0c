"""Providers' words become statuses of ours, and a word that no table has fails nothing."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from message_detail import providers
from message_detail.domain.message import Message
from message_detail.domain.status import Status
from message_detail.providers.base.provider import Context, Provider
from tests.contract.leaves import Path, generic, leaves, put
from tests.replay import Fixture, account_of, load_fixtures, retrieve

NO_SUCH_WORD = "no-such-word"


def test_tables_of_statuses_hold_statuses_by_searchable_words(name: str) -> None:
    tables = dict(_status_tables(name))
    assert tables, f"no table of statuses in providers/{name}"
    for where, table in tables.items():
        for word, status in table.items():
            assert isinstance(status, Status), f"{where}[{word!r}]"
            if isinstance(word, str):
                assert word == word.strip().casefold(), f"{where}[{word!r}] is never found: not trimmed, lower case"


def test_an_unknown_word_is_unknown_and_drift(name: str) -> None:
    provider = providers.load(name)
    tried = [_with_words(provider, success, lambda _: NO_SUCH_WORD) for success in _with_a_word(provider)]
    assert tried
    for message in tried:
        assert message.status is Status.UNKNOWN, message.id
        assert message.status_native == NO_SUCH_WORD
        assert not message.final
        drift = [entry for entry in message.provenance.drift if entry.value == NO_SUCH_WORD]
        assert {entry.problem for entry in drift} == {"unknown_value"}


def test_words_are_found_in_any_case_and_untrimmed(name: str) -> None:
    provider = providers.load(name)
    for success in _with_a_word(provider):
        shouted = _with_words(provider, success, lambda word: f" {word.upper()} ")
        assert shouted.status is _with_words(provider, success, lambda word: word).status, str(success)


def _with_words(provider: Provider, success: Fixture, change: Callable[[str], str]) -> Message:
    """The message whose words of status have been changed."""
    document = retrieve(provider, success)
    for place, word in list(leaves(document)):
        if _is_status(provider, place):
            put(document, place, change(str(word)))
    context = Context(account_of(provider, success), success.message_id, success.fetched_at)
    return provider.normalize(document, context).message


def _with_a_word(provider: Provider) -> list[Fixture]:
    """The fixtures whose answer has a word of status."""
    return [
        success
        for success in load_fixtures(provider.name)
        if success.succeeds and any(_is_status(provider, path) for path, _ in leaves(retrieve(provider, success)))
    ]


def _is_status(provider: Provider, path: Path) -> bool:
    rule = provider.fields.rule(generic(path))
    return rule is not None and "status_native" in rule.targets


def _status_tables(name: str) -> Iterator[tuple[str, Mapping[Any, Any]]]:
    package = importlib.import_module(f"message_detail.providers.{name}")
    for info in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        for variable, value in vars(module).items():
            if isinstance(value, Mapping) and any(isinstance(item, Status) for item in value.values()):
                yield f"{name}/{info.name}.py {variable}", value
