"""What an SVG file may contain before it is painted, and before it is published."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import unquote_to_bytes
from xml.parsers import expat

from pwagen.artifacts.icons.svg_cost import MOST, MOST_NESTED, DrawingCost
from pwagen.artifacts.icons.svg_support import in_attributes, in_style_sheet
from pwagen.errors import ConfigError, Problem

NAMESPACE = "http://www.w3.org/2000/svg"
UTF_16_MARKS = (b"\xff\xfe<\0", b"\xfe\xff\0<")
"""How such a file begins: the byte order mark, and the first of an element or a declaration."""
_SEPARATOR = "\n"  # cannot occur in a namespace or a name

# Elements that run code, embed documents or change others' attributes: fine to paint (the renderer
# ignores them), not fine to publish.
_ANIMATION = ("set", "animate", "animateMotion", "animateTransform")
_EMBEDDING = ("foreignObject", "iframe", "object", "embed", "audio", "video")
_ACTIVE = frozenset(["script", "handler", "listener", "a", *_EMBEDDING, *_ANIMATION])
_PAINTS_REFERENCE = frozenset(["image", "feImage", "use"])
_RASTER_DATA = re.compile(r"data:image/(png|jpeg|jpg|gif|webp|avif)[;,]", re.IGNORECASE)
_ENCODING = re.compile(rb"""\s*<\?xml\b[^>]{0,200}?\bencoding\s*=\s*["']([\w.:-]{1,40})""")
_ENCODINGS = frozenset(["utf-8", "utf8", "utf-16", "us-ascii", "ascii", "iso-8859-1", "latin1"])
_NOTES = {
    "text": ("text is painted in whatever font a machine has", "convert it to paths"),
    "foreignObject": ("what is in <foreignObject> is not painted", "draw it as paths"),
    "animate": ("is painted without its animation", "draw it as the icon should look"),
}
_NOTES |= dict.fromkeys(_ANIMATION, _NOTES["animate"])
# At least as long as what takes their place.
_OTHER_SPACE = re.compile(rb"""(?<![\w-])(?:color|(?:ok)?lab|(?:ok)?lch)\([^()<>"'\n]{5,}\)""", re.IGNORECASE)
_CSS_REFERENCE = re.compile(r"""url\((?!\s*["']?\s*#)|@import|\bsrc\(|image-set\(|\\""", re.IGNORECASE)


@dataclass
class Svg:
    """The facts about an SVG.

    They are whether it may be published as it is, the pictures embedded in it by their ``data:`` URLs, and
    notes on what is painted otherwise than browsers do.
    """

    publishable: bool = True
    embedded: dict[str, bytes] = field(default_factory=dict)
    notes: list[Problem] = field(default_factory=list)


def for_renderer(content: bytes) -> bytes:
    """Return an SVG as the renderer reads it: in UTF-8 if it was in UTF-16, its colours in sRGB.

    Browsers paint ``color()``, ``lab()``, ``oklch()`` … cut off where sRGB ends, and the renderer not at all.
    All places stay, since spaces fill what ``#rrggbbaa`` leaves.
    """
    if content.startswith(UTF_16_MARKS):
        text = content.decode("utf-16", "replace")
        declared = r"""(<\?xml\b[^>]{0,200}?\bencoding\s*=\s*["'])[\w.:-]+"""
        content = re.sub(declared, r"\1UTF-8", text, count=1).encode()
    return _OTHER_SPACE.sub(_as_hexadecimal, content)


def _as_hexadecimal(match: re.Match[bytes]) -> bytes:
    from pwagen.artifacts.icons.css_color import with_alpha

    return with_alpha(match[0].decode("latin-1")).encode("latin-1").ljust(len(match[0]))


@lru_cache(maxsize=8)
def inspect_svg(name: str, content: bytes) -> Svg:
    """Return the facts about an SVG file without painting it.

    Raises `ConfigError` for one that is not well-formed, declares entities that expand or come from
    elsewhere, paints pictures that are not inside the file, or has what the renderer paints wrong.
    """
    content = for_renderer(content)
    declared = _ENCODING.match(content)
    if declared and declared[1].decode().lower() not in _ENCODINGS:
        message = f"is written in {declared[1].decode()}, which the renderer does not read"
        raise ConfigError([Problem(name, 1, declared.start(1) + 1, message, "save it as UTF-8")])
    inspector = _Inspector(name, content)
    try:
        inspector.parser.Parse(content, True)
    except expat.ExpatError as error:
        message = f"not a well-formed SVG file: {expat.ErrorString(error.code)}"
        problem = Problem(name, error.lineno, error.offset + 1, message, "export it again as plain SVG")
        raise ConfigError([problem]) from None
    inspector.check_cost()
    return inspector.svg


