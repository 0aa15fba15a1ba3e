"""What an unknown key was meant to be."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from pwagen.binding.notation import Notation
from pwagen.binding.shape import Shape, members
from pwagen.binding.words import nearest, one_of, snake_case


def what_was_meant(
    name: str, struct: type[msgspec.Struct], root: type[msgspec.Struct], notation: Notation
) -> tuple[str, str]:
    """Return the key of the section that `name` was meant to be, "" if none, and advice in words."""
    here = list(members(struct))
    near = nearest(name, here, cutoff=0.8)
    if near:
        return near, f'did you mean "{near}"?'
    fix = _retired_or_elsewhere(snake_case(name), root, notation)
    if fix:
        return "", fix
    near = nearest(name, here, cutoff=0.6)
    if near:
        return near, f'did you mean "{near}"?'
    if len(here) <= 10:
        return "", f"write {one_of(here)}, or {notation.other_keys}"
    return "", f"remove it, or {notation.other_keys}"


def _retired_or_elsewhere(name: str, root: type[msgspec.Struct], notation: Notation) -> str:
    if name in notation.retired:
        return notation.retired[name]
    keys = list(_all_keys(root))
    near = nearest(name, (key for key, _ in keys), cutoff=0.85)
    if not near:
        return ""
    # The shallowest is the likeliest: `icons` is a section before it is part of a shortcut.
    where = min(
        (where for key, where in keys if key == near), key=lambda where: where.count(".") + bool(where)
    )
    place = notation.inside(where)
    return f'"{near}" belongs {place}' if near == name else f'did you mean "{near}", {place}?'


def _all_keys(root: type[msgspec.Struct]) -> Iterator[tuple[str, str]]:
    """Yield (key, section) of the whole model, sections as in ``offline.routes``; each section once."""
    waiting: list[tuple[type[msgspec.Struct], str]] = [(root, "")]
    seen: set[type[msgspec.Struct]] = set()
    while waiting:
        struct, where = waiting.pop(0)
        if struct in seen:
            continue
        seen.add(struct)
        for name, member in members(struct).items():
            yield name, where
            inner = _struct_in(member.shape)
            if inner:
                waiting.append((inner, f"{where}.{name}" if where else name))


def _struct_in(shape: Shape | None) -> type[msgspec.Struct] | None:
    if shape is None:
        return None
    return shape.struct or _struct_in(shape.item) or _struct_in(shape.value)
