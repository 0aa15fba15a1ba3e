"""Whether an application's templates have the tag for the head of pages, without which there is no app."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pwagen.names import PAGE_SCRIPTS

if TYPE_CHECKING:
    from jinja2 import Environment

_COMMENT = re.compile(r"\{#.*?#\}|<!--.*?-->|\{%\s*comment\b.*?%\}.*?\{%\s*endcomment\s*%\}", re.DOTALL)
_HEAD = re.compile(r"<head[\s>]", re.IGNORECASE)
_PARENT = re.compile(r"""\{%-?\s*extends\s+["']([^"']+)["']""")
# What is mailed, and the admin of the framework, is no page of the app.
_NO_PAGE = re.compile(r"mail|(?:^|/)admin/", re.IGNORECASE)
_SUFFIXES = (".html", ".htm", ".jinja", ".jinja2", ".j2")
_JINJA_CALL = re.compile(r"pwagen_head\s*\(")


MISSING_CALL = (
    "no template has the app's tags, so that no page is of the app - write {{{{ {call} }}}} into the <head>"
)
"""What to tell developers of the place of a head."""


@dataclass(frozen=True)
class Template:
    """A template by the name that others extend, its file, and its text."""

    name: str
    file: str
    text: str


def head_without_tag(templates: Iterable[Template], tag: re.Pattern[str]) -> str | None:
    """Return where ``tag`` is missing, as ``file:line`` of a ``<head>``; None if one template has it.

    Of several heads it is that of the template which most others extend. Whoever links the page script
    without the tag has done what the tag does.
    """
    children: Counter[str] = Counter()
    heads: list[tuple[str, str]] = []
    for template in templates:
        text = _COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), template.text)
        if tag.search(text) or any(script in text for script in PAGE_SCRIPTS):
            return None
        children.update(_PARENT.findall(text))
        if not _NO_PAGE.search(template.name) and (head := _HEAD.search(text)):
            line = text.count("\n", 0, head.start()) + 1
            heads.append((template.name, f"{template.file}:{line}"))
    return max(heads, key=lambda head: children[head[0]])[1] if heads else None


def jinja_head_without_call(environment: Environment) -> str | None:
    """Return where `pwagen_head` isn't called in the templates of Jinja's, as `head_without_tag` does."""
    return head_without_tag(_jinja_templates(environment), _JINJA_CALL)


def _jinja_templates(environment: Environment) -> Iterator[Template]:
    from jinja2 import TemplateNotFound

    loader = environment.loader
    try:
        names = loader.list_templates() if loader else []
    except TypeError:  # a loader that doesn't know what it has
        return
    for name in names:
        if not name.endswith(_SUFFIXES):
            continue
        try:
            text, file, _ = loader.get_source(environment, name)  # type: ignore[union-attr]
        except (TemplateNotFound, UnicodeDecodeError):
            continue
        yield Template(name, file or name, text)
