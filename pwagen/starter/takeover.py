"""What an existing manifest says, in the words of pwagen.yaml."""

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
# Made anew from one picture; and what only says where its own file was.
_NOT_TAKEN = frozenset(["icons", "icons_localized", "$schema"])

Check = Callable[[dict[str, Any]], str | None]


def app_members(manifest: ExistingManifest) -> dict[str, Any]:
    """Return the members that pwagen.yaml has, too, with addresses relative to the site's root.

    The app keeps its identity: without an ``id`` of its own, it is its former start URL
    (https://www.w3.org/TR/appmanifest/#id-member).
    """
    base = f"{manifest.prefix}{manifest.path}"
    known = {
        name: value
        for name, value in manifest.members.items()
        if name in App.__struct_fields__ and name not in _NOT_TAKEN and value not in (None, "", [], {})
    }
    members: dict[str, Any] = {
        name: value if name == "id" else _moved(name, value, base, manifest.prefix)
        for name, value in known.items()
    }
    if "id" not in members and isinstance(known.get("start_url"), str):
        former = urljoin(base, known["start_url"])
        if urljoin(manifest.prefix, members["start_url"]) != former:
            members["id"] = former
    return members


def acceptable(members: dict[str, Any], check: Check) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the members that ``check`` has nothing against, taken together, and why others are left out."""
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
    """Return the members that say more than leaving them out would."""
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
