"""The splash screens that iOS shows while an app starts: a picture for each device, exact to the pixel."""

from __future__ import annotations

from collections.abc import Iterator

from pwagen.artifacts.icons.icon_name import PNG, IconName

REL = "apple-touch-startup-image"
# Width and height in CSS pixels held upright, and device pixels a CSS pixel
# (https://developer.apple.com/design/human-interface-guidelines/layout#Specifications).
_DEVICES = (
    (320, 568, 2), (375, 667, 2), (414, 736, 3), (375, 812, 3), (414, 896, 2), (414, 896, 3), (390, 844, 3),
    (393, 852, 3), (402, 874, 3), (420, 912, 3), (428, 926, 3), (430, 932, 3), (440, 956, 3),
    (744, 1133, 2), (768, 1024, 2), (810, 1080, 2), (820, 1180, 2), (834, 1112, 2), (834, 1194, 2),
    (834, 1210, 2), (1024, 1366, 2), (1032, 1376, 2),
)  # fmt: skip


def splash_names(schemes: int) -> Iterator[tuple[IconName, int]]:
    """Yield each splash screen, and the number of its scheme: light, or light and dark if there are two."""
    for scheme, name in enumerate(("light", "dark")[:schemes]):
        for width, height, ratio in _DEVICES:
            for orientation in ("portrait", "landscape"):
                sides = (width * ratio, height * ratio)
                sizes = "x".join(map(str, sides if orientation == "portrait" else sides[::-1]))
                media = [
                    f"(device-width: {width}px)",
                    f"(device-height: {height}px)",
                    f"(-webkit-device-pixel-ratio: {ratio})",
                    f"(orientation: {orientation})",
                    *([f"(prefers-color-scheme: {name})"] if schemes > 1 else []),
                ]
                path = f"icons/splash-{'dark-' if scheme else ''}{sizes}.png"
                yield IconName(path, sizes, PNG, rel=REL, media=" and ".join(media)), scheme
