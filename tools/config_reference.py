"""Write docs/config.md, every member of pwagen.yaml: ``python tools/config_reference.py``.

Descriptions, types and defaults are those of the model. The examples are whole configs in docs/examples,
shown with the section whose name their file name begins with.
"""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec
from msgspec import NODEFAULT, Meta
from msgspec.structs import FieldInfo, fields

from pwagen.config import model

DOCS = Path(__file__).resolve().parents[1] / "docs"
TARGET = DOCS / "config.md"
EXAMPLES = DOCS / "examples"
INTRODUCTION = """# The config, member by member

Everything that `pwagen.yaml` may hold. Only `app.name` has to be there; a section that is left out turns its
feature off, unless it has defaults. Keys that begin with `x-` are notes of your own, anywhere. Any other key
is an error, with its line, its column and what was probably meant.

This page is the model that reads the file, written by `make golden`. Each example is a whole config, and the
tests load it.
"""
KINDS = """## Kinds of values

| kind | is | examples |
| --- | --- | --- |
"""
WORDS = {
    "Color": "colour",
    "Url": "URL",
    "WebUrl": "URL of any origin",
    "Duration": "duration",
    "Size": "size",
    "LanguageTag": "language tag",
    "FilePath": "file",
    "ImageSizes": "image size",
    "ImageType": "media type",
    "Extension": "file name extension",
    "HeaderName": "header name",
    "Origin": "origin",
    "SitePath": "published file",
    "Glob": "glob",
}
PLAIN = {str: "text", int: "whole number", bool: "`true` or `false`"}

Struct = type[msgspec.Struct]


@dataclass(frozen=True)
class Heading:
    """A section of the page: a struct, and the keys that lead to it."""

    path: tuple[str, ...]
    struct: Struct

    def anchor(self) -> str:
        """Return the heading's fragment, as GitHub and most Markdown renderers make it."""
        return "".join(self.path)

    def members(self) -> Iterator[tuple[FieldInfo, str]]:
        """Yield each member with its description."""
        for field in fields(self.struct):
            yield field, description(field.type)


def text() -> str:
    """Return the page as it should be."""
    top = Heading((), model.Config)
    sections = headings()
    anchors = {heading.struct: heading.anchor() for heading in reversed(sections)}
    parts = [INTRODUCTION, "## The file\n", *examples("file"), table(top, anchors)]
    for heading in sections:
        parts.append(f"{'#' * min(len(heading.path) + 1, 3)} `{'.'.join(heading.path)}`\n")
        parts.append(plain_markdown(inspect.getdoc(heading.struct) or "") + "\n")
        parts += examples(heading.path[0]) if len(heading.path) == 1 else []
        parts.append(table(heading, anchors))
    return "\n".join([*parts, KINDS + "".join(kinds())])


def headings() -> list[Heading]:
    """Return the structs of the model in the order of the file, each where it comes first."""
    first: dict[Struct, Heading] = {}

    def walk(path: tuple[str, ...], struct: Struct) -> None:
        for field in fields(struct):
            for inner in structs(field.type):
                if inner not in first:
                    first[inner] = Heading((*path, field.encode_name), inner)
                    walk(first[inner].path, inner)

    walk((), model.Config)
    return list(first.values())


def table(heading: Heading, anchors: dict[Struct, str]) -> str:
    """Return the members of a struct."""
    rows = [
        f"| `{field.encode_name}` | {type_words(field.type, anchors)} | {default(field)} | {about} |\n"
        for field, about in heading.members()
    ]
    return "| member | type | default | is |\n| --- | --- | --- | --- |\n" + "".join(rows)


def examples(name: str) -> list[str]:
    """Return the examples of a top-level section as code blocks."""
    files = sorted(file for file in EXAMPLES.glob("*.yaml") if file.stem.partition("-")[0] == name)
    return [f"```yaml\n{file.read_text(encoding='utf-8')}```\n" for file in files]


def kinds() -> Iterator[str]:
    """Yield a row for each kind of value."""
    for name, word in WORDS.items():
        (meta,) = getattr(model, name).__metadata__
        written = ", ".join(f"`{example}`" for example in meta.examples or ())
        yield f"| {word} | {meta.description} | {written} |\n"


def description(annotation: Any) -> str:
    """Return what a member is: its own description, else that of the section that it holds.

    Raises:
        LookupError: nothing describes it.
    """
    texts = [meta.description for meta in metas(annotation) if meta.description]
    texts += [(inspect.getdoc(struct) or "").partition("\n\n")[0] for struct in structs(annotation)]
    if not texts:
        raise LookupError(f"nothing describes {annotation}")
    return plain_markdown(texts[0]).replace("\n", " ").replace("|", "\\|")


def metas(annotation: Any) -> Iterator[Meta]:
    """Yield what the model says of a member itself, the outermost first; kinds of values are none of it."""
    if get_origin(annotation) is Annotated:
        yield from (meta for meta in reversed(annotation.__metadata__) if id(meta) not in _kind_names())
        yield from metas(annotation.__origin__)
    elif get_origin(annotation) in (Union, types.UnionType):
        for argument in get_args(annotation):
            yield from metas(argument)


def structs(annotation: Any) -> Iterator[Struct]:
    """Yield the sections that a type holds, in lists and mappings too."""
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        yield annotation
    elif get_origin(annotation) is not Literal:
        for argument in get_args(annotation):
            yield from structs(argument)


def type_words(annotation: Any, anchors: dict[Struct, str]) -> str:
    """Return a type for people, with links to the sections in it."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        names = _kind_names()
        kind = next((names[id(meta)] for meta in annotation.__metadata__ if id(meta) in names), None)
        return WORDS[kind] if kind else type_words(annotation.__origin__, anchors) + bounds(annotation)
    if origin in (Union, types.UnionType):
        return " or ".join(type_words(part, anchors) for part in arguments if part is not type(None))
    if origin is Literal:
        return ", ".join(f"`{yaml(value)}`" for value in arguments)
    if origin is tuple:
        return f"list: {type_words(arguments[0], anchors)}"
    if origin is dict:
        key, value = (type_words(argument, anchors) for argument in arguments)
        return f"mapping: {key} to {value}"
    if annotation in anchors:
        return f"[members](#{anchors[annotation]})"
    return PLAIN[annotation]


def bounds(annotation: Any) -> str:
    """Return the range of a number, "" for anything else."""
    least = next((meta.ge for meta in annotation.__metadata__ if meta.ge is not None), None)
    most = next((meta.le for meta in annotation.__metadata__ if meta.le is not None), None)
    return (f" from {least}" if least is not None else "") + (f" to {most}" if most is not None else "")


def default(field: FieldInfo) -> str:
    """Return a member's default as it would be written."""
    value = field.default
    if value is NODEFAULT and field.default_factory is not NODEFAULT:
        value = field.default_factory()
    if value is NODEFAULT:
        return "**required**"
    if value is None or isinstance(value, msgspec.Struct):
        return "–"
    return f"`{yaml(value)}`"


def yaml(value: Any) -> str:
    """Return a default as inline YAML."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(map(yaml, value))}]"
    return str(value)


def plain_markdown(docstring: str) -> str:
    """Return a docstring with the code of Markdown."""
    return re.sub(r"``(.+?)``", r"`\1`", docstring)


def _kind_names() -> dict[int, str]:
    """Return the kinds of values by what identifies their annotations."""
    return {id(getattr(model, name).__metadata__[0]): name for name in WORDS}


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
    print(f"{TARGET}: written")