class _Inspector:
    def __init__(self, name: str, content: bytes) -> None:
        self.name = name
        self.content = content
        self.svg = Svg()
        self.root_seen = False
        self.in_style = False
        self.style_start: int | None = None
        self.depth = 0
        self.cost = DrawingCost()
        self.parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.EntityDeclHandler = self._entity
        self.parser.ProcessingInstructionHandler = self._instruction

    def _refuse(self, message: str, fix: str) -> None:
        place = (self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1)
        raise ConfigError([Problem(self.name, *place, message, fix)])

    def _start(self, element: str, attributes: dict[str, str]) -> None:
        namespace, _, local = element.rpartition(_SEPARATOR)
        is_root = not self.root_seen
        if is_root:
            self.root_seen = True
            if (namespace, local) != (NAMESPACE, "svg"):
                self._refuse(f"the root element is not an <svg> of {NAMESPACE}", "use an SVG or PNG file")
        if local in _ACTIVE:
            self.svg.publishable = False
        self.in_style = local == "style"
        if self.in_style:
            self.style_start = self.parser.CurrentByteIndex
        if local in _NOTES:
            self._note(local)
        plain = {name: value for name, value in attributes.items() if _SEPARATOR not in name}
        if problem := in_attributes(local, plain, is_root=is_root):
            self._refuse(*problem)
        self.depth += 1
        if self.depth > MOST_NESTED:
            self._refuse(f"has elements in more than {MOST_NESTED} others", "draw it with fewer groups")
        self.cost.start(local, {name.rpartition(_SEPARATOR)[2]: value for name, value in attributes.items()})
        for name, value in attributes.items():
            self._attribute(local, name.rpartition(_SEPARATOR)[2].lower(), value)

    def _note(self, element: str) -> None:
        """Add a note at this place, if there is none yet of its kind."""
        place = (self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1)
        if not any(note.message == _NOTES[element][0] for note in self.svg.notes):
            self.svg.notes.append(Problem(self.name, *place, *_NOTES[element]))

    def check_cost(self) -> None:
        """Raise `ConfigError` if there is more to paint than an icon can have."""
        if self.cost.is_too_much():
            message = f"has more than {MOST} elements where all that it refers to is drawn"
            fix = "draw it with fewer, and with fewer filters and masks"
            raise ConfigError([Problem(self.name, message=message, fix=fix)])

    def _attribute(self, element: str, name: str, value: str) -> None:
        if name.startswith("on") or name == "base" or _CSS_REFERENCE.search(value):
            self.svg.publishable = False
        if name in ("href", "src") and not value.strip().startswith("#"):
            self._reference(element, value.strip())

    def _reference(self, element: str, url: str) -> None:
        if _RASTER_DATA.match(url):
            self.svg.embedded[url] = _data(url)
            return
        self.svg.publishable = False
        if element in _PAINTS_REFERENCE:
            shown = url if len(url) <= 60 else url[:60] + "…"
            self._refuse(
                f"<{element}> shows {shown!r}, which is not inside the file",
                "embed it as a PNG or JPEG data: URL, or draw it as paths",
            )

    def _end(self, _element: str) -> None:
        if self.in_style and self.style_start is not None:
            self._check_style(self.style_start)
        self.in_style = False
        self.depth -= 1
        self.cost.end()

    def _check_style(self, start: int) -> None:
        start = self.content.find(b">", start) + 1
        css = self.content[start : self.parser.CurrentByteIndex].decode("utf-8", "replace")
        if re.search(r"(?<![\w-])animation(?:-name)?\s*:", css):
            self._note("animate")
        self.cost.style(css)
        for position, problem in in_style_sheet(css):
            before = self.content[:start].decode("utf-8", "replace") + css[:position]
            line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
            raise ConfigError([Problem(self.name, line, column, *problem)])

    def _text(self, text: str) -> None:
        if self.in_style and _CSS_REFERENCE.search(text):
            self.svg.publishable = False

    def _instruction(self, _target: str, _data: str) -> None:
        self.svg.publishable = False

    def _entity(self, name: str, _parameter: bool, value: str | None, *_rest: object) -> None:
        # Drawing programs declare short names for namespaces; anything that refers on is an expansion
        # bomb or a way to read other files.
        if value is None or len(value) > 200 or "&" in value or "%" in value:
            self._refuse(f"the entity {name!r} is not allowed in an icon", "export it as plain SVG")
        self.svg.publishable = False


def _data(url: str) -> bytes:
    """Return the bytes of a ``data:`` URL, none if they cannot be read (https://www.rfc-editor.org/rfc/rfc2397)."""
    head, _, body = url.partition(",")
    raw = unquote_to_bytes(body)
    if not head.lower().endswith(";base64"):
        return raw
    try:
        return base64.b64decode(raw)
    except binascii.Error:
        return b""
