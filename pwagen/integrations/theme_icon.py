"""An icon for sites that have no logo: the theme's glyph on the theme's colour."""

from __future__ import annotations

import re
from pathlib import Path

BOOK = (
    '<svg viewBox="0 0 24 24"><path fill-rule="evenodd" '
    'd="M2 4h9l1 1 1-1h9v15h-9l-1 1-1-1H2zm2 2v11h7V6zm9 0v11h7V6z"/>'
    "</svg>"
)
DEFAULT_COLOR = "#37474f"

_SVG = re.compile(r"<svg\b([^>]*)>(.*)</svg>", re.DOTALL)
_VIEW_BOX = re.compile(r'\bviewBox="([^"]+)"')
_SIZE = 512
# Within the circle that masks leave of an icon, 80 % wide (https://w3c.github.io/manifest/#icon-masks).
_SHARE = 0.5


def write_theme_icon(root: Path, glyph: str, color: str | None) -> dict[str, str]:
    """Write the pictures into the project's folder `.pwagen`; return what `icons` says of them.

    ``glyph`` is the text of an SVG in one colour. Nothing is returned where the folder cannot be written.
    """
    from pwagen.build.cache_folder import cache_folder
    from pwagen.disk.atomic import replace_file

    folder = cache_folder(root, may_make=True)
    if folder is None:
        return {}
    pictures = {
        "source": ("icon.svg", theme_icon(glyph, color or DEFAULT_COLOR, radius=96)),
        "maskable": ("icon-maskable.svg", theme_icon(glyph, color or DEFAULT_COLOR)),
        "badge": ("icon-badge.svg", theme_icon(glyph, None)),
    }
    for name, picture in pictures.values():
        file = folder / name
        if not file.exists() or file.read_text(encoding="utf-8") != picture:
            replace_file(file, picture.encode())
    return {member: f"{folder.name}/{name}" for member, (name, _) in pictures.items()}


def theme_icon(glyph: str, color: str | None, radius: int = 0) -> str:
    """Return the glyph as an SVG of 512 × 512 pixels, on a background of the colour, as "#rrggbb", if any."""
    attributes, drawing = match.groups() if (match := _SVG.search(glyph)) else _SVG.findall(BOOK)[0]
    view_box = match[1] if (match := _VIEW_BOX.search(attributes)) else "0 0 24 24"
    side = int(_SIZE * (_SHARE if color else 1))
    margin = (_SIZE - side) // 2
    ground = f'<rect width="{_SIZE}" height="{_SIZE}" rx="{radius}" fill="{color}"/>' if color else ""
    ink = "#000" if color and _is_light(color) else "#fff"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_SIZE} {_SIZE}">{ground}'
        f'<svg x="{margin}" y="{margin}" width="{side}" height="{side}" viewBox="{view_box}" fill="{ink}">'
        f"{drawing}</svg></svg>\n"
    )


def _is_light(color: str) -> bool:
    """Tell whether black is easier to read on a colour than white (https://www.w3.org/TR/AERT/#color-contrast)."""
    digits = color.removeprefix("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    try:
        red, green, blue = bytes.fromhex(digits[:6])
    except ValueError:
        return False
    return 0.299 * red + 0.587 * green + 0.114 * blue > 165
