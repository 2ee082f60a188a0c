"""Write into docs/message.md where each field of a message comes from, by the providers' field tables.

Usage: python -m tools.field_reference
"""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Any, Final, Union, get_args, get_origin

from pydantic import BaseModel

from message_detail import providers
from message_detail.domain.message import Message
from message_detail.providers.base.provider import Provider
from tools.marked import MarkedPart, head, row

PART: Final = MarkedPart("message.md", "sources", "tools.field_reference")


def reference() -> str:
    """The tables, one per provider: the fields of the message that it fills, and what its other fields become."""
    lines: list[str] = []
    for name in providers.names():
        provider = providers.load(name)
        lines += [f"### {provider.title}", "", *_promoted(provider), "", *_others(provider), ""]
    return "\n".join(lines)


def _promoted(provider: Provider) -> Iterator[str]:
    """The table of the message's fields that the provider fills."""
    yield head("field", f"from {provider.title}'s")
    for target in targets():
        if sources := _sources(provider, target):
            yield row(f"`{target}`", _listed(sources))


def targets(model: Any = Message, above: str = "") -> Iterator[str]:
    """The path of every field of the schema, in the schema's order."""
    for name, field in model.model_fields.items():
        path = above + (field.alias or name)
        yield path
        yield from _below(field.annotation, path)


def _below(annotation: Any, path: str) -> Iterator[str]:
    if get_origin(annotation) in (Union, types.UnionType):
        for arm in get_args(annotation):
            yield from _below(arm, path)
    elif get_origin(annotation) is tuple:
        yield f"{path}[]"
        yield from _below(get_args(annotation)[0], f"{path}[]")
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from targets(annotation, f"{path}.")


def _sources(provider: Provider, target: str) -> list[str]:
    """The provider's fields that go to a target."""
    return [field for field, rule in provider.fields.rules.items() if target in rule.targets]


def _others(provider: Provider) -> Iterator[str]:
    """What becomes of the fields that the table lacks, or that are kept as well."""
    rules = provider.fields.rules.items()
    kept = [field for field, rule in rules if rule.kept and not rule.redacted]
    redacted = [field for field, rule in rules if rule.redacted]
    if kept:
        yield f"Kept under `extensions`: {_listed(kept)}."
    if redacted:
        yield f"\nKept there with secrets blanked: {_listed(redacted)}."
    for reason in dict.fromkeys(rule.ignored for _, rule in rules if rule.ignored):
        yield f"\nDropped ({reason}): {_listed([field for field, rule in rules if rule.ignored == reason])}."


def _listed(fields: list[str]) -> str:
    return ", ".join(f"`{field}`" for field in fields)


if __name__ == "__main__":
    PART.write(reference())
