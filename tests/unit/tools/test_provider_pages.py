"""Each provider has a page that tells its settings as its account schema has them."""

from __future__ import annotations

import pytest

from message_detail import providers
from message_detail.providers.base.account import AccountSchema
from tools.provider_pages import FOLDER, Setting, problems, settings

GOOD = (FOLDER / f"{providers.names()[0]}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", providers.names())
def test_the_page_of_a_provider_is_whole_and_true_to_its_schema(name: str) -> None:
    path = FOLDER / f"{name}.md"
    assert path.is_file(), f"docs/providers/{name}.md is missing"
    assert problems(name, path.read_text(encoding="utf-8")) == []


def test_every_page_is_a_providers() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.md")) == list(providers.names())


def test_the_settings_are_the_address_the_log_ins_and_the_rest_each_once() -> None:
    schema = AccountSchema(
        credentials=(("token",), ("user", "password", "token")),
        required=("zone", "password"),
        optional=("unit",),
        defaults={"version": "v1", "zone": "UTC"},
    )
    assert settings(schema) == [
        Setting("`base_url`", "yes", "–"),
        Setting("`token`", "log-in 1", "–"),
        Setting("`user`", "log-in 2", "–"),
        Setting("`password`", "log-in 2", "–"),
        Setting("`zone`", "yes", "–"),
        Setting("`unit`", "no", "–"),
        Setting("`version`", "no", "`v1`"),
    ]


def test_the_only_log_in_is_needed_and_a_known_address_is_not() -> None:
    schema = AccountSchema(credentials=(("key",),), default_base_url="https://api.example.com")
    assert settings(schema) == [
        Setting("`base_url`", "no", "`https://api.example.com`"),
        Setting("`key`", "yes", "–"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("# ", "## ", "the first line must be"),
        ("https://", "http://", "the vendor's page is missing"),
        ("## Limits", "## Speed", "the sections must be"),
        ("## Quirks\n", "", "the sections must be"),
        ("| `base_url` |", "| `address` |", "the settings must be"),
    ],
)
def test_what_a_page_lacks_is_told(old: str, new: str, problem: str) -> None:
    found = problems(providers.names()[0], GOOD.replace(old, new))
    assert any(text.startswith(problem) for text in found)


def test_a_setting_without_a_meaning_is_told() -> None:
    lines = [
        line.rpartition(" | ")[0] + " |  |" if line.startswith("| `base_url`") else line for line in GOOD.splitlines()
    ]
    assert "`base_url`: its meaning is missing" in problems(providers.names()[0], "\n".join(lines))
