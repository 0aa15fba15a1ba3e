"""Names of files that users and several modules know."""

from __future__ import annotations

from pathlib import Path

CONFIG_NAME = "pwagen.yaml"
OUT_NAME = "dist"
OTHER_OUT_NAME = "pwagen-dist"
"""For sites that are published from `OUT_NAME`, as those of Astro and Vite are."""
SCREENSHOTS = "pwagen-screenshots"
"""The folder of the screenshots that were taken: beside pwagen.yaml, since a build publishes copies."""
KEY_NAME = "vapid-private.pem"

# What a build writes beside icons: never taken for a part of the site that it is copied into.
OWN_WORKER = "sw.js"
OWN_SCRIPT = "register.js"
MANIFEST = "manifest.json"
MORE_SCRIPT = "register.more.js"
"""What `OWN_SCRIPT` loads the first time that something needs it."""
PAGE_SCRIPTS = (OWN_SCRIPT, MORE_SCRIPT)
READABLE = "readable"
"""The folder of the page's scripts before they are minified: for reading, not for publishing."""
FOR_DEVELOPERS = ("head.html", "register.d.ts", "hosting/", f"{READABLE}/")
"""What a build writes for developers and their hosts; folders have a slash. No visitor gets it."""
OWN_FILES = (
    *(MANIFEST, OWN_WORKER, *PAGE_SCRIPTS, "register.d.ts", "head.html", "offline.css"),
    *(f"{READABLE}/{name}" for name in PAGE_SCRIPTS),
)


def manifest_name(tag: str) -> str:
    """Return the file name of the manifest of another language than the app's own."""
    return f"manifest.{tag}.json"


def config_file(path: Path) -> Path:
    """Return the config of a project: ``path`` is its folder, or the file itself. Its parent is the root."""
    return path / CONFIG_NAME if path.is_dir() else path


def output_folder(root: Path, site: str | None) -> Path:
    """Return the folder for the files to copy, in a project whose published folder is ``site``."""
    out = root / OUT_NAME
    if site and (root / site).resolve().is_relative_to(out.resolve()):
        return root / OTHER_OUT_NAME
    return out
