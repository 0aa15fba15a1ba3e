"""YAML events to a tree of nodes, with bounds on depth and on what aliases may multiply.

PyYAML's own composer recurses in C as deep as the file says, which can crash the process, and leaves
duplicate keys and the expansion of aliases to others.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from pwagen.binding.node import Mapping, Node, Place, Scalar, Sequence
from pwagen.binding.problem_report import ProblemReport
from pwagen.binding.words import quote, shorten

Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

MAX_DEPTH = 50
MAX_ALIASED_NODES = 10_000
CORE = "tag:yaml.org,2002:"
KNOWN_TYPES = {"str", "int", "float", "bool", "null", "timestamp", "map", "seq", "value", "merge"}
# A number sign that no space follows: comments are mostly written with one.
_CUT = re.compile(r"\s+(#[^\s#]\S*)")


class TooDeepError(Exception):
    """The file nests deeper than any config does."""

    def __init__(self, place: Place) -> None:
        """Remember where the limit was passed."""
        super().__init__(place)
        self.place = place


def compose(text: str, report: ProblemReport) -> Node | None:
    """Return the tree of the only document, None if there is none.

    Raises:
        yaml.YAMLError: where the text is no YAML.
        TooDeepError: where it nests deeper than 50 levels.
    """
    composer = _Composer(text, report)
    try:
        return composer.document()
    finally:
        composer.events.dispose()


class _Composer:
    def __init__(self, text: str, report: ProblemReport) -> None:
        self.events = Loader(text)
        self.lines = text.splitlines()
        self.report = report
        self.anchors: dict[str, tuple[Node | None, int]] = {}
        self.count = 0
        self.aliased = 0

    def document(self) -> Node | None:
        next_event = self.events.get_event
        next_event()
        if isinstance(next_event(), yaml.StreamEndEvent):
            return None
        root = self.node(next_event(), 0)
        next_event()
        following = next_event()
        if not isinstance(following, yaml.StreamEndEvent):
            self.report.error(
                _place(following), "a second YAML document begins here", "keep one, and remove ---"
            )
        return root

    def node(self, event: Any, depth: int) -> Node:
        place = _place(event)
        if isinstance(event, yaml.AliasEvent):
            return self.alias(event.anchor or "", place)
        if depth > MAX_DEPTH:
            raise TooDeepError(place)
        start, self.count = self.count, self.count + 1
        if event.anchor:
            self.anchors[event.anchor] = (None, 0)
        node: Node
        if isinstance(event, yaml.ScalarEvent):
            node = self.scalar(event, place)
        elif isinstance(event, yaml.SequenceStartEvent):
            self.check_tag(event, "seq")
            node = self.sequence(place, depth)
        else:
            self.check_tag(event, "map")
            node = self.mapping(place, depth)
        if event.anchor:
            self.anchors[event.anchor] = (node, self.count - start)
        return node

    def alias(self, name: str, place: Place) -> Node:
        """Return the node that an alias stands for; a problem and an empty value if it may not."""
        node, size = self.anchors.get(name, (None, 0))
        self.aliased += size
        self.count += size
        if name not in self.anchors:
            self.report.error(
                place,
                f'"*{name}" refers to the anchor &{name}, which does not exist',
                f'put a text that begins with * in quotes: "*{name}"',
            )
        elif node is None:
            self.report.error(place, f'"*{name}" refers to a value that contains it', "write the values out")
        elif self.aliased > MAX_ALIASED_NODES:
            self.report.error(place, "the aliases make this file too large", "write the values out")
        else:
            return node
        return Scalar(place, "", "invalid")

    def scalar(self, event: Any, place: Place) -> Scalar:
        tag = event.tag
        if tag is None or tag == "!":
            implicit = event.implicit if tag is None else (False, True)
            tag = self.events.resolve(yaml.ScalarNode, event.value, implicit)
        elif not self.check_tag(event, "str"):
            return Scalar(place, event.value, "invalid")
        kind = tag.removeprefix(CORE)
        if kind == "str" and not event.style:
            self.check_end(event)
        return Scalar(place, event.value, kind, kind == "null" and self.is_comment(place))

    def check_end(self, event: Any) -> None:
        """Warn of a text that may have been cut: ``name: The #1 app``."""
        mark = event.end_mark
        rest = self.lines[mark.line][mark.column :] if mark.line < len(self.lines) else ""
        if cut := _CUT.match(rest):
            self.report.warning(
                (mark.line + 1, mark.column + cut.start(1) + 1),
                f"the text ends before {shorten(cut[1])}, which begins a comment",
                "if it belongs to the text, put the text in quotes; else put a space after the #",
            )

    def is_comment(self, place: Place) -> bool:
        """Return whether a comment follows on the line where a value could be: ``color: #fff``."""
        line, column = place
        return line <= len(self.lines) and self.lines[line - 1][column - 1 :].lstrip().startswith("#")

    def sequence(self, place: Place, depth: int) -> Sequence:
        node = Sequence(place)
        while not isinstance(event := self.events.get_event(), yaml.SequenceEndEvent):
            node.items.append(self.node(event, depth + 1))
        return node

    def mapping(self, place: Place, depth: int) -> Mapping:
        node = Mapping(place)
        first: dict[str, int] = {}
        while not isinstance(event := self.events.get_event(), yaml.MappingEndEvent):
            key = self.node(event, depth + 1)
            value = self.node(self.events.get_event(), depth + 1)
            if self.is_key(key, first):
                assert isinstance(key, Scalar)
                first[key.text] = key.place[0]
                node.items.append((key, value))
        return node

    def is_key(self, key: Node, first: dict[str, int]) -> bool:
        """Return whether `key` can be one, and note why not."""
        if not isinstance(key, Scalar):
            self.report.error(key.place, "a list or mapping cannot be a key", "write text before the colon")
        elif key.type == "invalid":
            pass
        elif key.type == "merge":
            self.report.error(key.place, 'merge keys "<<" are not supported', "write the keys out")
        elif key.text in first:
            message = f"the key {quote(key.text)} is written twice, first on line {first[key.text]}"
            self.report.error(key.place, message, "keep one of them")
        else:
            return True
        return False

    def check_tag(self, event: Any, default: str) -> bool:
        """Return whether the node's tag is a plain YAML type, and note a problem otherwise."""
        tag = event.tag
        if not tag or tag == "!" or (tag.startswith(CORE) and tag.removeprefix(CORE) in KNOWN_TYPES):
            return True
        written = "!!" + tag.removeprefix(CORE) if tag.startswith(CORE) else tag
        hint = "put a text that begins with ! in quotes" if default == "str" else "remove it"
        self.report.error(_place(event), f'the YAML tag "{shorten(written)}" means nothing here', hint)
        return False


def _place(event: Any) -> Place:
    return event.start_mark.line + 1, event.start_mark.column + 1
