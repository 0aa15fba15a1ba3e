"""The form that pwagen.yaml wants for what browsers read in several forms in a manifest."""

from __future__ import annotations

from typing import Any

from pwagen.starter.salvage import Loss

# Browsers compare these without regard to case (https://www.w3.org/TR/appmanifest/#processing).
_KEYWORDS = frozenset(
    [
        *("display", "display_override", "orientation", "dir", "client_mode", "form_factor", "launch_type"),
        *("method", "enctype", "purpose", "sizes"),
    ]
)
_PURPOSES = ("any", "maskable", "monochrome")


def normal_form(place: str, value: Any, changes: list[Loss]) -> Any:
    """Return a member's value in the form of the config; what is written differently goes to ``changes``.

    ``place`` is the name of the member. Whatever is wrong beyond its form stays as it is.
    """
    return _normal(place, place, value, changes)


def _normal(place: str, name: str, value: Any, changes: list[Loss]) -> Any:
    if isinstance(value, dict):
        return _mapping(place, name, value, changes)
    if isinstance(value, list):
        return [_normal(f"{place}[{index}]", name, entry, changes) for index, entry in enumerate(value)]
    if isinstance(value, str):
        return _text(place, name, value, changes)
    return value


def _mapping(place: str, name: str, members: dict[str, Any], changes: list[Loss]) -> dict[str, Any]:
    normal = {
        key: _normal(f"{place}.{key}", key, member, changes)
        for key, member in members.items()
        if member is not None and member != ""
    }
    if name == "params" and isinstance(normal.get("files"), dict):
        normal["files"] = [normal["files"]]
        changes.append(Loss(f"{place}.files", "one mapping became a list of one"))
    accept = normal.get("accept")
    if name == "files" and isinstance(accept, str):
        normal["accept"] = [accept]
        changes.append(Loss(f"{place}.accept", "one text became a list of one"))
    if name == "file_handlers" and isinstance(accept, dict):
        normal["accept"] = {
            key: [extensions] if isinstance(extensions, str) else extensions
            for key, extensions in accept.items()
        }
        if normal["accept"] != accept:
            changes.append(Loss(f"{place}.accept", "one text became a list of one"))
    return normal


def _text(place: str, name: str, text: str, changes: list[Loss]) -> str:
    normal = " ".join(text.split()) if name in _KEYWORDS else text.strip()
    if name in _KEYWORDS:
        normal = normal.upper() if name == "method" else normal.lower()
    if name == "purpose":
        known = [token for token in normal.split() if token in _PURPOSES]
        normal = " ".join(dict.fromkeys(known)) or normal
    if normal != text:
        changes.append(Loss(place, f'"{text}" is written "{normal}"'))
    return normal
