"""The pictures that icons are made from, read and checked before anything is painted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pwagen.artifacts.icons.raster_header import RasterHeader, raster_header
from pwagen.artifacts.icons.svg import UTF_16_MARKS, inspect_svg
from pwagen.errors import ConfigError, Problem

if TYPE_CHECKING:
    from pwagen.config import model

MAX_BYTES = 10 * 2**20
MAX_PIXELS = 64 * 10**6
GOOD_PX = 512  # the largest icon

_GZIP_SIGNATURE = b"\x1f\x8b"


@dataclass(frozen=True)
class Picture:
    """A source file: its name for messages, and its bytes."""

    name: str
    content: bytes

    @cached_property
    def raster(self) -> RasterHeader | None:
        """The kind and size by the bytes, not the name; None for an SVG."""
        return raster_header(self.content)


@dataclass(frozen=True)
class IconSources:
    """Everything that affects the pixels of the icons.

    ``background`` is the colour that the user chose for behind the maskable and the Apple icon;
    ``fallback`` takes its place where nothing was chosen, or ``theme`` where the picture can't be seen on
    that. ``name`` is the app's, for the badge of a picture that makes none. ``splash`` are the backgrounds of
    splash screens, light or light and dark, ``open_graph`` that of the picture of shared links; no such
    pictures are made where they are empty. ``placeholder`` says that only what installing needs is made,
    since the app lists icons of its own.
    """

    source: Picture | None = None
    maskable: Picture | None = None
    badge: Picture | None = None
    background: str | None = None
    fallback: str = "#ffffff"
    theme: str | None = None
    name: str = ""
    splash: tuple[str, ...] = ()
    open_graph: str = ""
    placeholder: bool = False


def read_icon_sources(icons: model.Icons, app: model.App, root: Path) -> IconSources:
    """Return the pictures that ``icons`` names, read from below ``root``; none if icons exist already.

    Raises `ConfigError` with every file that is missing, too large, not a picture, or not safe to
    paint.
    """
    if icons.source is None or icons.files:
        return IconSources()
    problems: list[Problem] = []
    source, maskable, badge = (
        _read(name, root, problems) for name in (icons.source, icons.maskable, icons.badge)
    )
    if problems:
        raise ConfigError(problems)
    fallback = app.background_color or "#ffffff"
    return IconSources(source, maskable, badge, icons.background, fallback, app.theme_color, app.name)


def warnings_about(sources: IconSources) -> tuple[Problem, ...]:
    """Return warnings about pictures that give poor or unexpected icons, without painting anything."""
    rasters = [
        (picture.name, picture.raster)
        for picture in (sources.source, sources.maskable)
        if picture and picture.raster
    ]
    drawings = {
        picture
        for picture in (sources.source, sources.maskable, sources.badge)
        if picture and not picture.raster
    }
    notes = [note for picture in drawings for note in inspect_svg(picture.name, picture.content).notes]
    small = (
        Problem(
            name,
            message=f"only {raster.width}×{raster.height} pixels, so large icons will be blurred",
            fix=f"use an SVG, or a PNG of at least {GOOD_PX}×{GOOD_PX}",
        )
        for name, raster in rasters
        if max(raster.width, raster.height) < GOOD_PX
    )
    return (*small, *sorted(notes))


def check_picture(picture: Picture) -> None:
    """Raise `ConfigError` if a picture is not an SVG or a raster picture that is safe to paint."""
    if len(picture.content) > MAX_BYTES:
        _refuse(picture, f"larger than {MAX_BYTES // 2**20} MiB", "save it smaller")
    raster = picture.raster
    if raster:
        if not raster.width or not raster.height:
            if raster.kind == "ICO":
                _refuse(picture, "has no whole PNG or bitmap of 32 bits a pixel inside", "save it as a PNG")
            _refuse(picture, "damaged or cut off", "export it again")
        if raster.width * raster.height > MAX_PIXELS:
            message = f"{raster.width}×{raster.height} pixels are too many for an icon"
            _refuse(picture, message, "save it as 1024×1024")
    elif picture.content.startswith(_GZIP_SIGNATURE):
        _refuse(picture, "a compressed file", "unpack it (gunzip) and name the plain SVG")
    elif picture.content.startswith(UTF_16_MARKS) or picture.content.lstrip(
        b"\xef\xbb\xbf \t\r\n"
    ).startswith(b"<"):
        inspect_svg(picture.name, picture.content)
    else:
        _refuse(picture, "neither an SVG nor a raster picture", "save it as SVG or PNG")


def publishable_svg(picture: Picture) -> bool:
    """Return whether a picture is an SVG without scripts, links or anything else that is not a drawing."""
    return not picture.raster and inspect_svg(picture.name, picture.content).publishable


def _read(name: str | None, root: Path, problems: list[Problem]) -> Picture | None:
    if name is None:
        return None
    try:
        with (root / name).open("rb") as file:
            picture = Picture(name, file.read(MAX_BYTES + 1))
        check_picture(picture)
    except OSError as error:
        problems.append(
            Problem(name, message=f"cannot be read ({error.strerror})", fix="name an SVG or PNG file")
        )
    except ConfigError as error:
        problems += error.problems
    else:
        return picture
    return None


def _refuse(picture: Picture, message: str, fix: str) -> None:
    raise ConfigError([Problem(picture.name, message=message, fix=fix)])
