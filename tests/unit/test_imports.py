"""Data flows one way: functions → handlers → service → (fetch, store, queue) → provider, message, errors.

The arrows are read off the source. What a module imports only inside a function, or for the type checker, counts too.
"""

from __future__ import annotations

import ast
import functools
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from message_detail import providers

ROOT = Path(__file__).parents[2]
LAYER = ROOT / "layers/message_detail/python"
PACKAGE = LAYER / "message_detail"

PURE = (
    "accounts", "address_texts", "addresses", "amounts", "attachments", "charsets", "encoded_words", "errors", "fates",
    "fold", "inline_content", "jsontext", "ledger", "listing", "mailboxes", "mapping", "message", "named_numbers",
    "parties", "paths", "phone_numbers", "places", "provider", "redact", "sayings", "secret_names", "secret_pairs",
    "secret_shapes", "signatures", "status", "tasks", "times", "version",
)  # fmt: skip
"""Modules without I/O, which import only each other."""
FOR_PROVIDERS = (*PURE, "relay", "waits", "webhook")
"""Modules that providers are made of."""
OUTSIDE = ("httpx", "boto3", "botocore", "aws_lambda_powertools", "socket", "urllib.request", "http.client", "os")
"""Ways out of the process, and its environment."""
FOUNDATION = {"errors": set(), "status": set(), "message": {"status"}, "fates": set(), "times": set(), "paths": set()}
"""Modules that everything rests on, and all that each may import of ours."""
NOT_IN_A_WEBHOOK = ("httpx", "pydantic", "pydantic_core", "phonenumbers")
"""A webhook is answered fast: it neither calls providers nor maps messages."""


def _sources(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)


def _name(path: Path) -> str:
    """A file of the package as a module: message_detail.providers.x.mapping."""
    parts = path.relative_to(LAYER).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(path: Path) -> Iterator[str]:
    """Every module, or name in a module, that a file imports, as its full dotted name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _reaches(imported: str, module: str) -> bool:
    return imported == module or imported.startswith(f"{module}.")


def _wrong(path: Path, forbidden: tuple[str, ...]) -> list[str]:
    return [imported for imported in _imports(path) if any(_reaches(imported, module) for module in forbidden)]


def _beyond(path: Path, allowed: tuple[str, ...]) -> list[str]:
    """What a file imports of ours that is not among the allowed modules."""
    ours = [imported for imported in _imports(path) if _reaches(imported, "message_detail")]
    return [imported for imported in ours if not any(_reaches(imported, module) for module in _ours(*allowed))]


def _ours(*names: str) -> tuple[str, ...]:
    return tuple(f"message_detail.{name}" for name in names)


def test_providers_do_no_io_and_know_nothing_above_them() -> None:
    for path in _sources(PACKAGE / "providers"):
        assert _wrong(path, OUTSIDE) == [], _name(path)
        assert _beyond(path, (*FOR_PROVIDERS, "providers")) == [], _name(path)


def test_providers_know_no_other_provider() -> None:
    for name in providers.names():
        others = tuple(f"message_detail.providers.{other}" for other in providers.names() if other != name)
        for path in _sources(PACKAGE / "providers" / name):
            assert _wrong(path, others) == [], _name(path)


def test_pure_modules_do_no_io() -> None:
    for name in PURE:
        path = PACKAGE / f"{name}.py"
        assert _wrong(path, OUTSIDE) == [], name
        assert _beyond(path, PURE) == [], name


@pytest.mark.parametrize("name", FOUNDATION)
def test_the_foundation_imports_nothing_upward(name: str) -> None:
    found = {
        imported.split(".")[1]
        for imported in _imports(PACKAGE / f"{name}.py")
        if imported.startswith("message_detail.")
    }
    assert found <= FOUNDATION[name]


def test_only_functions_import_handlers() -> None:
    for path in _sources(PACKAGE):
        if "handlers" not in path.parts:
            assert _wrong(path, _ours("handlers")) == [], _name(path)


def test_what_the_service_uses_does_not_use_the_service() -> None:
    for name in (*PURE, "aws", "fetch", "store", "queue", "pressure", "tokens", "secret_store", "contents"):
        assert _wrong(PACKAGE / f"{name}.py", _ours("service", "handlers", "container")) == [], name


def test_nothing_that_is_shipped_imports_what_is_not() -> None:
    for path in (*_sources(PACKAGE), *_sources(ROOT / "functions")):
        assert _wrong(path, ("console", "local", "tests", "tools", "pytest", "moto", "ministack")) == [], str(path)


def test_the_core_names_no_provider() -> None:
    """A sixth provider changes no line of shared code."""
    for path in _sources(PACKAGE):
        if "providers" in path.parts:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        words = [
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose
        ]
        words += [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]
        words += list(_imports(path))
        named = {name for name in providers.names() for word in words if name in word.casefold()}
        assert named == set(), _name(path)


def test_the_import_graph_has_no_cycle() -> None:
    """Only imports at the top count: one inside a function runs when everything is there."""
    graph = {_name(path): _top_imports(path) for path in _sources(PACKAGE)}
    done: set[str] = set()

    def visit(module: str, way: tuple[str, ...]) -> None:
        assert module not in way, " → ".join((*way, module))
        if module not in done:
            for imported in graph[module]:
                visit(imported, (*way, module))
            done.add(module)

    for module in graph:
        visit(module, ())


def _top_imports(path: Path) -> set[str]:
    modules = {_name(one) for one in _sources(PACKAGE)}
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return (found & modules) - {"message_detail"}


# --- functions

FUNCTIONS = _sources(ROOT / "functions")


@pytest.mark.parametrize("path", FUNCTIONS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_function_imports_handlers_and_its_own_provider(path: Path) -> None:
    allowed = ("message_detail.handlers", f"message_detail.providers.{path.parent.name}")
    imported = list(_imports(path))
    assert imported
    assert [one for one in imported if not any(_reaches(one, module) for module in allowed)] == []


@pytest.mark.parametrize("path", FUNCTIONS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_importing_a_function_does_no_io_and_needs_no_setting(path: Path) -> None:
    """In a bare environment, with every connection refused."""
    modules = _modules_after_importing(path)
    assert "message_detail.handlers" in modules


@pytest.mark.parametrize(
    "path", [path for path in FUNCTIONS if path.stem == "webhook"], ids=lambda path: path.parent.name
)
def test_a_webhook_function_imports_no_mapping_and_no_client(path: Path) -> None:
    modules = _modules_after_importing(path)
    mapping = {f"message_detail.providers.{path.parent.name}.{part}" for part in ("payload", "mapping", "provider")}
    assert modules & (mapping | set(NOT_IN_A_WEBHOOK)) == set()


_IMPORT = """
import runpy, sys

def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "subprocess.Popen"):
        raise RuntimeError(f"{event} while importing")

sys.addaudithook(refuse)
runpy.run_path(sys.argv[1])
print(*sys.modules)
"""


@functools.cache
def _modules_after_importing(path: Path) -> frozenset[str]:
    done = subprocess.run(
        [sys.executable, "-c", _IMPORT, str(path)],
        env={"PYTHONPATH": str(LAYER)},
        cwd=path.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return frozenset(done.stdout.split())
