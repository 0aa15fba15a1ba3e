"""The table of features, templates/features.json: what each section of CONFIG brings along.

A row is a section of CONFIG (null: always on) with the parts that it turns on in each script. A script gets
the sections whose row names it, also with no parts. Parts come out in the order of the rows, each after the
parts that it `needs`.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Literal

import msgspec

from pwagen.render import source

Script = Literal["worker", "page", "more"]


class Feature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row of the table; None for a script that has nothing of it."""

    section: str | None
    worker: tuple[str, ...] | None = None
    page: tuple[str, ...] | None = None
    more: tuple[str, ...] | None = None
    """In register.more.js, which has the CONFIG of register.js."""

    def parts(self, script: Script) -> tuple[str, ...] | None:
        """Return what it turns on in a script, without what that needs."""
        return {"worker": self.worker, "page": self.page, "more": self.more}[script]


class FeatureTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    features: tuple[Feature, ...]
    needs: dict[str, tuple[str, ...]]
    """Part -> the parts without which it does not work, in either script."""


@cache
def feature_table() -> FeatureTable:
    """Return the table."""
    return msgspec.json.decode(source("features.json"), type=FeatureTable)


def section_names(script: Script | None = None) -> list[str]:
    """Return the sections that a script's CONFIG may have, those of both without one, in reading order."""
    return [
        feature.section
        for feature in feature_table().features
        if feature.section and (script is None or feature.parts(script) is not None)
    ]


def part_names(script: Script, sections: Collection[str]) -> list[str]:
    """Return the parts of a script with these sections, each after those that it needs.

    register.more.js shares the parts of register.js and doesn't repeat them.
    """
    names: dict[str, None] = {}
    for feature in feature_table().features:
        if feature.section is None or feature.section in sections:
            for part in feature.parts(script) or ():
                _add_part(part, names)
    if script == "more":
        shared = part_names("page", sections)
        return [name for name in names if name not in shared]
    return list(names)


def _add_part(part: str, names: dict[str, None]) -> None:
    if part not in names:
        for need in feature_table().needs.get(part, ()):
            _add_part(need, names)
        names[part] = None
