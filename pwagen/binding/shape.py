"""What the model allows in each place, flattened from its type annotations.

msgspec's own `inspect.type_info` walks the whole model at once (9 ms); here each section is looked at
when a file has it, and only once.
"""

from __future__ import annotations

import types
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec
from msgspec import NODEFAULT, Meta
from msgspec.structs import fields

Bounds = tuple[int | None, int | None]
UNBOUNDED: Bounds = (None, None)


class Shape(msgspec.Struct):
    """Everything that one value may be: at most one alternative of each kind."""

    text: bool = False
    checks: tuple[str, ...] = ()
    number: bool = False
    flag: bool = False
    choices: tuple[str | bool | int, ...] = ()
    item: Shape | None = None
    key: Shape | None = None
    value: Shape | None = None
    struct: type[msgspec.Struct] | None = None
    anything: bool = False
    """Whether it may be any value, which is not looked into."""
    empty: bool = False
    """Whether it may be null."""
    length: Bounds = UNBOUNDED
    range: Bounds = UNBOUNDED
    example: str = ""


class Member(msgspec.Struct):
    """A key of a section, and its name in Python."""

    name: str
    attribute: str
    shape: Shape
    required: bool
    default: Any


@cache
def members(struct: type[msgspec.Struct]) -> dict[str, Member]:
    """Return the keys of a section, in the model's order."""
    by_key = {}
    for field in fields(struct):
        default = field.default
        if default is NODEFAULT and field.default_factory is not NODEFAULT:
            default = field.default_factory()
        name = field.encode_name
        default = None if field.required else default
        by_key[name] = Member(name, field.name, shape_of(field.type), field.required, default)
    return by_key


def shape_of(annotation: Any) -> Shape:
    """Return the shape of a type; raises TypeError for one that the model doesn't use."""
    shape = Shape()
    _add(shape, annotation)
    return shape


def _add(shape: Shape, annotation: Any) -> None:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        _add(shape, arguments[0])
        for meta in arguments[1:]:
            _add_meta(shape, meta)
    elif origin in (Union, types.UnionType):
        for argument in arguments:
            _add(shape, argument)
    elif origin is Literal:
        shape.choices += arguments
    elif origin is tuple and arguments[-1] is Ellipsis:
        shape.item = shape_of(arguments[0])
    elif origin is dict:
        shape.key, shape.value = shape_of(arguments[0]), shape_of(arguments[1])
    elif annotation is Any:
        shape.anything = True
    elif annotation is str:
        shape.text = True
    elif annotation is int:
        shape.number = True
    elif annotation is bool:
        shape.flag = True
    elif annotation is type(None):
        shape.empty = True
    elif isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        shape.struct = annotation
    else:
        raise TypeError(f"the model uses a type that files are not read into: {annotation}")


def _add_meta(shape: Shape, meta: Meta) -> None:
    if meta.min_length is not None or meta.max_length is not None:
        shape.length = (meta.min_length, meta.max_length)
    if meta.ge is not None or meta.le is not None:
        shape.range = (_whole(meta.ge), _whole(meta.le))
    if meta.extra:
        shape.checks += (meta.extra["check"],)
    if meta.examples:
        shape.example = str(meta.examples[0])


def _whole(bound: float | None) -> int | None:
    return None if bound is None else int(bound)
