"""A value of one kind where another is expected: what is wrong, and how to write it."""

from __future__ import annotations

import re

from pwagen.binding.node import Mapping, Node, Scalar, Sequence
from pwagen.binding.notation import Notation
from pwagen.binding.shape import Shape, members
from pwagen.binding.words import one_of, quote, shorten

UNITS = {"duration": "s", "size": " MiB"}
_KINDS = {"bool": "true or false", "int": "a number", "float": "a number", "timestamp": "a date"}


def wrong_type(node: Node, shape: Shape, notation: Notation) -> tuple[str, str]:
    """Return the message and the fix for a node of a kind that `shape` doesn't allow."""
    if isinstance(node, Scalar) and not notation.is_json:
        trap = _trap(node, shape)
        if trap:
            return trap
    expected, fix = _expected(shape, notation), _fix(node, shape, notation)
    problem = "is not allowed here" if fix == f"write {expected}" else f"where {expected} is expected"
    return f"{_kind(node, notation)} {problem}", fix


def _trap(node: Scalar, shape: Shape) -> tuple[str, str] | None:
    """Return what to say where YAML took an unquoted text for something else."""
    takes_text = shape.text or node.text in shape.choices
    if node.type == "null":
        if node.commented_out and "color" in shape.checks:
            return "is empty, because # begins a comment", 'put the colour in quotes: "#0b3d5c"'
        if node.text and takes_text:
            fix = f'put it in quotes, "{node.text}", or remove the line'
            return f"{node.text} stands for an empty value in YAML", fix
        if not shape.item and not shape.struct:
            return "is empty", "write a value, or remove the line"
        return None
    if not takes_text or node.type == "str":
        return None
    text = shorten(node.text)
    for check, unit in UNITS.items():
        if check in shape.checks:
            return f"{text} has no unit", f'write "{text}{unit}", if that is what it means'
    if "color" in shape.checks and len(node.text) in (3, 6, 8):
        return f"{text} is read as a number", f'write "#{text}", in quotes'
    if node.type not in _KINDS:
        return None
    return f"{text} is read as {_KINDS[node.type]} where text is expected", f'put it in quotes: "{text}"'


def advised_text(fix: str) -> str | None:
    """Return the text that a fix of `wrong_type` says to write, None if it says something else."""
    match = re.match(r'(?:put it in quotes:|write) "([^"]*)"', fix)
    return match and match[1]


def _kind(node: Node, notation: Notation) -> str:
    if isinstance(node, Sequence):
        return "a list"
    if isinstance(node, Mapping):
        return notation.mapping
    if node.type == "null":
        return "null" if notation.is_json else "nothing"
    return quote(node.text) if node.type == "str" else shorten(node.text)


def _expected(shape: Shape, notation: Notation) -> str:
    """Return what a shape allows, for a sentence."""
    kinds = []
    if shape.text:
        kinds.append("text")
    if shape.flag:
        kinds.append("true or false")
    if shape.choices:
        kinds.append(_choices(shape, notation))
    if shape.number:
        kinds.append("a whole number")
    if shape.item:
        kinds.append("a list")
    if shape.struct or shape.key:
        kinds.append(notation.mapping)
    return one_of(kinds)


def _fix(node: Node, shape: Shape, notation: Notation) -> str:
    fix = _json_fix(shape) if notation.is_json else _yaml_fix(node, shape)
    if fix:
        return fix
    if shape.flag and isinstance(node, Scalar) and node.type == "str":
        return "write true or false, without quotes"
    if shape.number and isinstance(node, Scalar) and node.text.isdecimal():
        return f"write {shorten(node.text)} without quotes"
    if shape.choices:
        return f"write {_choices(shape, notation)}"
    if not notation.is_json:
        return "write a single value on the line of the key"
    return "write a text in quotes" if shape.text else f"write {_expected(shape, notation)}"


def _yaml_fix(node: Node, shape: Shape) -> str:
    if shape.item and shape.item.struct:
        return 'begin each entry with "- " on a line of its own'
    if shape.item:
        return f"write [{shorten(node.text)}]" if isinstance(node, Scalar) else "write a list like [one, two]"
    if shape.struct:
        names = list(members(shape.struct))
        return f"write its members below it, indented: {', '.join(names[:3])}{' …' if len(names) > 3 else ''}"
    if shape.key:
        return "write key: value lines below it, indented"
    return ""


def _json_fix(shape: Shape) -> str:
    if shape.item:
        return "write a list of objects, [{…}, {…}]" if shape.item.struct else "write a list in brackets"
    if shape.struct:
        names = [f'"{name}": …' for name in list(members(shape.struct))[:3]]
        return f"write {{{', '.join(names)}}}"
    return ""


def _choices(shape: Shape, notation: Notation) -> str:
    return one_of(notation.quoted(choice) for choice in shape.choices)
