"""Writes all of a new provider that holds no information: one that works, and is made the vendor's by changing it.

    make provider NAME=acme TITLE="Acme Messages"

What is written answers for an invented API that is as plain as can be (a bearer token, one call per message, a list by
page numbers, webhooks of a relay), so that every suite runs for it at once: what a test says from then on is about what
has been changed. `tests/contract/test_layout.py` tells what is still missing. docs/adding-a-provider.md has the way.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from message_detail import providers
from tools.code_words import code_words

ROOT: Final = Path(__file__).resolve().parents[1]
SKELETON: Final = Path(__file__).resolve().parent / "skeleton"
#: Stands for the name in paths and texts of the skeleton, with a capital where it begins that of a class.
MODEL: Final = "acme"
SUFFIX: Final = ".txt"
"""Behind each name in the skeleton, so that nothing takes its files for the repository's own."""
NAME: Final = re.compile(r"[a-z]{3,20}")
README_ROW: Final = re.compile(r"^\| [^|]+ \| `([a-z]+)` \|.*$", re.MULTILINE)
NAMES: Final = "template/providers.txt"
"""The list that template.yaml is made of."""
PACKAGE: Final = "layers/message_detail/python/message_detail"
TOOLS: Final = (
    "tools.render_template",
    "tools.make_events",
    "tools.field_reference",
    "tools.explanations",
    "tools.provider_features",
)
"""What writes the files that are made of the new ones."""


class Refused(ValueError):
    """No provider can be written under that name; the text says why."""


def check_name(name: str, root: Path = ROOT) -> None:
    """Refused unless a provider can have this name."""
    if not NAME.fullmatch(name):
        raise Refused(f"{name!r}: a name is 3 to 20 lower-case letters, for it is in URLs, keys and folders for ever")
    for other in providers.names():
        if name.startswith(other) or other.startswith(name):
            raise Refused(f"{name!r}: there is {other!r}, and no name may begin with another")
    taken = [target for target, _ in files(name, name.capitalize()) if (root / target).exists()]
    folders = [folder for folder in (f"functions/{name}", f"events/{name}") if (root / folder).exists()]
    if taken or folders:
        raise Refused(f"{name!r}: {(taken or folders)[0]} is there already")
    if used := _used(name, root):
        raise Refused(f"{name!r}: is a word of {used}; take the vendor's whole name")


def files(name: str, title: str) -> Iterator[tuple[str, str]]:
    """The paths and texts of a provider."""
    for source in sorted(SKELETON.rglob(f"*{SUFFIX}")):
        target = source.relative_to(SKELETON).as_posix().removesuffix(SUFFIX).replace(MODEL, name)
        yield target, _named(source.read_text(encoding="utf-8"), name, title)


def with_row(readme: str, name: str, title: str) -> str:
    """The README with a row for the provider behind the last one."""
    *_, last = (row for row in README_ROW.finditer(readme) if row[1] in providers.names())
    row = f"| {title} | `{name}` | what it carries | relay of yours, list, reconciliation |"
    return f"{readme[: last.end()]}\n{row}{readme[last.end() :]}"


def with_name(names: str, name: str) -> str:
    """The list of the providers with one more."""
    return "".join(f"{one}\n" for one in sorted([*names.split(), name]))


def write(name: str, title: str, root: Path = ROOT) -> list[Path]:
    """Writes the provider; the new files. Refused where there can be none of that name."""
    check_name(name, root)
    written = []
    for target, text in files(name, title):
        path = root / target
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        written.append(path)
    names, readme = root / NAMES, root / "README.md"
    names.write_text(with_name(names.read_text(encoding="utf-8"), name), encoding="utf-8")
    readme.write_text(with_row(readme.read_text(encoding="utf-8"), name, title), encoding="utf-8")
    return written


def finish(name: str, written: list[Path]) -> None:
    """Puts the new code in order, for a name of any length, and has made of it what is made of it."""
    code = [str(path) for path in written if path.suffix == ".py"]
    _run("ruff", "check", "--quiet", "--fix", "--select", "I", *code)
    _run("ruff", "format", "--quiet", *code)
    _run("tools.expected", name)
    for tool in TOOLS:
        _run(tool)


def _named(text: str, name: str, title: str) -> str:
    """A text of the skeleton for a provider."""
    return text.replace("{title}", title).replace(MODEL.capitalize(), name.capitalize()).replace(MODEL, name)


def _used(name: str, root: Path) -> str | None:
    """A module that all providers share and that has the name in one of its words."""
    package = root / PACKAGE
    own = {package / "providers" / other for other in providers.names()}
    shared = (path for path in sorted(package.rglob("*.py")) if not own & {*path.parents})
    return next(
        (str(path.relative_to(root)) for path in shared if any(name in word for word in code_words(path))), None
    )


def _run(module: str, *arguments: str) -> None:
    subprocess.run([sys.executable, "-m", module, *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def main(arguments: list[str] | None = None) -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.new_provider", description=__doc__)
    parser.add_argument("name", help="in URLs, keys and folders; never changed: lower-case letters")
    parser.add_argument("--title", help="as people write it (default: the name with a capital)")
    chosen = parser.parse_args(arguments)
    title = chosen.title or chosen.name.capitalize()
    try:
        written = write(chosen.name, title)
    except Refused as error:
        print(f"new_provider: {error}", file=sys.stderr)
        return 1
    finish(chosen.name, written)
    for path in written:
        print(path.relative_to(ROOT))
    print(f"now make it {title}'s, as docs/adding-a-provider.md says; make test tells by path what is missing")
    return 0


if __name__ == "__main__":
    sys.exit(main())
