"""The OpenAPI 3.1 document of the HTTP API: made of the routes and of the models that they take and answer."""

from __future__ import annotations

from functools import cache

from message_detail.entrypoints.answers import Problem
from message_detail.entrypoints.openapi.events import MODELS, webhooks
from message_detail.entrypoints.openapi.routes import ROUTES
from message_detail.entrypoints.openapi.schemas import Model, Schema, components
from message_detail.version import __version__


@cache
def document() -> Schema:
    """The document; the same for every deployment."""
    models: set[Model] = {Problem, *MODELS, *(model for route in ROUTES for model in route.models())}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "message-detail",
            "version": __version__,
            "description": "What happened to this message, whichever provider carried it.",
        },
        "servers": [{"url": "/"}],
        "security": [{"apiKey": []}],
        "paths": _paths(),
        "webhooks": webhooks(),
        "components": {
            "securitySchemes": {"apiKey": {"type": "http", "scheme": "bearer", "description": "An API key."}},
            "schemas": components(models),
        },
    }


def _paths() -> Schema:
    """Each path with its methods."""
    paths: Schema = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method] = route.operation()
    return paths
