"""Where the values of a config come from: a file of its own, or a section of another tool's settings."""

from __future__ import annotations

import os
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from pathlib import Path

from pwagen.binding.json_tree import mapping_of, tree_of
from pwagen.binding.node import Mapping, Scalar
from pwagen.binding.problem_report import ProblemReport
from pwagen.config.parsing.parse import read, read_bytes


@dataclass(frozen=True)
class ConfigSource:
    """A config that is yet to be read; paths in it are relative to the folder of ``file``.

    ``values`` are those of another tool's settings, which stand in ``file``; None reads ``file`` itself, a
    pwagen.yaml. ``setting`` is the Python expression that has them, such as ``settings.PWAGEN``, and
    ``written`` what a parser of ``file`` has for them, to name their places. ``defaults`` are members that
    hold where the config is silent, at any depth. ``site`` is the published folder, whatever the config says.
    ``memory`` is where builds keep what they know of the site's files, so as not to read them again; by
    default among the project's caches.
    """

    file: Path
    values: Dictionary[str, object] | None = None
    defaults: Dictionary[str, object] = field(default_factory=dict)
    section_defaults: Dictionary[str, Dictionary[str, object]] = field(default_factory=dict)
    site: Path | None = None
    memory: Path | None = None
    setting: str = ""
    written: Mapping | None = None

    @property
    def root(self) -> Path:
        """The folder that paths are relative to."""
        return self.file.parent

    @property
    def name(self) -> str:
        """What problems begin with: the file, or the expression."""
        return self.setting or str(self.file)

    def new_report(self) -> ProblemReport:
        """Return where to note what is wrong."""
        if self.values is None:
            return ProblemReport(self.name)
        return ProblemReport(self.name, self.written.place if self.written else (0, 0))

    def tree(self, report: ProblemReport) -> Mapping | None:
        """Return the config's tree, None if there is none; what is wrong goes to ``report``.

        Raises:
            OSError: the file cannot be read.
        """
        own = read(read_bytes(self.file), report) if self.values is None else self._placed(report)
        if own is None:
            return None
        has = {key.text for key, node in own.items if isinstance(node, Mapping)}
        of_sections = {name: values for name, values in self.section_defaults.items() if name in has}
        tree = with_defaults(with_defaults(own, mapping_of(self.defaults)), mapping_of(of_sections))
        return tree if self.site is None else _with_site(tree, relative_to(self.site, self.root))

    def _placed(self, report: ProblemReport) -> Mapping:
        from pwagen.config.value_places import copy_places, number_places

        own = mapping_of(self.values or {})
        if self.setting:
            report.expressions = number_places(own, self.setting)
        elif self.written:
            copy_places(own, self.written)
        return own


def with_defaults(tree: Mapping, defaults: Mapping) -> Mapping:
    """Return the mapping with the members of ``defaults`` that it lacks, and so for mappings in it.

    A member without a value, as in ``app:``, is one that it lacks.
    """
    members = {key.text: (key, node) for key, node in tree.items}
    for key, default in defaults.items:
        name, node = members.get(key.text, (key, default))
        if _is_null(node):
            node = default
        elif isinstance(node, Mapping) and isinstance(default, Mapping) and node is not default:
            node = with_defaults(node, default)
        members[key.text] = name, node
    return Mapping(tree.place, list(members.values()))


def relative_to(path: Path, folder: Path) -> str:
    """Return how a config in ``folder`` names a path, which may lie outside of it."""
    return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()


def _with_site(tree: Mapping, site: str) -> Mapping:
    members = [(key, node) for key, node in tree.items if key.text != "site"]
    return Mapping(tree.place, [*members, (Scalar(tree.place, "site", "str"), tree_of(site))])


def _is_null(node: object) -> bool:
    return isinstance(node, Scalar) and node.type == "null"
