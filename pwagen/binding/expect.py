"""What was found where something else is wanted, and how to write what is wanted."""

from __future__ import annotations

from pwagen.binding.node import Mapping, Node, Scalar, Sequence
from pwagen.binding.shape import Shape, members
from pwagen.binding.words import one_of, quote, shorten

UNITS = {"duration": "s", "size": " MiB"}


def wrong_type(node: Node, shape: Shape) -> tuple[str, str]:
    """Return the message and the fix for a node of a kind that `shape` doesn't allow."""
    if isinstance(node, Scalar):
        trap = _trap(node, shape)
        if trap:
            return trap
    fix = _fix(node, shape)
    is_said_by_fix = fix == f"write {_wanted(shape)}"
    return (
        f"{_found(node)} {'is not allowed here' if is_said_by_fix else f'where {_wanted(shape)} is wanted'}",
        fix,
    )


def _trap(node: Scalar, shape: Shape) -> tuple[str, str] | None:
    """Return what to say where YAML took an unquoted text for something else."""
    takes_text = shape.text or node.text in shape.choices
    if node.type == "null":
        if node.commented_out and "color" in shape.checks:
            return "is empty, because # begins a comment", 'put the colour in quotes: "#0b3d5c"'
        if node.text and takes_text:
            return (
                f"{node.text} means nothing at all in YAML",
                f'put it in quotes, "{node.text}", or remove the line',
            )
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
    kinds = {"bool": "true or false", "int": "a number", "float": "a number", "timestamp": "a date"}
    if node.type not in kinds:
        return None
    return f"{text} is read as {kinds[node.type]} where text is wanted", f'put it in quotes: "{text}"'


def _found(node: Node) -> str:
    if isinstance(node, Sequence):
        return "a list"
    if isinstance(node, Mapping):
        return "a mapping"
    if node.type == "null":
        return "nothing"
    return quote(node.text) if node.type == "str" else shorten(node.text)


def _wanted(shape: Shape) -> str:
    """Return what a shape allows, for a sentence."""
    kinds = []
    if shape.text:
        kinds.append("text")
    if shape.flag:
        kinds.append("true or false")
    if shape.choices:
        kinds.append(one_of(_yaml(choice) for choice in shape.choices))
    if shape.number:
        kinds.append("a whole number")
    if shape.item:
        kinds.append("a list")
    if shape.struct or shape.key:
        kinds.append("a mapping")
    return one_of(kinds)


def _fix(node: Node, shape: Shape) -> str:
    is_text = isinstance(node, Scalar)
    if shape.item and shape.item.struct:
        return 'begin each entry with "- " on a line of its own'
    if shape.item:
        return f"write [{shorten(node.text)}]" if is_text else "write a list like [one, two]"  # type: ignore[union-attr]
    if shape.struct:
        names = list(members(shape.struct))
        return f"write its members below it, indented: {', '.join(names[:3])}{' …' if len(names) > 3 else ''}"
    if shape.key:
        return "write key: value lines below it, indented"
    if shape.flag and is_text:
        return "write true or false, without quotes"
    if shape.number and is_text and node.text.isdecimal():  # type: ignore[union-attr]
        return f"write {shorten(node.text)} without quotes"  # type: ignore[union-attr]
    if shape.choices:
        return f"write {one_of(_yaml(choice) for choice in shape.choices)}"
    return "write a single value on the line of the key"


def _yaml(choice: str | bool) -> str:
    return choice if isinstance(choice, str) else str(choice).lower()
