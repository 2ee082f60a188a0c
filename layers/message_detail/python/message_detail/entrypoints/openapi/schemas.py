"""The models of requests and answers as the schemas of the OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue, models_json_schema
from pydantic_core import core_schema

from message_detail.entrypoints.answer_model import SparseAnswer
from message_detail.services.request_model import RequestModel

Schema = dict[str, Any]
Model = type[BaseModel]
_PLACE: Final = "#/components/schemas/{model}"


class _Generator(GenerateJsonSchema):
    """Without titles that repeat the names of fields, and without `null` as what a key is that is left out."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002  # pydantic's name
        """Never: the name says it."""
        return False

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """Of a request, and of an answer that leaves keys out, without the null."""
        return self.generate_inner(schema["schema"]) if self.mode == "validation" else super().nullable_schema(schema)

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """What has a default, which is told unless it stands for absence, or the key is there whatever happens."""
        if self.mode == "serialization" or schema.get("default") is None:
            return self.generate_inner(schema["schema"])
        return super().default_schema(schema)


def components(models: Iterable[Model]) -> Schema:
    """The schemas of these models, and of all that they are made of, by name."""
    _, schemas = models_json_schema(
        [(model, _mode(model)) for model in models], ref_template=_PLACE, schema_generator=_Generator
    )
    return dict(sorted(schemas["$defs"].items()))


def reference(model: Model) -> Schema:
    """Where a model's schema stands."""
    return {"$ref": _PLACE.format(model=model.__name__)}


def fields(model: Model) -> Schema:
    """The schema of each field of a model, by name."""
    properties: Schema = model.model_json_schema(schema_generator=_Generator)["properties"]
    return properties


def required(model: Model) -> frozenset[str]:
    """The fields of a model that must be given."""
    return frozenset(model.model_json_schema(schema_generator=_Generator).get("required", ()))


def _mode(model: Model) -> JsonSchemaMode:
    """Of an answer, all keys are there, except of one that leaves out those that have nothing to say."""
    return "validation" if issubclass(model, RequestModel | SparseAnswer) else "serialization"
