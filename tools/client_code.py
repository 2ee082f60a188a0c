"""Write the parts of the Python client that follow from the OpenAPI document: its methods, and the types they answer.

Usage: python -m tools.client_code
"""

from __future__ import annotations

import keyword
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from message_detail.entrypoints.openapi.document import document

FOLDER: Final = Path(__file__).parents[1] / "cli" / "message_detail_client"
JSON: Final = "application/json"
NOTE: Final = "Made from the OpenAPI document by `python -m tools.client_code`: not to be edited."
TYPES: Final = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
TEXT: Final = "TextPage"
"""What comes where that is no JSON."""
WHOSE: Final = "provider"
"""Any text to the client: another provider changes no line of it."""
Schema = Mapping[str, Any]


def answers() -> str:
    """The module of the types."""
    schemas = document()["components"]["schemas"]
    lines = [
        f'"""What the API answers and takes.\n\n{NOTE}\nKeys may be added to any answer: refuse none that is new.\n"""',
        "from __future__ import annotations",
        "from typing import Any, Literal, NotRequired, TypedDict",
        *(_declared(name, schema) for name, schema in schemas.items()),
    ]
    return _formatted("\n\n".join(lines) + "\n")


def routes() -> str:
    """The module of the methods."""
    told = [*_operations()]
    used = sorted({name for _, types in told for name in types})
    lines = [
        f'"""The routes of the API, one method each.\n\n{NOTE}\n"""',
        "from __future__ import annotations",
        "from collections.abc import Sequence\nfrom typing import Any, Literal",
        f"from message_detail_client.answers import {', '.join(used)}\n"
        f"from message_detail_client.connection import Connection, {TEXT}, path",
        'class Routes(Connection):\n    """Every route that wants a key; what is None is left out of the call."""',
        *(method for method, _ in told),
    ]
    return _formatted("\n\n".join(lines) + "\n")


def main() -> None:
    """Write the files."""
    for name, text in (("answers.py", answers()), ("routes.py", routes())):
        (FOLDER / name).write_text(text, encoding="utf-8")
        print(FOLDER / name)


def _declared(name: str, schema: Schema) -> str:
    if "properties" not in schema:
        return f"{name} = {_type(schema)}"
    needed = schema.get("required", ())
    fields = {
        key: _type(value, key) if key in needed else f"NotRequired[{_type(value, key)}]"
        for key, value in schema["properties"].items()
    }
    if any(map(keyword.iskeyword, fields)):
        return f"{name} = TypedDict({name!r}, {{{', '.join(f'{key!r}: {value!r}' for key, value in fields.items())}}})"
    return "\n    ".join((f"class {name}(TypedDict):", *(f"{key}: {value}" for key, value in fields.items())))


def _type(schema: Schema, name: str = "") -> str:
    """A schema as a Python type."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if name == WHOSE:
        return "str"
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return " | ".join(dict.fromkeys(_type(one) for one in schema[key]))
    if "enum" in schema or "const" in schema:
        return f"Literal[{', '.join(map(repr, schema.get('enum') or [schema['const']]))}]"
    return _plain(schema)


def _plain(schema: Schema) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        return " | ".join(_plain({**schema, "type": one}) for one in kind)
    if kind == "array":
        return f"list[{_type(schema.get('items', {}))}]"
    if kind == "object":
        values = schema.get("additionalProperties", True)
        return f"dict[str, {_type(values) if isinstance(values, dict) else 'Any'}]"
    return TYPES.get(str(kind), "Any")


def _operations() -> Iterator[tuple[str, set[str]]]:
    """The methods, each with the names of the types that it needs."""
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            if operation["security"] and (answered := _answered(operation)) is not None:
                yield _method(path, method, operation, answered)


def _answered(operation: Schema) -> str | None:
    """The type of what comes where all goes well; None where nothing does."""
    contents = [one.get("content", {}) for status, one in operation["responses"].items() if status.startswith("2")]
    found = [_type(content[JSON]["schema"]) if JSON in content else TEXT for content in contents if content]
    return " | ".join(dict.fromkeys(found)) or None


def _method(path: str, method: str, operation: Schema, answered: str) -> tuple[str, set[str]]:
    parameters = [one for one in operation["parameters"] if one["in"] != "header"]
    query = {one["name"]: (one["schema"], one.get("required", False)) for one in parameters if one["in"] == "query"}
    body = _body(operation)
    given = query or body
    signature = ["self", *(f"{one['name']}: str" for one in parameters if one["in"] == "path")]
    if given:
        signature += ["*", *(_parameter(name, schema, needed) for name, (schema, needed) in _sorted_by_need(given))]
    place = re.sub(r"{(\w+)}", r"{path(\1)}", path)
    sent = f"{{{', '.join(f'{name!r}: {_python_name(name)}' for name in given)}}}"
    asked = "text" if answered == TEXT else method
    call = f"self.{asked}({'f' if '{' in place else ''}{place!r}{', ' + sent if given or method == 'post' else ''})"
    text = (
        f"    def {_snake(operation['operationId'])}({', '.join(signature)}) -> {answered}:\n"
        f'        """{operation["summary"]}."""\n'
        f"        answer: {answered} = {call}\n"
        f"        return answer"
    )
    names = set(document()["components"]["schemas"])
    return text, names & set(re.findall(r"\w+", " ".join((*signature, answered))))


def _body(operation: Schema) -> dict[str, tuple[Schema, bool]]:
    content = operation.get("requestBody", {}).get("content", {}).get(JSON)
    if content is None:
        return {}
    schema = document()["components"]["schemas"][_type(content["schema"])]
    return {name: (one, name in schema.get("required", ())) for name, one in schema["properties"].items()}


def _sorted_by_need(given: Mapping[str, tuple[Schema, bool]]) -> list[tuple[str, tuple[Schema, bool]]]:
    return sorted(given.items(), key=lambda item: not item[1][1])


def _parameter(name: str, schema: Schema, needed: bool) -> str:
    kind = re.sub(r"^list\[", "Sequence[", _type(schema, name))
    return f"{_python_name(name)}: {kind}" if needed else f"{_python_name(name)}: {kind} | None = None"


def _python_name(name: str) -> str:
    return f"{name}_" if keyword.iskeyword(name) else name


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _formatted(text: str) -> str:
    for arguments in (("check", "--fix-only", "--quiet", "--select", "F401,I"), ("format",)):
        command = [sys.executable, "-m", "ruff", *arguments, "--stdin-filename", str(FOLDER / "made.py"), "-"]
        text = subprocess.run(command, input=text, stdout=subprocess.PIPE, check=True, text=True).stdout
    return text


if __name__ == "__main__":
    main()
