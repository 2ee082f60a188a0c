"""Data flows one way, folder by folder: functions → entrypoints → services → adapters → providers/base → domain.

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
from tools.code_words import code_words

ROOT = Path(__file__).parents[2]
LAYER = ROOT / "layers/message_detail/python"
PACKAGE = LAYER / "message_detail"

LAYERS = {
    "domain": (),
    "providers.base": ("domain",),
    "providers": ("domain",),
    "adapters": ("providers.base", "domain", "observability"),
    "services": ("adapters", "providers", "domain", "observability"),
    "bootstrap": ("services", "adapters", "providers", "domain", "observability", "settings"),
    "entrypoints": ("bootstrap", "services", "adapters", "providers", "domain", "observability", "settings"),
    "testing": ("adapters", "providers", "domain"),
    "observability": (),
    "settings": (),
}
"""Folders and modules of the package, and what each may import of ours besides itself. `version` is anyone's."""
PURE = ("domain", "providers")
OUTSIDE = ("httpx", "boto3", "botocore", "aws_lambda_powertools", "socket", "urllib.request", "http.client", "os")
"""Ways out of the process, and its environment."""
LIGHT = (
    *("status", "channel", "errors", "times", "tasks", "message_ids", "correlation", "json_codec", "waits", "urls"),
    *("webhook_secrets", "events_out/event", "events_out/endpoint", "events_out/delivery"),
)
"""Modules of the domain that the intake and the fan-out of events need: neither pydantic nor telephone numbers."""
HTTP_CLIENT = ("httpx", "httpcore")
WITH_HTTP_CLIENT = (
    "adapters.endpoint_client",
    "adapters.http_exchange",
    "adapters.provider_client",
    "adapters.provider_session",
    "adapters.transport",
    "bootstrap",
)
"""The modules that a successor of the client would change: docs/decisions/httpx.md."""
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


def _layer(path: Path) -> str:
    """The longest name in LAYERS that a file stands below."""
    inside = _name(path).removeprefix("message_detail.")
    return max((layer for layer in LAYERS if _reaches(inside, layer)), key=len, default="")


@pytest.mark.parametrize("layer", LAYERS)
def test_a_folder_imports_only_what_stands_below_it(layer: str) -> None:
    paths = [path for path in _sources(PACKAGE) if _layer(path) == layer]
    assert paths
    for path in paths:
        assert _beyond(path, (layer, *LAYERS[layer], "version")) == [], _name(path)


def test_every_module_stands_in_a_folder_that_has_its_rule() -> None:
    others = {_name(path) for path in _sources(PACKAGE) if not _layer(path)}
    assert others == {"message_detail", "message_detail.version"}


@pytest.mark.parametrize("layer", PURE)
def test_pure_modules_do_no_io(layer: str) -> None:
    for path in _sources(PACKAGE / layer):
        assert _wrong(path, OUTSIDE) == [], _name(path)


def test_a_provider_knows_no_other_and_nothing_but_the_base_and_the_domain() -> None:
    for name in providers.names():
        for path in _sources(PACKAGE / "providers" / name):
            assert _beyond(path, ("domain", "providers.base", f"providers.{name}")) == [], _name(path)


@pytest.mark.parametrize("name", LIGHT)
def test_what_the_intake_needs_of_the_domain_is_light(name: str) -> None:
    heavy = (*NOT_IN_A_WEBHOOK, *_ours("domain.message", "domain.addresses"))
    assert _wrong(PACKAGE / "domain" / f"{name}.py", heavy) == []


def test_the_http_client_is_known_to_the_modules_that_its_page_names_and_to_no_others() -> None:
    knowing = [_name(path) for path in _sources(PACKAGE) if _wrong(path, HTTP_CLIENT)]
    assert knowing == list(_ours(*WITH_HTTP_CLIENT))
    page = (ROOT / "docs/decisions/httpx.md").read_text(encoding="utf-8")
    assert [name for name in WITH_HTTP_CLIENT if f"| `{name}` |" not in page] == []


def test_of_the_http_client_public_names_are_used_only() -> None:
    sources = [path for folder in (PACKAGE, ROOT / "cli", ROOT / "local") for path in _sources(folder)]
    private = [name for path in sources for name in _names_of(path, HTTP_CLIENT) if "._" in name]
    assert private == []


def _names_of(path: Path, modules: tuple[str, ...]) -> Iterator[str]:
    """What a file imports from some modules, and what it names in them."""
    yield from (imported for imported in _imports(path) if any(_reaches(imported, module) for module in modules))
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
            yield f"{node.value.id}.{node.attr}"


def test_nothing_that_is_shipped_imports_what_is_not() -> None:
    shipped = [path for path in _sources(PACKAGE) if _layer(path) != "testing"]  # tools/prune_layer.py takes it out
    others = ("message_detail_cli", "local", "tests", "tools", "pytest", "hypothesis", "moto", "ministack")
    for path in (*shipped, *_sources(ROOT / "functions")):
        assert _wrong(path, others) == [], str(path)


