"""The OpenAPI 3.1 document of the HTTP API: made of the routes and of the models that they take and answer."""

from __future__ import annotations

from functools import cache
from typing import Final

from message_detail.entrypoints.answers import Problem
from message_detail.entrypoints.openapi.described import described, with_examples
from message_detail.entrypoints.openapi.events import MODELS, webhooks
from message_detail.entrypoints.openapi.routes import ROUTES
from message_detail.entrypoints.openapi.schemas import Model, Schema, components
from message_detail.services.request_model import RequestModel
from message_detail.version import __version__

DESCRIPTION: Final = """What happened to this message, whichever provider carried it.

Keys may be added to any answer, words to any list of words, and codes to the errors: clients ignore keys that they
don't know, and go by `outcome` and `final` where they don't know a status."""


@cache
def document() -> Schema:
    """The document; the same for every deployment."""
    models: set[Model] = {Problem, *MODELS, *(model for route in ROUTES for model in route.models())}
    closed = {model.__name__ for model in models if issubclass(model, RequestModel)}
    schemas = described(components(models), closed)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "message-detail",
            "version": __version__,
            "description": DESCRIPTION,
        },
        "servers": [{"url": "/"}],
        "security": [{"apiKey": []}],
        "paths": with_examples(_paths(), schemas),
        "webhooks": with_examples(webhooks(), schemas),
        "components": {
            "securitySchemes": {"apiKey": {"type": "http", "scheme": "bearer", "description": "An API key."}},
            "schemas": schemas,
        },
    }


def _paths() -> Schema:
    """Each path with its methods."""
    paths: Schema = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method] = route.operation()
    return paths
