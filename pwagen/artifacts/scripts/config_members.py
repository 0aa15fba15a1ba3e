"""Conversion of a section of pwagen.yaml for the scripts."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any

import msgspec

from pwagen.binding.shape import Shape, members
from pwagen.config.checks.units import parse_duration
from pwagen.globs import to_regex

# By the check that the model names for a value.
CONVERSIONS: dict[str, Callable[[str], Any]] = {"duration": parse_duration, "glob": to_regex}


def config_members(section: msgspec.Struct, leave_out: Collection[str] = ()) -> dict[str, Any]:
    """Return the members that have a value, without those named in ``leave_out``.

    YAML's snake_case becomes JavaScript's camelCase here, durations become milliseconds, globs the sources
    of regular expressions. A member that is added to the model therefore arrives in CONFIG by itself.
    """
    values = {
        name: _convert(getattr(section, name), member.shape)
        for name, member in members(type(section)).items()
        if name not in leave_out
    }
    return {camel_case(name): value for name, value in values.items() if value is not None}


def camel_case(name: str) -> str:
    """Return a snake_case name in camelCase."""
    return re.sub(r"_(\w)", lambda match: match[1].upper(), name)


def _convert(value: Any, shape: Shape) -> Any:
    if isinstance(value, msgspec.Struct):
        return config_members(value)
    if isinstance(value, tuple):
        return [_convert(item, shape.item) if shape.item else item for item in value]
    if isinstance(value, str):
        for check in shape.checks:
            if check in CONVERSIONS:
                return CONVERSIONS[check](value)
    return value
