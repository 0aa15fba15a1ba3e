"""Which members of the config's model a YAML text uses, for tests that want all of them used."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from pwagen.binding.shape import Shape, members

Members = set[tuple[str, str]]


def written_members(node: object, struct: type[msgspec.Struct]) -> Members:
    """Return (section, member) of everything that a YAML value of a section says."""
    assert isinstance(node, dict)
    written = {(struct.__name__, name) for name in node if name in members(struct)}
    for name in node.keys() & members(struct).keys():
        for value, section in _sections(node[name], members(struct)[name].shape):
            written |= written_members(value, section)
    return written


def _sections(value: object, shape: Shape) -> Iterator[tuple[object, type[msgspec.Struct]]]:
    """Yield each section in a value: itself, the entries of a list, the values of a mapping."""
    if isinstance(value, list) and shape.item:
        for entry in value:
            yield from _sections(entry, shape.item)
    elif isinstance(value, dict) and shape.struct:
        yield value, shape.struct
    elif isinstance(value, dict) and shape.value:
        for entry in value.values():
            yield from _sections(entry, shape.value)


def all_members(struct: type[msgspec.Struct], gathered: Members | None = None) -> Members:
    """Return (section, member) of everything that a file may say."""
    gathered = set() if gathered is None else gathered
    for member in members(struct).values():
        if (struct.__name__, member.name) in gathered:
            continue
        gathered.add((struct.__name__, member.name))
        for shape in (member.shape, member.shape.item, member.shape.value):
            while shape and (shape.item or shape.value) and not shape.struct:
                shape = shape.item or shape.value
            if shape and shape.struct:
                all_members(shape.struct, gathered)
    return gathered
