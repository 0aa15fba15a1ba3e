"""Public names of a package that are imported when they are first used."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

from pwagen.imports.optional_packages import extra_for


def lazy_attributes(package: str, extra: str, homes: Mapping[str, Sequence[str]]) -> Callable[[str], Any]:
    """Return the ``__getattr__`` of a package (PEP 562); ``homes`` has the public names of each module.

    It raises an ImportError with the command to type where the package's ``extra`` is not installed.

    So none costs a command that doesn't use it. Type checkers must not see it: with a ``__getattr__`` they
    take every name for one that exists.
    """
    modules = {name: module for module, names in homes.items() for name in names}

    def get_attribute(name: str) -> Any:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        with extra_for(package, extra):
            module = import_module(modules[name])
        return getattr(module, name)

    return get_attribute
