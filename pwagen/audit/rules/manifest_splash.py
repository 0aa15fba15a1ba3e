"""What the app shows while it starts."""

from __future__ import annotations

from collections.abc import Iterator

from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.documents.manifest_document import ManifestDocument
from pwagen.audit.finding import Evidence
from pwagen.audit.rule import rule
from pwagen.audit.rules.manifest_icons import purposes_of, sizes_of
from pwagen.binding.words import one_of

_SMALLEST_ICON = 512


@rule(
    "manifest-splash-screen",
    "note",
    "The app has a splash screen of its own",
    why="While an installed app starts, Android shows its name and a large icon on its background colour,"
    " below a bar in its theme colour; what isn't there is white, or small.",
    source="https://developer.chrome.com/docs/lighthouse/pwa/splash-screen",
    fix={
        "pwagen": 'app: {theme_color: "#0b3d5c", background_color: "#ffffff"} in pwagen.yaml, and'
        " icons: {source: logo.svg}",
        "vite": "name, theme_color, background_color and an icon of 512 pixels in `manifest` of VitePWA()",
        "plain": 'in the manifest "name", "theme_color", "background_color", and an icon of "512x512"',
    },
    bad={"manifest.json": '{"background_color": null}'},
    good={"manifest.json": '{"background_color": "white"}'},
)
def splash_screen(site: AuditedSite) -> Iterator[Evidence]:
    """Look at manifests that pages link: one that isn't linked belongs to something else."""
    if not site.manifest_links:
        return
    for manifest in site.manifests:
        missing = _missing(manifest) if manifest.is_object else []
        if missing:
            yield Evidence(manifest.at(), f"the splash screen has no {one_of(missing)}")


def _missing(manifest: ManifestDocument) -> list[str]:
    # Without any name and without any icon the app isn't installed: other rules report that.
    missing = ["name"] if _has_text(manifest, "short_name") and not _has_text(manifest, "name") else []
    missing += [name for name in ("theme_color", "background_color") if not _has_text(manifest, name)]
    icons = [icon for _, icon in manifest.list_of("icons") if "any" in purposes_of(icon)]
    sizes = [size for icon in icons for size in sizes_of(icon)]
    if sizes and not any(size == (0, 0) or min(size) >= _SMALLEST_ICON for size in sizes):
        missing.append(f"icon of {_SMALLEST_ICON} pixels")
    return missing


def _has_text(manifest: ManifestDocument, name: str) -> bool:
    value = manifest.members.get(name)
    return isinstance(value, str) and bool(value.strip())
