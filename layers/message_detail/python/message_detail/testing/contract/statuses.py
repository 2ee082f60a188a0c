"""Providers' words become statuses of ours, and a word that no table has fails nothing."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from message_detail.domain.json_leaves import Path, put
from message_detail.domain.message import Message
from message_detail.domain.status import Status
from message_detail.providers.base.provider import Context, Provider
from message_detail.testing.contract.subject import Subject, successes
from message_detail.testing.leaves import generic, leaves
from message_detail.testing.recordings import Recording, account_for, retrieve

NO_SUCH_WORD = "no-such-word"


class StatusContract(Subject):
    """Words become statuses, and unknown ones fail nothing."""

    def test_tables_of_statuses_hold_statuses_by_searchable_words(self) -> None:
        tables = dict(_status_tables(self.package))
        assert tables, f"no table of statuses in {self.package}"
        for where, table in tables.items():
            for word, status in table.items():
                assert isinstance(status, Status), f"{where}[{word!r}]"
                if isinstance(word, str):
                    assert word == word.strip().casefold(), f"{where}[{word!r}] is never found: not trimmed, lower case"

    def test_an_unknown_word_is_unknown_and_drift(self) -> None:
        tried = [_with_words(self.provider, success, lambda _: NO_SUCH_WORD) for success in self._with_a_word()]
        assert tried
        for message in tried:
            assert message.status is Status.UNKNOWN, message.id
            assert message.status_native == NO_SUCH_WORD
            assert not message.final
            drift = [entry for entry in message.provenance.drift if entry.value == NO_SUCH_WORD]
            assert {entry.problem for entry in drift} == {"unknown_value"}

    def test_words_are_found_in_any_case_and_untrimmed(self) -> None:
        for success in self._with_a_word():
            shouted = _with_words(self.provider, success, lambda word: f" {word.upper()} ")
            assert shouted.status is _with_words(self.provider, success, lambda word: word).status, str(success)

    def _with_a_word(self) -> list[Recording]:
        """The recordings whose answer has a word of status."""
        return [
            success
            for success in successes(self.recordings)
            if any(_is_status(self.provider, path) for path, _ in leaves(retrieve(self.provider, success)))
        ]


def _with_words(provider: Provider, success: Recording, change: Callable[[str], str]) -> Message:
    """The message whose words of status have been changed."""
    document = retrieve(provider, success)
    for place, word in list(leaves(document)):
        if _is_status(provider, place):
            put(document, place, change(str(word)))
    context = Context(account_for(provider, success), success.message_id, success.fetched_at)
    return provider.normalize(document, context).message


def _is_status(provider: Provider, path: Path) -> bool:
    rule = provider.fields.rule(generic(path))
    return rule is not None and "status_native" in rule.targets


def _status_tables(package: str) -> Iterator[tuple[str, Mapping[Any, Any]]]:
    for info in pkgutil.iter_modules(importlib.import_module(package).__path__):
        module = importlib.import_module(f"{package}.{info.name}")
        for variable, value in vars(module).items():
            if isinstance(value, Mapping) and any(isinstance(item, Status) for item in value.values()):
                yield f"{info.name}.py {variable}", value
