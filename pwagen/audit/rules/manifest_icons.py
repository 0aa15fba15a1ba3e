"""The icons of a manifest as it declares them; `icon_files.py` looks at the pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.finding import Evidence
from pwagen.audit.rule import rule
from pwagen.binding.words import one_of, quote

_PURPOSES = ("any", "maskable", "monochrome")
_TYPES = ("image/png", "image/svg+xml", "image/webp")
_SUFFIXES = (".png", ".svg", ".webp")
_SMALLEST, _LARGEST = 144, 1024
_CHROMIUM = "https://web.dev/articles/install-criteria"


def purposes_of(icon: dict[str, Any]) -> set[str]:
    """Return what an icon is for; ``any`` where it doesn't say, nothing where no word is known."""
    purpose = icon.get("purpose")
    if not isinstance(purpose, str) or not purpose.strip():
        return {"any"}
    return set(purpose.lower().split()) & set(_PURPOSES)


def sizes_of(icon: dict[str, Any]) -> list[tuple[int, int]]:
    """Return the declared sizes in pixels; ``any`` is (0, 0), what is no size is left out."""
    sizes = icon.get("sizes")
    words = sizes.lower().split() if isinstance(sizes, str) else []
    pairs = (re.fullmatch(r"([1-9]\d*)x([1-9]\d*)", word) for word in words)
    return [(int(pair[1]), int(pair[2])) for pair in pairs if pair] + [(0, 0)] * ("any" in words)


def size_mistake(declared: dict[str, Any], width: int, height: int) -> str:
    """Return what is wrong with the declared sizes of a picture: empty if nothing is, or none is declared."""
    sizes = sizes_of(declared)
    if not sizes or (0, 0) in sizes or (width, height) in sizes:
        return ""
    words = " ".join("x".join(map(str, size)) for size in sizes)
    return f"has {width}x{height} pixels, declared are {words}"


@rule(
    "manifest-icon",
    "error",
    "The manifest has an icon that browsers install with",
    why="Chromium wants an icon of at least 144 pixels, as PNG, SVG or WebP and of purpose any.",
    source=_CHROMIUM,
    fix={
        "pwagen": "icons: {source: logo.svg} in pwagen.yaml: all sizes are made from it",
        "vite": "npx pwa-assets-generator, and pwaAssets: {config: true} in VitePWA()",
        "plain": 'in icons {"src": "icon-192.png", "sizes": "192x192", "type": "image/png"}, and one of 512',
    },
    bad={
        "manifest.json": '{"icons": [{"src": "icons/maskable-512.png", "sizes": "512x512",'
        ' "purpose": "maskable"}]}'
    },
    good={
        "manifest.json": '{"icons": [{"src": "icons/icon-512.png", "sizes": "512x512"},'
        ' {"src": "icons/maskable-512.png", "sizes": "512x512", "purpose": "maskable"}]}'
    },
)
def suitable(site: AuditedSite) -> Iterator[Evidence]:
    """Look at purpose, type and sizes, as Chromium does."""
    for manifest in site.manifests:
        if manifest.is_object and not any(_is_suitable(icon) for _, icon in manifest.list_of("icons")):
            message = "no icon is a PNG, SVG or WebP of purpose any with at least 144x144 pixels"
            yield Evidence(manifest.at("icons"), message)


def _is_suitable(icon: dict[str, Any]) -> bool:
    src, type = icon.get("src"), icon.get("type")
    if not isinstance(src, str) or not src.strip() or "any" not in purposes_of(icon):
        return False
    if isinstance(type, str) and type.strip():
        is_supported = type.strip().lower() in _TYPES
    else:
        is_supported = re.split(r"[?#]", src, maxsplit=1)[0].lower().endswith(_SUFFIXES)
    return is_supported and any(
        size == (0, 0) or (min(size) >= _SMALLEST and max(size) <= _LARGEST) for size in sizes_of(icon)
    )


