"""Renders template.yaml, which SAM reads, from the folder template/.

    python -m tools.render_template            writes it
    python -m tools.render_template --check    fails when it is out of step

providers.txt has the providers, a name a line; shared.yaml is what all share. Of provider.yaml each section is put
behind shared.yaml's section of that name, once for each provider. A line of shared.yaml that names `{provider}` is
there once for each, too. `{Provider}` is the name with a capital. Each
route with GET is followed by the same with HEAD.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
SECTION: Final = re.compile(r"^(\w+:.*\n)", re.MULTILINE)
ROUTE: Final = re.compile(r"^ {8}(\w+):.*\n(?: {10}.*\n)*", re.MULTILINE)
"""An event of a function with all that it has, or what else stands as deep."""
GET: Final = r"Method: GET\b"
NOTE: Final = "# Made of the folder template/ by `make template`: change it there.\n\n"


def render(root: Path = ROOT) -> str:
    """The text of template.yaml. ValueError where a provider has a section that shared.yaml lacks."""
    first, *shared = SECTION.split(read_source(root, "shared.yaml"))
    _, *provider = SECTION.split(read_source(root, "provider.yaml"))
    names = read_source(root, "providers.txt").split()
    blocks = dict(zip(provider[::2], provider[1::2], strict=True))
    rendered = [NOTE, first]
    for heading, body in zip(shared[::2], shared[1::2], strict=True):
        block = blocks.pop(heading, "")
        rendered += [heading, *repeated(body.splitlines(keepends=True), names), *(named(block, name) for name in names)]
    if blocks:
        raise ValueError(f"shared.yaml has no section {', '.join(blocks).strip()}")
    return with_heads("".join(rendered))


def repeated(lines: Iterable[str], names: list[str]) -> Iterator[str]:
    """The lines, those that name a provider once for each."""
    for line in lines:
        yield from (named(line, name) for name in names) if named(line, "") != line else [line]


def with_heads(text: str) -> str:
    """The template with the route HEAD of each route GET."""
    return ROUTE.sub(lambda route: route[0] + (head(route) if re.search(GET, route[0]) else ""), text)


def head(route: re.Match[str]) -> str:
    """A route GET as the route HEAD."""
    return re.sub(GET, "Method: HEAD", route[0].replace(route[1], f"{route[1]}Head", 1))


def named(text: str, name: str) -> str:
    """A text of a provider."""
    return text.replace("{Provider}", name.capitalize()).replace("{provider}", name)


def read_source(root: Path, file: str) -> str:
    """A file of the sources."""
    return (root / "template" / file).read_text(encoding="utf-8")


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.render_template", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when template.yaml is out of step")
    target = root / "template.yaml"
    if not parser.parse_args(arguments).check:
        target.write_text(render(root), encoding="utf-8")
    elif not target.exists() or target.read_text(encoding="utf-8") != render(root):
        print("template.yaml is out of step with the folder template/: run `make template`", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
