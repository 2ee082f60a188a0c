"""A provider is whole: what belongs to one, by path. Read the failure's list to see what a new provider lacks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from message_detail import providers
from tests.recorded import recordings

ROOT = Path(__file__).parents[2]
PACKAGE = "layers/message_detail/python/message_detail/providers"

FUNCTIONS = ("lookup", "worker", "webhook")
FILES = (
    *(
        f"{PACKAGE}/{{name}}/{part}.py"
        for part in ("__init__", "account", "payload", "mapping", "provider", "webhook", "listing")
    ),
    *(f"functions/{{name}}/{function}.py" for function in FUNCTIONS),
    *(f"events/{{name}}/{function}.json" for function in FUNCTIONS),
    "local/simulators/{name}.py",
    "local/simulators/messages/{name}.py",
    "tests/fixtures/{name}/seed.json",
    "tests/fixtures/{name}/seed.expected.json",
    "tests/unit/providers/test_{name}.py",
    "tests/unit/providers/cases/{name}.py",
    "tests/unit/simulators/test_{name}.py",
    "tests/unit/webhooks/schemes/{name}.py",
    "docs/providers/{name}.md",
)
LEAST_FIXTURES = 8


def test_every_file_of_a_provider_exists(name: str) -> None:
    missing = [path for file in FILES if not (ROOT / (path := file.format(name=name))).is_file()]
    if missing:  # said as a list to work through: a line for each, and each once
        pytest.fail("\n".join((f"{name} lacks", *missing)), pytrace=False)


def test_there_are_enough_fixtures(name: str) -> None:
    found = recordings(name)
    assert len(found) >= LEAST_FIXTURES, f"tests/fixtures/{name}: {len(found)} of {LEAST_FIXTURES}"
    missing = [recording.expected_file.name for recording in found if not recording.expected_file.is_file()]
    assert missing == [], f"tests/fixtures/{name} lacks {', '.join(missing)}"


def test_the_template_has_a_block_for_the_provider(name: str) -> None:
    template = (ROOT / "template.yaml").read_text(encoding="utf-8")
    wanted = ["Queue", "DeadLetterQueue", *(function.capitalize() for function in FUNCTIONS)]
    missing = [f"{name.capitalize()}{part}" for part in wanted if f"\n  {name.capitalize()}{part}:\n" not in template]
    advice = f"put {name} into template/providers.txt and run `make template`"
    assert missing == [], f"template.yaml lacks {', '.join(missing)}: {advice}"


def test_the_readme_has_a_row_for_the_provider(name: str) -> None:
    readme = ROOT / "README.md"
    assert readme.is_file(), "README.md is missing"
    row = re.compile(rf"^\|.*`{name}`.*\|", re.MULTILINE)
    assert row.search(readme.read_text(encoding="utf-8")), f"README.md lacks a table row with `{name}`"


def test_the_declaration_bears_the_name_of_its_folder(name: str) -> None:
    provider = providers.load(name)
    assert provider.name == name
    assert re.fullmatch(r"[a-z]+", name)
    assert provider.title
    assert provider.docs.startswith("https://")
    assert provider.schema is providers.account_schema(name)


def test_every_folder_belongs_to_a_provider() -> None:
    """What is left over from a provider that was removed or renamed."""
    names = set(providers.names())
    purposes = {path.parent.name for path in (ROOT / "functions").glob("*/app.py")}  # of functions for all of them
    found = {
        "tests/fixtures": {path.name for path in (ROOT / "tests/fixtures").iterdir() if path.is_dir()},
        "events": {path.name for path in (ROOT / "events").glob("*") if path.is_dir()} - purposes,
        "functions": {path.name for path in (ROOT / "functions").glob("*") if path.is_dir()} - purposes,
    }
    left_over = [
        f"{folder}/{one}" for folder, inside in found.items() for one in sorted(inside - names - {"__pycache__"})
    ]
    assert left_over == []


def test_the_guide_lists_every_file() -> None:
    guide = (ROOT / "docs/adding-a-provider.md").read_text(encoding="utf-8")
    block = guide.partition("```\n")[2].partition("```")[0]
    listed = [
        f"{folder}{file}"
        for folder, files in re.findall(r"^(\S+/)\n +(.+)$", block, re.MULTILINE)
        for file in files.split()
    ]
    assert listed == [file.format(name="acme") for file in FILES]
