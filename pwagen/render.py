"""Templates into text: where they are, and the one Jinja environment they go through."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def templates_folder() -> Path:
    """Return the folder of the templates: inside the package when installed, beside it in a checkout."""
    packaged = Path(__file__).parent / "templates"
    return packaged if packaged.is_dir() else Path(__file__).parent.parent / "templates"


def source(name: str) -> str:
    """Return the text of a template file as it stands.

    JavaScript parts are read with this and never with Jinja's include: legal JavaScript such as
    ``class A {#n = 1}`` would be taken for a Jinja tag.
    """
    return (templates_folder() / name).read_text(encoding="utf-8")


def js_json(value: Any, indent: int | None = 2) -> str:
    """Return a value as a JSON literal that is safe inside a script, also an inline one.

    ``indent`` is in spaces, None for a single line.

    ``</`` could end a ``<script>``, ``<!--`` could start a comment in one; U+2028 and U+2029 were
    line ends in JavaScript strings before ES2019.
    """
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    for unsafe, safe in (
        ("</", "<\\/"),
        ("<!--", "\\u003c!--"),
        ("\u2028", "\\u2028"),
        ("\u2029", "\\u2029"),
    ):
        text = text.replace(unsafe, safe)
    return text


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=FileSystemLoader(templates_folder()),
        undefined=StrictUndefined,
        autoescape=select_autoescape(("html.jinja",)),
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["alternatives"] = _alternatives
    return environment


def _alternatives(names: Iterable[str]) -> str:
    """Return a regular expression that matches each of some file names."""
    return "|".join(name.replace(".", r"\.") for name in names)


def render(template: str, /, **values: Any) -> str:
    """Return ``template`` filled with ``values``; a value it needs and doesn't get is an error."""
    return _environment().get_template(template).render(values)
