"""A tree of nodes to the model's values, by what the model's types allow and by nothing else.

The modules that explain mistakes are imported where there is one.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from typing import Any

import msgspec

from pwagen.binding.crumbs import Path, crumb, label_of
from pwagen.binding.invalid_value import Check
from pwagen.binding.node import Mapping, Node, Place, Scalar, Sequence
from pwagen.binding.notation import Notation
from pwagen.binding.problem_report import ProblemReport
from pwagen.binding.shape import Member, Shape, members
from pwagen.binding.words import nearest, one_of, quote, shorten

# JavaScript's numbers are exact as far as that (https://tc39.es/ecma262/#sec-number.max_safe_integer).
MAX_NUMBER = 2**53 - 1
MAX_DIGITS = 16


@dataclass
class Bound:
    """What a file says: its values, where each was written, and which of them are wrong.

    A wrong or missing value is None in ``value``, whatever its type says: look at ``broken`` first. So is one
    whose type is Any, which is not looked into.
    """

    value: Any = None
    places: dict[Path, Place] = field(default_factory=dict)
    broken: set[Path] = field(default_factory=set)
    labels: dict[Path, str] = field(default_factory=dict)


def bind(
    root: Mapping,
    struct: type[msgspec.Struct],
    report: ProblemReport,
    check: Check,
    notation: Notation,
    *,
    secret: Collection[int] = (),
    labels: Dictionary[Path, str] | None = None,
) -> Bound:
    """Return the values of a file; problems go to `report`.

    `check` judges a text by the name of a check in ``Meta(extra={"check": NAME})``. Nodes whose ids are in
    `secret` are passed over unseen. `labels` name paths in words that people know better, as of options.
    """
    binder = _Binder(struct, report, check, notation, secret)
    binder.bound.labels.update(labels or {})
    binder.bound.value = binder.section(root, struct, ())
    return binder.bound


class _Binder:
    def __init__(
        self,
        root: type[msgspec.Struct],
        report: ProblemReport,
        check: Check,
        notation: Notation,
        secret: Collection[int],
    ) -> None:
        self.root = root
        self.report = report
        self.check = check
        self.notation = notation
        self.secret = secret
        self.bound = Bound()

    def error(self, node: Node, path: Path, message: str, fix: str = "") -> None:
        """Note what is wrong with the value at `path`, which becomes None."""
        self.report.error(node.place, f"{crumb(path, self.bound.labels)}: {message}", fix)
        self.bound.broken.add(path)

    def wrong_type(self, node: Node, shape: Shape, path: Path) -> None:
        from pwagen.binding.expect import advised_text, wrong_type

        message, fix = wrong_type(node, shape, self.notation)
        advised = advised_text(fix)
        if isinstance(node, Scalar) and advised is not None and self.is_wrong_text(advised, shape):
            self.check_text(node, shape, path)  # no advice that the next run refuses
        else:
            self.error(node, path, message, fix)

    def value(self, node: Node, shape: Shape, path: Path) -> Any:
        self.bound.places[path] = node.place
        if id(node) in self.secret or getattr(node, "type", "") == "invalid":
            self.bound.broken.add(path)
            return None
        if shape.anything:
            return None
        if isinstance(node, Scalar):
            return self.scalar(node, shape, path)
        if isinstance(node, Sequence) and shape.item:
            return self.items(node, shape, shape.item, path)
        if isinstance(node, Mapping) and shape.struct:
            return self.section(node, shape.struct, path)
        if isinstance(node, Mapping) and shape.key and shape.value:
            return self.entries(node, shape.key, shape.value, path)
        return self.wrong_type(node, shape, path)

    # --- sections, lists, mappings ---------------------------------------------------------------

    def section(self, node: Mapping, struct: type[msgspec.Struct], path: Path) -> Any:
        by_key = members(struct)
        values: dict[str, Any] = {}
        misspelt: set[str] = set()
        for key, child in node.items:
            if member := by_key.get(key.text):
                values[member.attribute] = self.member(child, member, (*path, member.name))
            elif not self.is_note(key.text) and id(child) not in self.secret:
                misspelt.add(self.unknown_key(key, struct, path))
        for member in by_key.values():
            if member.required and member.attribute not in values:
                values[member.attribute] = None
                self.missing(node, member, path, is_misspelt=member.name in misspelt)
        return struct(**values)

    def is_note(self, name: str) -> bool:
        return bool(self.notation.note_prefix) and name.startswith(self.notation.note_prefix)

    def member(self, node: Node, member: Member, path: Path) -> Any:
        """Return a member's value; a section or list with nothing in it is as if it weren't there."""
        shape = member.shape
        if not member.required and isinstance(node, Scalar) and node.type == "null":
            may_be_empty = shape.struct or shape.item or shape.key or shape.empty
            # A text with nothing after its colon was forgotten, or lies behind an unquoted #.
            was_forgotten = shape.text and not node.text
            if may_be_empty and not was_forgotten:
                return member.default
        return self.value(node, shape, path)

    def unknown_key(self, key: Scalar, struct: type[msgspec.Struct], path: Path) -> str:
        """Note a key that the section doesn't have; return the one that was meant, "" if that's unclear."""
        from pwagen.binding.suggest import what_was_meant

        if self.report.is_long:
            near, fix = "", ""
        else:
            near, fix = what_was_meant(key.text, struct, self.root, self.notation)
        self.error(key, (*path, key.text), "unknown key", fix)
        return near

    def missing(self, node: Mapping, member: Member, path: Path, is_misspelt: bool) -> None:
        self.bound.broken.add((*path, member.name))
        if is_misspelt:
            return
        where = f"{crumb(path, self.bound.labels)}: " if path else ""
        fix = f"add {self.example(member)}"
        place = self.bound.places.get(path, node.place)
        self.report.error(place, f"{where}the key {member.name} is missing", fix)

    def example(self, member: Member) -> str:
        """Return something to write for a missing member."""
        shape, is_json = member.shape, self.notation.is_json
        value = "[…]" if shape.item else shape.example or self.notation.quoted("…")
        if shape.struct:
            required = [inner for inner in members(shape.struct).values() if inner.required]
            value = f"{{{', '.join(self.example(inner) for inner in required)}}}"
        return f'"{member.name}": {value}' if is_json else f"{member.name}: {value}"

    def items(self, node: Sequence, shape: Shape, item: Shape, path: Path) -> tuple[Any, ...]:
        self.check_length(node, len(node.items), shape, path, "entries")
        values = []
        for index, child in enumerate(node.items):
            if label := label_of(child):
                self.bound.labels[(*path, index)] = label
            values.append(self.value(child, item, (*path, index)))
        return tuple(values)

    def entries(self, node: Mapping, key_shape: Shape, shape: Shape, path: Path) -> dict[str, Any]:
        """Return a mapping whose keys are the user's; YAML's words for true and false are names here."""
        values = {}
        for key, child in node.items:
            here = (*path, key.text)
            self.check_text(key, key_shape, here)
            values[key.text] = self.value(child, shape, here)
        return values

    # --- single values ---------------------------------------------------------------------------

    def scalar(self, node: Scalar, shape: Shape, path: Path) -> Any:
        if node.type == "str" or node.type == "value":
            if node.text in shape.choices:
                return node.text
            if shape.text:
                return self.check_text(node, shape, path)
            if any(isinstance(choice, str) for choice in shape.choices):
                return self.not_a_choice(node, shape, path)
        elif node.type == "bool":
            value = node.text.lower() in ("yes", "true", "on")
            if shape.flag or any(choice is value for choice in shape.choices):
                return value
        elif node.type == "int":
            if shape.number:
                return self.number(node, shape, path)
            if node.text in [str(choice) for choice in shape.choices if type(choice) is int]:
                return int(node.text)
        return self.wrong_type(node, shape, path)

    def number(self, node: Scalar, shape: Shape, path: Path) -> int | None:
        if not re.fullmatch(r"[+-]?(?:0|[1-9][0-9]*)", node.text):
            self.error(node, path, f"{quote(node.text)} is not a whole number", "write decimal digits alone")
            return None
        least, most = shape.range
        most = MAX_NUMBER if most is None else most
        if len(node.text) > MAX_DIGITS and not node.text.startswith("-"):
            self.error(node, path, f"{shorten(node.text)} is too large", f"write {most} or less")
            return None
        # Of a long negative number, its beginning is as much too small.
        number = int(node.text[: MAX_DIGITS + 1])
        if least is not None and number < least:
            self.error(node, path, f"{shorten(node.text)} is too small", f"write {least} or more")
            return None
        if number > most:
            self.error(node, path, f"{shorten(node.text)} is too large", f"write {most} or less")
            return None
        return number

    def check_text(self, node: Scalar, shape: Shape, path: Path) -> str | None:
        # White space alone is as good as nothing.
        length = len(node.text) if node.text.strip() else 0
        if not self.check_length(node, length, shape, path, "characters"):
            return None
        for name in shape.checks:
            wrong = self.check(name, node.text)
            if wrong:
                quoted = "" if name == "vapid_public_key" else f"{quote(node.text)} "
                self.error(node, path, f"{quoted or 'this '}{wrong.message}", wrong.fix)
                return None
        return node.text

    def is_wrong_text(self, text: str, shape: Shape) -> bool:
        return any(self.check(name, text) for name in shape.checks)

    def check_length(self, node: Node, length: int, shape: Shape, path: Path, unit: str) -> bool:
        least, most = shape.length
        if not length and least:
            self.error(node, path, "is empty", "write " + ("a text" if unit == "characters" else "an entry"))
        elif least is not None and length < least:
            self.error(node, path, f"has {length} {unit}", f"write {least} or more")
        elif most is not None and length > most:
            self.error(node, path, f"has {length} {unit}", f"write {most} or fewer")
        else:
            return True
        return False

    def not_a_choice(self, node: Scalar, shape: Shape, path: Path) -> None:
        texts = [choice for choice in shape.choices if isinstance(choice, str)]
        near = "" if self.report.is_long else nearest(node.text, texts)
        written = [self.notation.quoted(text) for text in texts]
        fix = f"write {one_of(written + ['a whole number'] * shape.number)}"
        if near:
            fix = f'did you mean "{near}"?'
        elif shape.number and node.text.isdecimal():
            fix = f"write {shorten(node.text)} without quotes"
        self.error(node, path, f"{quote(node.text)} is not allowed here", fix)
