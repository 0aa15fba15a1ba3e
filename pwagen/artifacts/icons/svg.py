"""What an SVG file may contain before it is painted, and before it is published."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes
from xml.parsers import expat

from pwagen.errors import ConfigError, Problem

NAMESPACE = "http://www.w3.org/2000/svg"
_SEPARATOR = "\n"  # cannot occur in a namespace or a name

# Elements that run code, embed documents or change others' attributes: fine to paint (the renderer
# ignores them), not fine to publish.
_ANIMATION = ("set", "animate", "animateMotion", "animateTransform")
_EMBEDDING = ("foreignObject", "iframe", "object", "embed", "audio", "video")
_ACTIVE = frozenset(["script", "handler", "listener", "a", *_EMBEDDING, *_ANIMATION])
_PAINTS_REFERENCE = frozenset(["image", "feImage", "use"])
_RASTER_DATA = re.compile(r"data:image/(png|jpeg|jpg|gif|webp)[;,]", re.IGNORECASE)
_CSS_REFERENCE = re.compile(r"""url\((?!\s*["']?\s*#)|@import|\bsrc\(|image-set\(|\\""", re.IGNORECASE)


@dataclass
class Svg:
    """The facts about an SVG: whether it may be published as it is, and the pictures embedded in it."""

    publishable: bool = True
    embedded: list[bytes] = field(default_factory=list)


def inspect_svg(name: str, content: bytes) -> Svg:
    """Return the facts about an SVG file without painting it.

    Raises `ConfigError` for one that is not well-formed, declares entities that expand or come from
    elsewhere, or paints pictures that are not inside the file.
    """
    inspector = _Inspector(name)
    try:
        inspector.parser.Parse(content, True)
    except expat.ExpatError as error:
        message = f"not a well-formed SVG file: {expat.ErrorString(error.code)}"
        problem = Problem(name, error.lineno, error.offset + 1, message, "export it again as plain SVG")
        raise ConfigError([problem]) from None
    return inspector.svg


class _Inspector:
    def __init__(self, name: str) -> None:
        self.name = name
        self.svg = Svg()
        self.root_seen = False
        self.in_style = False
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
        if not self.root_seen:
            self.root_seen = True
            if (namespace, local) != (NAMESPACE, "svg"):
                self._refuse(f"the root element is not an <svg> of {NAMESPACE}", "use an SVG or PNG file")
        if local in _ACTIVE:
            self.svg.publishable = False
        self.in_style = local == "style"
        for name, value in attributes.items():
            self._attribute(local, name.rpartition(_SEPARATOR)[2].lower(), value)

    def _attribute(self, element: str, name: str, value: str) -> None:
        if name.startswith("on") or name == "base" or _CSS_REFERENCE.search(value):
            self.svg.publishable = False
        if name in ("href", "src") and not value.strip().startswith("#"):
            self._reference(element, value.strip())

    def _reference(self, element: str, url: str) -> None:
        if _RASTER_DATA.match(url):
            self.svg.embedded.append(_data(url))
            return
        self.svg.publishable = False
        if element in _PAINTS_REFERENCE:
            shown = url if len(url) <= 60 else url[:60] + "…"
            self._refuse(
                f"<{element}> shows {shown!r}, which is not inside the file",
                "embed it as a PNG or JPEG data: URL, or draw it as paths",
            )

    def _end(self, _element: str) -> None:
        self.in_style = False

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
