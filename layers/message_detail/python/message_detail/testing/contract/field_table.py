"""The field tables agree with what the payload models read and with what the schema has."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any, get_args, get_origin

from message_detail.providers.base.document_reader import Payload
from message_detail.providers.base.field_rules import join_path, split_name
from message_detail.testing.contract.subject import Subject
from message_detail.testing.message_fields import annotation_of

Path = tuple[str, ...]


class FieldTableContract(Subject):
    """The field table agrees with the payload model and with the schema."""

    def test_every_field_of_the_payload_has_a_rule(self) -> None:
        table = self.provider.fields
        without = [join_path(path) for path, _ in _fields(_root(self.package)) if table.rule(path) is None]
        assert without == [], "add them to FIELDS"

    def test_every_promoted_field_is_read_by_the_payload(self) -> None:
        fields = list(_fields(_root(self.package)))
        read = [path for path, _ in fields]
        open_ended = [path for path, annotation in fields if _is_open(annotation)]
        for field, rule in self.provider.fields.rules.items():
            if rule.targets == ("provider_message_id",):
                continue  # the caller knows the id, and the fetch has checked it
            path = split_name(field)
            known = any(path == one[: len(path)] for one in read)
            below_any = any(path[: len(one)] == one for one in open_ended)
            assert not rule.targets or known or below_any, f"{field} has targets, and the payload lacks it"

    def test_every_target_is_a_field_of_the_message(self) -> None:
        for rule in self.provider.fields.rules.values():
            for target in rule.targets:
                annotation_of(target)  # raises NoSuchField, which names it

    def test_every_rule_sends_its_field_somewhere(self) -> None:
        for field, rule in self.provider.fields.rules.items():
            ways = (bool(rule.targets), rule.kept, bool(rule.ignored))
            assert any(ways), f"{field} goes nowhere"
            assert not (rule.ignored and (rule.targets or rule.kept)), f"{field} is ignored and kept"

    def test_one_field_at_the_top_is_the_message_id(self) -> None:
        rules = self.provider.fields.rules
        ids = [field for field, rule in rules.items() if "provider_message_id" in rule.targets]
        assert len(ids) == 1
        assert "." not in ids[0]


def _root(package: str) -> type[Payload]:
    """The model of the whole document: the one that no other model of the module holds."""
    module = importlib.import_module(f"{package}.payload")
    models = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Payload) and value.__module__ == module.__name__
    ]
    held = {inner for model in models for field in model.model_fields.values() for inner in _models(field.annotation)}
    roots = [model for model in models if model not in held and not any(model in one.__bases__ for one in models)]
    assert len(roots) == 1, f"{module.__name__} has no single model of the whole document: {roots}"
    return roots[0]


def _fields(model: type[Payload], above: Path = ()) -> Iterator[tuple[Path, Any]]:
    """The paths of a model's leaves, under the provider's own names."""
    for name, field in model.model_fields.items():
        path = (*above, field.alias or name)
        inner = list(_models(field.annotation))
        plain = [arm for arm in _arms(field.annotation) if not list(_models(arm))]
        if not inner or plain:
            yield path, field.annotation
            continue
        below = (*path, "[]") if any(get_origin(arm) in (list, tuple) for arm in _arms(field.annotation)) else path
        for one in inner:
            yield from _fields(one, below)


def _arms(annotation: Any) -> tuple[Any, ...]:
    """The alternatives of a type, null apart."""
    if get_origin(annotation) in (list, tuple) or not get_args(annotation):
        return (annotation,)
    return tuple(arm for arm in get_args(annotation) if arm is not type(None))


def _models(annotation: Any) -> Iterator[type[Payload]]:
    if isinstance(annotation, type) and get_origin(annotation) is None and issubclass(annotation, Payload):
        yield annotation
    for argument in get_args(annotation):
        yield from _models(argument)


def _is_open(annotation: Any) -> bool:
    """Whether the model takes any structure there."""
    return any(
        arm is Any or get_origin(arm) is dict or (get_origin(arm) in (list, tuple) and _is_open(get_args(arm)[0]))
        for arm in _arms(annotation)
    )
