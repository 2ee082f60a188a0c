"""What stands for each provider in a module of its name, found by the folder: the next provider needs no line here."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from types import ModuleType

from message_detail.providers import names


def modules_by_provider(package: str, folder: list[str]) -> dict[str, ModuleType]:
    """The modules of a package that have a provider's name, by that name; `folder` is the package's `__path__`."""
    found = {module.name for module in pkgutil.iter_modules(folder)} & set(names())
    return {name: import_module(f"{package}.{name}") for name in sorted(found)}
