"""A web app manifest, with the place of each member."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pwagen.audit.finding import Evidence, Location
from pwagen.audit.sources.source import Resource
from pwagen.binding.json_tree import parse_json
from pwagen.binding.node import Mapping, Node, Sequence
from pwagen.binding.problem_report import ProblemReport


@dataclass(frozen=True)
class ManifestDocument:
    """A manifest as it is served. ``linked_from`` is the page's link to it, None if no page links it."""

    resource: Resource
    linked_from: Location | None = None

    @cached_property
    def mistakes(self) -> tuple[Evidence, ...]:
        """What is wrong with it as JSON, and where; duplicate keys count, too."""
        return self._parsed[1]

    @cached_property
    def members(self) -> dict[str, Any]:
        """Its members as browsers read them (of equal keys the last counts); empty if it is no object."""
        try:
            value = json.loads(self.resource.text)
        except (ValueError, RecursionError):
            return {}
        return value if isinstance(value, dict) else {}

    @property
    def is_object(self) -> bool:
        """Whether it is a JSON object, without which browsers take it for none."""
        return isinstance(self._parsed[0], Mapping)

    def at(self, *keys: str | int) -> Location:
        """Return the place of the value at a path of keys and indexes, or of the last part that is there."""
        node = self._parsed[0]
        place = node.place if node else (0, 0)
        for key in keys:
            node = _child(node, key)
            if node is None:
                break
            place = node.place
        return Location(self.resource.path, *place)

    def list_of(self, *keys: str | int) -> list[tuple[int, dict[str, Any]]]:
        """Return the mappings in the list at a path, with their indexes; anything else in it is left out."""
        value: Any = self.members
        for key in keys:
            try:
                value = value[key]
            except (KeyError, IndexError, TypeError):
                return []
        items = value if isinstance(value, list) else []
        return [(index, item) for index, item in enumerate(items) if isinstance(item, dict)]

    @cached_property
    def _parsed(self) -> tuple[Node | None, tuple[Evidence, ...]]:
        report = ProblemReport(self.resource.path)
        node = parse_json(self.resource.text, report)
        problems = sorted([*report.errors, *report.warnings])
        return node, tuple(
            Evidence(Location(self.resource.path, problem.line, problem.column), problem.message, problem.fix)
            for problem in problems
        )


def _child(node: Node | None, key: str | int) -> Node | None:
    match node:
        case Mapping():
            return next((value for name, value in node.items if name.text == key), None)
        case Sequence() if isinstance(key, int) and key < len(node.items):
            return node.items[key]
    return None
