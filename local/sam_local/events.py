"""The example events and the functions that they are for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from local.package import load_template

EVENTS: Final = "events"


class UnknownEvent(ValueError):
    """There is no such file under events/, or no function that it is for."""


@dataclass(frozen=True, slots=True)
class Invocation:
    """A function, by its name in the template, and the file of an event for it."""

    function: str
    file: Path

    @property
    def name(self) -> str:
        """The event as it is named to `chosen`."""
        return f"{self.file.parent.name}/{self.file.stem}"


def chosen(names: list[str], root: Path) -> list[Invocation]:
    """The named events (`samva/lookup`, with or without folder and ending), or all of them when none is named."""
    files = [_file(name, root) for name in names] or sorted((root / EVENTS).glob("*/*.json"))
    template = load_template(root)
    return [Invocation(function_of(file, template), file) for file in files]


def function_of(file: Path, template: Mapping[str, Any]) -> str:
    """The function of an event: its folder is that of the code, and its name begins with the handler's module."""
    candidates: dict[str, str] = {
        str(properties["Handler"]).partition(".")[0]: name
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
        for properties in (resource["Properties"],)
        if Path(properties["CodeUri"]).name == file.parent.name
    }
    if len(candidates) == 1:  # functions/messages/app.py: there the event says what is asked
        return next(iter(candidates.values()))
    for module in sorted(candidates, key=len, reverse=True):
        if file.stem.startswith(module):
            return candidates[module]
    raise UnknownEvent(f"no function of the template is for the event {Invocation('', file).name}")


def _file(name: str, root: Path) -> Path:
    folder, _, stem = name.removesuffix(".json").removeprefix(f"{EVENTS}/").partition("/")
    file = root / EVENTS / folder / f"{stem}.json"
    if not stem or ".." in name or not file.is_file():
        raise UnknownEvent(f"there is no event {name!r}; give one of {EVENTS}/, such as samva/lookup")
    return file
