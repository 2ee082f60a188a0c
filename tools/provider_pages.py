"""Holds the page of each provider, docs/providers/<name>.md, against what its account schema declares.

Usage: python -m tools.provider_pages
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from message_detail import providers
from message_detail.providers.base.account import AccountSchema
from tools.marked import row

FOLDER: Final = Path(__file__).parents[1] / "docs" / "providers"
HEADINGS: Final = ("Account", "Webhooks", "Limits", "Quirks", "What it can't tell")
"""The sections of a page, in this order."""
NONE: Final = "–"
_ROW: Final = re.compile(r"^\| (`\w+`) \| ([^|]*) \| ([^|]*) \| ([^|]*) \|$", re.MULTILINE)


class Setting(NamedTuple):
    """The first three cells of a row in a page's table of settings; what the setting means follows them."""

    key: str
    needed: str
    default: str


def settings(schema: AccountSchema) -> list[Setting]:
    """What an account of a provider has of its own, each setting once: the address, the log-in, the rest."""
    found: dict[str, Setting] = {}
    for setting in _declared(schema):
        found.setdefault(setting.key, setting)
    return list(found.values())


def _declared(schema: AccountSchema) -> Iterator[Setting]:
    """The settings in the order of the table; of one that comes twice the first counts."""
    base_url = schema.default_base_url
    yield Setting("`base_url`", "no" if base_url else "yes", f"`{base_url}`" if base_url else NONE)
    for number, alternative in enumerate(schema.credentials, start=1):
        for key in alternative:
            yield Setting(f"`{key}`", "yes" if len(schema.credentials) == 1 else f"log-in {number}", NONE)
    for key in schema.required:
        yield Setting(f"`{key}`", "yes", NONE)
    for key in (*schema.optional, *schema.defaults):
        default = schema.defaults.get(key)
        yield Setting(f"`{key}`", "no", NONE if default is None else f"`{default}`")


def problems(name: str, page: str) -> list[str]:
    """What is wrong with the text of a provider's page."""
    provider = providers.load(name)
    headings = tuple(re.findall(r"^## (.+)$", page, re.MULTILINE))
    found = []
    if not page.startswith(f"# {provider.title}\n"):
        found.append(f"the first line must be '# {provider.title}'")
    if provider.docs not in page:
        found.append(f"the vendor's page is missing: {provider.docs}")
    if headings != HEADINGS:
        found.append(f"the sections must be {', '.join(HEADINGS)}")
    return found + _wrong_rows(provider.schema, page)


def _wrong_rows(schema: AccountSchema, page: str) -> list[str]:
    written = _ROW.findall(page.partition("## Account\n")[2].partition("\n## ")[0])
    wanted = settings(schema)
    wrong = [f"{key}: its meaning is missing" for key, _, _, meaning in written if not meaning.strip()]
    if [cells[:3] for cells in written] != [tuple(setting) for setting in wanted]:
        wrong.append("the settings must be\n" + "\n".join(row(*setting, "…") for setting in wanted))
    return wrong


def main() -> int:
    """Tells what is wrong with the pages; the exit code."""
    wrong = 0
    for name in providers.names():
        path = FOLDER / f"{name}.md"
        found = problems(name, path.read_text(encoding="utf-8")) if path.is_file() else ["there is no such page"]
        wrong += len(found)
        for problem in found:
            print(f"docs/providers/{name}.md: {problem}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
