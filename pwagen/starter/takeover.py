"""Conversion of an existing manifest into members of pwagen.yaml."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from typing import Any, Literal, NamedTuple
from urllib.parse import urljoin, urlsplit

from pwagen.config.model import App
from pwagen.site.address import relative_to_root
from pwagen.site.existing_pwa import ExistingManifest
from pwagen.starter.normal_form import normal_form
from pwagen.starter.salvage import Loss, salvage

# Members that hold addresses, wherever in the manifest they are.
_URLS = frozenset(
    ["start_url", "scope", "url", "src", "action", "new_note_url", "install_url", "data", "ms_ac_template"]
)
# Icons are generated from one picture; the others describe the old file itself.
_NOT_KEPT = frozenset(["icons", "icons_localized", "$schema"])

Check = Callable[[dict[str, Any]], list[str]]
"""Returns the problems that a build would report for members of ``app``."""


Fate = Literal["taken", "changed", "added", "left out"]
FATES: tuple[Fate, ...] = ("taken", "changed", "added", "left out")


class MemberOutcome(NamedTuple):
    """What became of a member of the existing manifest, or of a part of one."""

    fate: Fate
    member: str
    reason: str = ""


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


def moved(entries: Any, manifest: ExistingManifest) -> Any:
    """Return entries of a manifest with addresses relative to the site's root."""
    return _moved("", entries, f"{manifest.prefix}{manifest.path}", manifest.prefix)


def acceptable(members: dict[str, Any], check: Check) -> tuple[dict[str, Any], list[Loss]]:
    """Return what passes ``check`` of the members together, and why the rest is left out.

    A wrong entry of a list costs that entry alone, and a wrong member of a mapping that member, if the
    mapping can do without.
    """
    accepted: dict[str, Any] = {}
    refused: list[Loss] = []
    for name, value in members.items():

        def problems(new: Any, name: str = name) -> list[str]:
            return check({**accepted, name: new})

        kept, losses = salvage(name, value, problems)
        refused += losses
        if kept is not None:
            accepted[name] = kept
    return accepted, refused


def normalized(members: dict[str, Any]) -> tuple[dict[str, Any], list[Loss]]:
    """Return members in the form that the config has them in, and what is written differently for that."""
    changes: list[Loss] = []
    return {name: normal_form(name, value, changes) for name, value in members.items()}, changes


def outcomes(
    manifest: ExistingManifest, accepted: dict[str, Any], refused: list[Loss], changed: list[Loss]
) -> list[MemberOutcome]:
    """Return what became of each member of a manifest, of its icons not; what was taken comes first."""
    written = {name for name in manifest.members if name not in _NOT_KEPT}
    known = written & set(App.__struct_fields__)
    lost = [loss for loss in refused if _member(loss) in known]
    differing = [change for change in changed if _member(change) in accepted]
    touched = {_member(loss) for loss in (*lost, *differing)}
    taken = [name for name in manifest.members if name in accepted and name in known and name not in touched]
    changes = [MemberOutcome("changed", change.place, change.reason) for change in differing]
    if manifest.not_json:
        what = " and ".join(manifest.not_json)
        changes.append(MemberOutcome("changed", manifest.path, f"has {what}, which JSON does not have"))
    if manifest.members.get("name") != accepted.get("name") and "name" not in touched:
        changes.append(MemberOutcome("changed", "name", f'is now "{accepted.get("name")}"'))
        taken = [name for name in taken if name != "name"]
    if "id" in accepted and "id" not in written:
        changes.append(
            MemberOutcome("changed", "id", "is its former start URL, so that it stays the same app")
        )
    defaults = [added for added in _defaults(accepted) if added.member not in touched]
    changes += defaults
    touched.update(added.member for added in defaults)
    empty = [name for name in known - set(accepted) - touched if manifest.members[name] in (None, "", [], {})]
    return [
        *(MemberOutcome("taken", name) for name in taken),
        *changes,
        *(MemberOutcome("left out", loss.place, _without_place(loss.reason)) for loss in lost),
        *(MemberOutcome("left out", name, "is empty") for name in sorted(empty)),
        *(MemberOutcome("left out", name, "browsers don't know it") for name in sorted(written - known)),
    ]


def _defaults(accepted: dict[str, Any]) -> Iterator[MemberOutcome]:
    """Yield the members that the app gets and whose defaults are others in browsers.

    These open an app without ``display`` in a tab, and its ``scope`` is the folder of the start URL
    (https://www.w3.org/TR/appmanifest/#scope-member).
    """
    if "display" not in accepted:
        yield MemberOutcome("changed", "display", f'is now "{App(name="-").display}", not a tab')
    folder = posixpath.dirname(urlsplit(accepted.get("start_url", "")).path.removeprefix("./"))
    if folder and "scope" not in accepted:
        yield MemberOutcome("changed", "scope", f"is the whole site, not {folder}/ alone")


def _without_place(reason: str) -> str:
    """Return a config's problem without the path of the member, which the table has beside it."""
    return re.sub(r"^app\.[^:]*: ", "", reason)


def _member(loss: Loss) -> str:
    return loss.place.partition(".")[0].partition("[")[0]


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
