"""template.yaml is made of the folder template/: a text for all, one for each provider, and the list of their names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.template.reading import PROVIDERS, ROOT, TEMPLATE_TEXT
from tools.render_template import main, render

SOURCES = ("shared.yaml", "provider.yaml")
SHARED = """\
Resources:
  Api: {}
  # of all
  Function:
    Queues:
      - !Ref {Provider}Queue  # {provider}'s

Outputs:
  Id: 1
"""
PROVIDER = """\
Resources:
  {Provider}Queue: { Path: "/v1/{provider}/{id+}" }

Outputs:
  {Provider}Url: 2
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small one, of which nothing is rendered yet."""
    (tmp_path / "template").mkdir()
    sources = {"providers.txt": "acme\nzulu\n", "shared.yaml": SHARED, "provider.yaml": PROVIDER}
    for name, text in sources.items():
        (tmp_path / "template" / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_the_template_is_in_step_with_its_sources() -> None:
    assert render() == TEMPLATE_TEXT, "run `make template`"


def test_the_list_has_each_provider_once() -> None:
    assert tuple((ROOT / "template/providers.txt").read_text(encoding="utf-8").splitlines()) == PROVIDERS


@pytest.mark.parametrize("source", SOURCES)
def test_no_source_names_a_provider(source: str) -> None:
    text = (ROOT / "template" / source).read_text(encoding="utf-8")
    assert not re.search("|".join(PROVIDERS), text, re.IGNORECASE)


def test_a_providers_sections_stand_behind_the_shared_ones_and_lines_that_name_it_are_there_for_each(
    project: Path,
) -> None:
    _, _, text = render(project).partition("\n\n")
    assert text == (
        "Resources:\n  Api: {}\n  # of all\n  Function:\n    Queues:\n"
        "      - !Ref AcmeQueue  # acme's\n      - !Ref ZuluQueue  # zulu's\n\n"
        '  AcmeQueue: { Path: "/v1/acme/{id+}" }\n\n'
        '  ZuluQueue: { Path: "/v1/zulu/{id+}" }\n\n'
        "Outputs:\n  Id: 1\n  AcmeUrl: 2\n  ZuluUrl: 2\n"
    )


def test_a_template_that_is_missing_or_out_of_step_fails_the_check_with_what_to_do(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--check"], project) == 1
    assert main([], project) == 0
    assert main(["--check"], project) == 0
    assert capsys.readouterr().err == "template.yaml is out of step with the folder template/: run `make template`\n"
    (project / "template/providers.txt").write_text("acme\n", encoding="utf-8")
    assert main(["--check"], project) == 1
    assert not list(project.glob("*.tmp"))


def test_a_section_that_only_a_provider_has_is_refused(project: Path) -> None:
    with (project / "template/provider.yaml").open("a", encoding="utf-8") as source:
        source.write("\nMappings:\n  {Provider}: {}\n")
    with pytest.raises(ValueError, match="Mappings"):
        render(project)
