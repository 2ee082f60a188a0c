"""What the tests that run for every provider must know of each: found by folder, a module of each provider's name.

A module has a `Case` as `CASE`. `tests/contract/test_layout.py` says by path whose is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from local.by_provider import modules_by_provider
from message_detail.domain.message import Message
from message_detail.domain.normalized import NormalizedMessage
from message_detail.testing import ListFacts


@dataclass(frozen=True, kw_only=True)
class Case:
    """One provider.

    message: a usual message of it, with fields of its answer changed. lists: its list. created: the field with the time
    of creation, where a time without an offset is UTC; None where there is none such.

    error: the shapes in which a text comes with an error (none where the provider reads errors by a table of its own,
    tested apart). envelope_decides: the status of a gateway says nothing where such a body is with it. tells_absent:
    answers that say in the vendor's own words that there is no such message. tells_message: bodies of successes that
    only speak of one that is not there.

    addresses: ways in which an address gets into a message, by name; whatsapp: those of them in which bare digits begin
    with their country. named_beside: people whom an answer names in another place than the one that the message's own
    parties are from, each with an address. without_media: messages whose files come later. readers: what reads foreign
    text, by name.
    """

    message: Callable[..., Message]
    lists: ListFacts
    created: str | None = None
    error: Callable[[str], Sequence[Any]] = lambda _text: ()
    envelope_decides: bool = False
    tells_absent: Sequence[tuple[int, Any]] = ()
    tells_message: Sequence[Any] = ()
    addresses: Mapping[str, Callable[[str], Message]] = field(default_factory=dict)
    whatsapp: frozenset[str] = frozenset()
    named_beside: Mapping[str, tuple[str, NormalizedMessage]] = field(default_factory=dict)
    without_media: Sequence[Message] = ()
    readers: Mapping[str, Callable[[str], object]] = field(default_factory=dict)


CASES: Final[dict[str, Case]] = {name: module.CASE for name, module in modules_by_provider(__name__, __path__).items()}
"""By the provider's name."""
