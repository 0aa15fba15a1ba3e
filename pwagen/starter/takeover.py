"""Conversion of an existing manifest into members of pwagen.yaml."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin

from pwagen.config.model import App
from pwagen.site.address import relative_to_root
from pwagen.site.existing_pwa import ExistingManifest

# Members that hold addresses, wherever in the manifest they are.
_URLS = frozenset(
    ["start_url", "scope", "url", "src", "action", "new_note_url", "install_url", "data", "ms_ac_template"]
)
# Icons are generated from one picture; the others describe the old file itself.
_NOT_KEPT = frozenset(["icons", "icons_localized", "$schema"])

Check = Callable[[dict[str, Any]], str | None]


def app_members(manifest: ExistingManifest) -> dict[str, Any]:
    """Return the members that pwagen.yaml also has, with addresses relative to the site's root.

    The app keeps its identity: without an ``id``, that is its former start URL
    (https://www.w3.org/TR/appmanifest/#id-member).
    """
    base = f"{manifest.prefix}{manifest.path}"
    supported = {
        name: value
        for name, value in manifest.members.items()
        if name in App.__struct_fields__ and name not in _NOT_KEPT and value not in (None, "", [], {})
    }
    members: dict[str, Any] = {
        name: value if name == "id" else _moved(name, value, base, manifest.prefix)
        for name, value in supported.items()
    }
    if "id" not in members and isinstance(supported.get("start_url"), str):
        start_url = urljoin(base, supported["start_url"])
        if urljoin(manifest.prefix, members["start_url"]) != start_url:
            members["id"] = start_url
    return members


def acceptable(members: dict[str, Any], check: Check) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the members that pass ``check`` together, and why others are left out."""
    accepted: dict[str, Any] = {}
    refused: dict[str, str] = {}
    for name, value in members.items():
        problem = check({**accepted, name: value})
        if problem is None:
            accepted[name] = value
        else:
            refused[name] = problem
    return accepted, refused


def without_defaults(members: dict[str, Any]) -> dict[str, Any]:
    """Return the members that differ from their defaults."""
    defaults = {name: getattr(App(name="-"), name) for name in App.__struct_fields__ if name != "name"}
    return {name: value for name, value in members.items() if defaults.get(name) != value}


def _moved(name: str, value: Any, base: str, prefix: str) -> Any:
    if isinstance(value, dict):
        return {key: _moved(key, member, base, prefix) for key, member in value.items()}
    if isinstance(value, list):
        return [_moved(name, member, base, prefix) for member in value]
    if isinstance(value, str) and name in _URLS:
        return relative_to_root(value, base, prefix)
    return value
