"""Contrast between colours (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio)."""

from __future__ import annotations

Rgb = tuple[int, int, int]
"""The sRGB bytes of an opaque colour."""

WHITE: Rgb = (255, 255, 255)
INK: Rgb = (20, 20, 20)
DARK: Rgb = (32, 33, 36)
"""What taskbars and shelves have in their dark theme."""
LEGIBLE = 4.5
"""The ratio that WCAG 2.2 AA asks for."""


def contrast(one: Rgb, other: Rgb) -> float:
    """Return the ratio of two colours' luminances, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: Rgb) -> float:
    """Return the relative luminance, 0 for black and 1 for white."""
    red, green, blue = (_linear(channel / 255) for channel in color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ink_on(background: Rgb) -> Rgb:
    """Return white or a near black, whichever is legible; white if both are."""
    if contrast(WHITE, background) >= LEGIBLE:
        return WHITE
    return max(INK, (0, 0, 0), key=lambda ink: contrast(ink, background) >= LEGIBLE)


def hexadecimal(color: Rgb) -> str:
    """Return a colour as ``#rrggbb``."""
    return "#{:02x}{:02x}{:02x}".format(*color)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
