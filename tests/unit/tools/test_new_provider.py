"""A new provider is written by one command: it is in order, works, and lacks what only its author can know."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.new_provider import ROOT, Refused, check_name, files, main, with_name, with_row

NAME = "zuluwire"
TITLE = "Zulu & Wire Messages"
NEEDED = (
    *("cli", "docs", "events", "functions", "layers", "local", "template", "tests", "tools"),
    *("README.md", "pyproject.toml", "template.yaml"),
)
SUITES = (
    "tests/contract/test_providers.py",
    "tests/contract/test_shared_lines.py",
    "tests/unit/providers",
    "tests/unit/simulators",
    "tests/unit/webhooks",
    "tests/unit/domain/test_message_schema.py",
)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this repository in which a provider was just written."""
    copy = tmp_path_factory.mktemp("copy")
    for name in NEEDED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, copy / name)
    done = run(copy, "tools.new_provider", NAME, "--title", TITLE)
    assert done.returncode == 0, done.stderr
    return copy


def run(repository: Path, *command: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(repository / "layers/message_detail/python"), str(repository)])
    return subprocess.run(
        [sys.executable, "-m", *command],
        env={**os.environ, "PYTHONPATH": path},
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )


def written(repository: Path) -> list[str]:
    return [target for target, _ in files(NAME, TITLE) if (repository / target).suffix == ".py"]


def test_what_is_written_is_formatted_and_linted(repository: Path) -> None:
    for check in (("ruff", "format", "--check"), ("ruff", "check", "--no-cache")):
        done = run(repository, *check, *written(repository))
        assert done.returncode == 0, done.stdout


def test_what_is_written_has_types(repository: Path) -> None:
    done = run(repository, "mypy", "--cache-dir", str(repository / ".mypy_cache"), *written(repository))
    assert done.returncode == 0, done.stdout


def test_every_suite_tries_it_and_it_passes(repository: Path) -> None:
    done = run(repository, "pytest", "-v", "-p", "no:cacheprovider", "-k", NAME, *SUITES)
    assert done.returncode == 0, done.stdout
    tried = {Path(line.partition("::")[0]).name for line in done.stdout.splitlines() if " PASSED" in line}
    assert tried >= {
        "test_providers.py",
        "test_authentication.py",
        "test_webhook_handler.py",
        "test_webhook_fuzz.py",
        "test_webhook_redelivery.py",
        "test_webhook_accounts.py",
        "test_odd_lists.py",
        "test_no_such_message.py",
        "test_addresses_at_providers.py",
        "test_times_at_providers.py",
        "test_answers.py",
        "test_faults.py",
        "test_lists.py",
        f"test_{NAME}.py",
    }


def test_the_layout_test_tells_what_only_its_author_knows(repository: Path) -> None:
    done = run(repository, "pytest", "-q", "-p", "no:cacheprovider", "-k", NAME, "tests/contract/test_layout.py")
    failed = {line.split("::")[1].partition("[")[0] for line in done.stdout.splitlines() if line.startswith("FAILED")}
    assert failed == {"test_there_are_enough_fixtures"}, done.stdout
    assert f"tests/fixtures/{NAME}: 2 of 8" in done.stdout


def test_the_row_and_what_is_made_of_it_are_there(repository: Path) -> None:
    readme = (repository / "README.md").read_text(encoding="utf-8")
    assert f"\n| {TITLE} | `{NAME}` |" in readme
    assert f"### {TITLE}\n" in (repository / "docs/message.md").read_text(encoding="utf-8")
    assert (repository / f"events/{NAME}/webhook.json").is_file()
    assert (repository / f"tests/fixtures/{NAME}/seed.expected.json").is_file()


def test_a_second_time_it_is_refused_by_the_path_that_is_there(repository: Path) -> None:
    done = run(repository, "tools.new_provider", NAME)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"there is {NAME!r}" in done.stderr


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "lower-case letters"),
        ("ab", "lower-case letters"),
        ("Acme", "lower-case letters"),
        ("acme2", "lower-case letters"),
        ("acme-messages", "lower-case letters"),
        ("../acme", "lower-case letters"),
        ("ácme", "lower-case letters"),
        ("a" * 21, "lower-case letters"),
        ("samva", "there is 'samva'"),
        ("samvatwo", "no name may begin with another"),
        ("cell", "no name may begin with another"),
        ("authorizer", "is there already"),
        ("message", "is a word of"),
        ("status", "is a word of"),
    ],
)
def test_a_name_that_no_provider_can_have_is_refused_with_the_reason(name: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        check_name(name)


def test_the_command_says_why_in_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["Acme"]) == 1
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith("new_provider: 'Acme': a name is 3 to 20 lower-case letters")


def test_the_template_has_its_resources_and_is_in_step(repository: Path) -> None:
    done = run(repository, "pytest", "-q", "-p", "no:cacheprovider", "tests/template/test_rendering.py")
    assert done.returncode == 0, done.stdout
    assert f"\n  {NAME.capitalize()}Queue:\n" in (repository / "template.yaml").read_text(encoding="utf-8")


def test_the_list_of_the_template_stays_in_order() -> None:
    assert with_name("samva\nzulu\n", "acme") == "acme\nsamva\nzulu\n"
    assert with_name("acme\nzulu", "samva") == "acme\nsamva\nzulu\n"


def test_the_row_stands_behind_the_last_providers() -> None:
    readme = "| CareCloud | `carecloud` | x |\n| Samva | `samva` | y |\n\n| `GET /v1` | `other` |\n"
    assert with_row(readme, "acme", "Acme").splitlines()[:3] == [
        "| CareCloud | `carecloud` | x |",
        "| Samva | `samva` | y |",
        "| Acme | `acme` | what it carries | relay of yours, list, reconciliation |",
    ]


def test_the_skeleton_has_nothing_of_its_model_left() -> None:
    for target, text in files(NAME, TITLE):
        assert "acme" not in f"{target}\n{text}".casefold(), target
        assert "{title}" not in text, target