def test_the_core_names_no_provider() -> None:
    """Another provider changes no line of shared code."""
    for path in _sources(PACKAGE):
        if _layer(path) == "providers":
            continue
        named = {name for name in providers.names() for word in code_words(path) if name in word}
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
def test_a_function_imports_entrypoints_and_its_own_provider(path: Path) -> None:
    allowed = ("message_detail.entrypoints", f"message_detail.providers.{path.parent.name}")
    imported = list(_imports(path))
    assert imported
    assert [one for one in imported if not any(_reaches(one, module) for module in allowed)] == []


@pytest.mark.parametrize("path", FUNCTIONS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_importing_a_function_does_no_io_and_needs_no_setting(path: Path) -> None:
    """In a bare environment, with every connection refused."""
    modules = _modules_after_importing(path, deployed=False)
    assert "message_detail.entrypoints" in modules


@pytest.mark.parametrize("path", FUNCTIONS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_init_of_a_deployed_function_makes_its_clients_and_calls_nobody(path: Path) -> None:
    modules = _modules_after_importing(path)
    assert ("0-clients" in modules) == ("message_detail.bootstrap" not in modules)


@pytest.mark.parametrize(
    "path", [path for path in FUNCTIONS if path.stem == "webhook"], ids=lambda path: path.parent.name
)
def test_a_webhook_function_imports_no_mapping_and_no_client(path: Path) -> None:
    modules = _modules_after_importing(path)
    mapping = {f"message_detail.providers.{path.parent.name}.{part}" for part in ("payload", "mapping", "provider")}
    assert modules & (mapping | set(NOT_IN_A_WEBHOOK)) == set()


@pytest.mark.parametrize(
    "path", [path for path in FUNCTIONS if path.stem == "lookup"], ids=lambda path: path.parent.name
)
def test_a_lookup_builds_no_models_of_other_routes(path: Path) -> None:
    others = ("entrypoints.answers", "services.search_query", "services.text_search", "adapters.aws.search")
    assert _modules_after_importing(path) & {f"message_detail.{name}" for name in others} == set()


def test_health_and_webhooks_of_nobody_wait_for_no_model() -> None:
    [path] = [path for path in FUNCTIONS if path.parent.name == "public"]
    assert _modules_after_importing(path) & set(NOT_IN_A_WEBHOOK) == set()


@pytest.mark.parametrize("purpose", ["operations", "reconcile"])
def test_what_calls_no_provider_imports_no_client(purpose: str) -> None:
    [path] = [path for path in FUNCTIONS if path.parent.name == purpose]
    assert _modules_after_importing(path) & {"httpx", "phonenumbers"} == set()


DEPLOYED = {
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "x",
    "AWS_SECRET_ACCESS_KEY": "x",
    "TABLE_NAME": "messages",
    "CONTENT_BUCKET": "contents",
    "STACK_NAME": "stack",
    "QUEUE_URL": "https://queue.example",
    "DEAD_LETTER_QUEUE_URL": "https://dead.example",
    "QUEUE_URLS": ",".join(f"{name}=https://queue.example" for name in providers.names()),
    "DEAD_LETTER_QUEUE_URLS": ",".join(f"{name}=https://dead.example" for name in providers.names()),
    "EVENTS_QUEUE_URL": "https://queue.example",
    "EVENTS_DEAD_LETTER_QUEUE_URL": "https://dead.example",
    "API_URL": "https://api.example",
    "API_KEYS_SECRET": "stack/api-keys",
}
_IMPORT = """
import os, runpy, sys

def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "subprocess.Popen"):
        os.write(2, f"{event} while importing".encode())
        os._exit(1)

sys.addaudithook(refuse)
runpy.run_path(sys.argv[1])
from message_detail.adapters.aws import clients
print(f"{clients.client.cache_info().currsize}-clients", *sys.modules)
"""


@functools.cache
def _modules_after_importing(path: Path, *, deployed: bool = True) -> frozenset[str]:
    """What is there after a function's init phase, in the environment of a deployed one or in a bare one."""
    done = subprocess.run(
        [sys.executable, "-c", _IMPORT, str(path)],
        env={"PYTHONPATH": str(LAYER), **(DEPLOYED if deployed else {})},
        cwd=path.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return frozenset(done.stdout.split())


@pytest.mark.parametrize("path", sorted((PACKAGE / "entrypoints").glob("*.py")), ids=lambda path: path.stem)
def test_an_entrypoint_has_its_services_made_in_init_is_given_them_at_the_edge_and_looks_up_nothing_else(
    path: Path,
) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    taken = [
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "bootstrap"
    ]
    assert sorted(taken) in ([], ["in_init", "services"])
