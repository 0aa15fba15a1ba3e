"""The web app manifest (https://www.w3.org/TR/appmanifest/) from the config's `app` section."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from pwagen.artifacts.icons import Icon
    from pwagen.config.model import App, Icons

# An empty section, such as edge_side_panel, is kept: it has a meaning.
_NOTHING: tuple[Any, ...] = (None, (), {})


def manifest(app: App, own_icons: Icons, icons: Iterable[Icon]) -> dict[str, Any]:
    """Return the manifest's members that have a value, in the order of the specification.

    ``scope`` is written even if the config leaves it out, ``id`` is not: relative to the origin and not to
    the manifest, no ``id`` would be right wherever the files are copied. Without one, the identity is the
    start URL (https://www.w3.org/TR/appmanifest/#id-member). ``own_icons.files`` are the icons that the
    config lists itself; of the generated ``icons`` only those with a ``purpose`` are listed. A shortcut
    without ``icons`` gets the app's first one.
    """
    members: dict[str, Any] = {}
    for name in app.__struct_fields__:
        value = getattr(app, name)
        if name == "scope" and value is None:
            value = "./"
        if value not in _NOTHING:
            members[name] = _plain(value)
    members["icons"] = [_plain(image) for image in own_icons.files] + [
        {"src": icon.artifact.path, "sizes": icon.sizes, "type": icon.type, "purpose": icon.purpose}
        for icon in icons
        if icon.purpose
    ]
    pictures = [picture for picture in members["icons"] if picture.get("purpose", "any") == "any"]
    for shortcut in members.get("shortcuts", ()):
        # Menus leave a gap before a name without a picture; the first icon is the smallest.
        if "icons" not in shortcut and pictures:
            picture = {name: pictures[0][name] for name in ("src", "sizes", "type") if name in pictures[0]}
            shortcut["icons"] = [picture]
    return members


def _plain(value: Any) -> Any:
    """Return structs and tuples as dictionaries and lists, members that were left out omitted."""
    if isinstance(value, msgspec.Struct):
        members = ((name, getattr(value, name)) for name in value.__struct_fields__)
        return {name: _plain(member) for name, member in members if member not in _NOTHING}
    if isinstance(value, dict):
        return {key: _plain(member) for key, member in value.items()}
    if isinstance(value, tuple):
        return [_plain(member) for member in value]
    return value


def manifest_json(app: App, own_icons: Icons, icons: Iterable[Icon]) -> str:
    """Return ``manifest.json`` as text, readable and the same for the same input."""
    return json.dumps(manifest(app, own_icons, icons), indent=2, ensure_ascii=False) + "\n"
