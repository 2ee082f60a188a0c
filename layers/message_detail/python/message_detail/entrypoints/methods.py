"""Which methods a path of the API has, by its OpenAPI document: what 405 tells, where only the method is wrong."""

from __future__ import annotations

import re


def allowed_methods(path: str) -> list[str]:
    """The methods that a path has; none where there is no such path."""
    from message_detail.entrypoints.openapi.document import document  # for a rare answer only

    paths = document()["paths"]
    methods = {method.upper() for template in paths if fits(template, path) for method in paths[template]}
    return sorted(methods | {"HEAD"} if "GET" in methods else methods)


def fits(template: str, path: str) -> bool:
    """Whether a path is one of a template's. A message's id may hold slashes."""
    parts = re.split(r"\{(\w+)\}", template)
    for index, part in enumerate(parts):
        parameter = index % 2 == 1
        parts[index] = (".+" if part == "message_id" else "[^/]+") if parameter else re.escape(part)
    return re.fullmatch("".join(parts), path, re.DOTALL) is not None