@rule(
    "manifest-icon-purpose",
    "warning",
    "The purpose of icons is one that browsers know",
    why="Browsers leave out an icon whose purposes they don't know.",
    source="https://www.w3.org/TR/appmanifest/#purpose-member",
    fix=f"write {one_of(_PURPOSES)}, or leave it out",
    bad={
        "manifest.json": '{"icons": [{"src": "icons/icon-512.png", "sizes": "512x512"},'
        ' {"src": "icons/icon-192.png", "sizes": "192x192", "purpose": "mask"},'
        ' {"src": "icons/maskable-512.png", "sizes": "512x512", "purpose": "maskable"}]}'
    },
    good={
        "manifest.json": '{"icons": [{"src": "icons/icon-512.png", "sizes": "512x512"},'
        ' {"src": "icons/maskable-512.png", "sizes": "512x512", "purpose": "maskable"}]}'
    },
)
def purpose(site: AuditedSite) -> Iterator[Evidence]:
    """Look at each word."""
    for manifest in site.manifests:
        for index, icon in manifest.list_of("icons"):
            value = icon.get("purpose")
            words = value.lower().split() if isinstance(value, str) else []
            if unknown := [word for word in words if word not in _PURPOSES]:
                where = manifest.at("icons", index, "purpose")
                yield Evidence(where, f"no browser knows the purpose {quote(unknown[0])}")


@rule(
    "manifest-icon-any-maskable",
    "warning",
    "No icon is for any purpose and maskable at once",
    why="A maskable icon has wide margins that make it small elsewhere; without them its edges are cut off.",
    source="https://web.dev/articles/maskable-icon",
    fix={
        "pwagen": "icons: {source: logo.svg} in pwagen.yaml: both kinds are made from it",
        "plain": 'two pictures: one without purpose, and one with margins as "purpose": "maskable"',
    },
    bad={
        "manifest.json": '{"icons": [{"src": "icons/maskable-512.png", "sizes": "512x512",'
        ' "purpose": "any maskable"}]}'
    },
    good={
        "manifest.json": '{"icons": [{"src": "icons/icon-512.png", "sizes": "512x512", "purpose": "any"},'
        ' {"src": "icons/maskable-512.png", "sizes": "512x512", "purpose": "maskable"}]}'
    },
)
def any_maskable(site: AuditedSite) -> Iterator[Evidence]:
    """Look for both words in one purpose."""
    for manifest in site.manifests:
        for index, icon in manifest.list_of("icons"):
            if {"any", "maskable"} <= purposes_of(icon):
                yield Evidence(
                    manifest.at("icons", index, "purpose"), "the icon is for any and maskable at once"
                )


@rule(
    "manifest-icon-maskable",
    "note",
    "The app has an icon that can be cut to any shape",
    why="Android cuts icons to circles and other shapes; one that isn't maskable is shown small,"
    " on a white disc.",
    source="https://web.dev/articles/maskable-icon",
    fix={
        "pwagen": "icons: {source: logo.svg} in pwagen.yaml: a maskable icon is made from it, too",
        "vite": "npx pwa-assets-generator makes a maskable icon, too",
        "plain": 'another picture with a margin of 10 % on each side, as "purpose": "maskable"',
    },
    bad={"manifest.json": '{"icons": [{"src": "icons/icon-512.png", "sizes": "512x512"}]}'},
    good={
        "manifest.json": '{"icons": [{"src": "icons/icon-512.png", "sizes": "512x512"},'
        ' {"src": "icons/maskable-512.png", "sizes": "512x512", "purpose": "maskable"}]}'
    },
)
def has_maskable(site: AuditedSite) -> Iterator[Evidence]:
    """Look at manifests that pages link and that have icons: without any the app isn't installed."""
    for manifest in site.manifests if site.manifest_links else ():
        purposes = [purposes_of(icon) for _, icon in manifest.list_of("icons")]
        if purposes and not any("maskable" in words for words in purposes):
            yield Evidence(manifest.at("icons"), "no icon is maskable")
