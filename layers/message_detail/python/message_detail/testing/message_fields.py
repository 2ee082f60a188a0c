"""The canonical schema as a tree of paths: what a target of a rule names, and what a message holds there."""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel

from message_detail.domain.message import Message
from message_detail.providers.base.field_rules import split_name

TRANSFORMED = frozenset({"address", "sha256", "unit"})
"""Texts that are made of a value rather than being it."""


class NoSuchField(LookupError):
    """A target that the schema does not have."""


def annotation_of(target: str) -> Any:
    """The type of the field that a target names; NoSuchField when there is none."""
    here: Any = Message
    for part in split_name(target):
        here = _inside(_without_null(here), part, target)
    return _without_null(here)


def is_plain_text(target: str) -> bool:
    """Whether the target holds text as the provider wrote it: no time, no word of ours, no number."""
    return annotation_of(target) is str and split_name(target)[-1] not in TRANSFORMED


def values_at(message: dict[str, Any], target: str) -> Iterator[Any]:
    """Every value that a message has at a target, nulls left out."""
    found: list[Any] = [message]
    for part in split_name(target):
        if part == "[]":
            found = [item for items in found if isinstance(items, list) for item in items]
        else:
            found = [item[part] for item in found if isinstance(item, dict) and part in item]
    yield from (value for value in found if value is not None)


def _inside(here: Any, part: str, target: str) -> Any:
    if here is Any or get_origin(here) is dict:
        return Any
    if part == "[]" and get_origin(here) is tuple:
        return get_args(here)[0]
    if isinstance(here, type) and issubclass(here, BaseModel):
        for name, field in here.model_fields.items():
            if part == (field.alias or name):
                return _annotated(field)
    raise NoSuchField(f"{target}: the schema has no {part!r} there")


def _annotated(field: Any) -> Any:
    """The field's type; pydantic takes constraints off the annotation, so a constrained text is told apart here."""
    return object if field.metadata else field.annotation


def _without_null(annotation: Any) -> Any:
    if get_origin(annotation) in (Union, types.UnionType):
        left = [item for item in get_args(annotation) if item is not type(None)]
        return left[0] if len(left) == 1 else annotation
    return annotation
