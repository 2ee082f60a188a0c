"""A provider in another repository is held to the contract with three lines, and a broken one fails it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import message_detail
from tests.recorded import FOLDER

LAYER = Path(message_detail.__file__).parents[1]
MODEL = "cellcast"
SUITE = """
from pathlib import Path
from {package}.provider import PROVIDER
from {package}.webhook import WEBHOOK
from message_detail.testing import ProviderContract, WebhookContract, shared_secret_schemes

class TestAcme(ProviderContract, WebhookContract):
    provider, recordings = PROVIDER, Path({recordings!r})
    schemes = shared_secret_schemes(WEBHOOK, lambda _at: {{"_id": "m1"}}, "m1")
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Another repository with a provider's package of its own: a copy of one from here."""
    source, package = LAYER / "message_detail/providers" / MODEL, tmp_path / "acme_messages"
    package.mkdir()
    for file in source.glob("*.py"):
        text = file.read_text("utf-8").replace(f"message_detail.providers.{MODEL}", "acme_messages")
        (package / file.name).write_text(text, encoding="utf-8")
    text = SUITE.format(package="acme_messages", recordings=str(FOLDER / MODEL))
    (tmp_path / "test_acme.py").write_text(text, encoding="utf-8")
    return tmp_path


def run(repository: Path, *options: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(LAYER), str(repository)])
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_acme.py", *options],
        env={**os.environ, "PYTHONPATH": path},
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_it_passes_with_three_lines(repository: Path) -> None:
    done = run(repository)
    assert done.returncode == 0, done.stdout
    assert "no tests ran" not in done.stdout


def test_a_field_without_a_rule_fails_it_by_name(repository: Path) -> None:
    mapping = repository / "acme_messages/mapping.py"
    text = mapping.read_text("utf-8")
    rule = next(line for line in text.splitlines() if line.strip().startswith('"customString":'))
    mapping.write_text(text.replace(rule, ""), encoding="utf-8")
    done = run(repository, "-k", "a_rule")
    assert done.returncode == 1
    assert "test_every_field_of_the_payload_has_a_rule" in done.stdout
    assert "customString" in done.stdout
