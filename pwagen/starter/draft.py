"""From the facts about a site to the values of its pwagen.yaml, each checked as a build would."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pwagen.config import model
from pwagen.errors import PwagenError
from pwagen.site.detect import SiteFacts
from pwagen.starter.takeover import Check, acceptable, app_members, without_defaults

_LONGEST_NAME = 100
_LONGEST_DESCRIPTION = 300
_HOME_SCREEN_CHARACTERS = 12
_MOST_PICTURES = 5  # tried before giving up


@dataclass(frozen=True)
class Draft:
    """Members for ``app``, an icon relative to the project, and the detected values that cannot be used."""

    app: dict[str, Any]
    icon: str | None = None
    left_out: dict[str, str] = field(default_factory=dict)


def draft(folder: Path, facts: SiteFacts, name: str | None, check: Check) -> Draft:
    """Return the values that need no question; ``name`` overrides the detected one.

    An existing manifest takes precedence over the page; ``check`` returns what is wrong with members, if
    anything is.
    """
    members = _from_page(facts)
    if facts.manifest:
        members |= app_members(facts.manifest)
    found_name = members.pop("name", None)
    members = {
        "name": name or (found_name if _is_name(found_name) else folder.resolve().name or "App"),
        **members,
    }
    members.setdefault("short_name", short_form(members["name"]))
    values = {key: value for key, value in members.items() if value}
    accepted, left_out = acceptable(in_order(values), check)
    icon, unusable = _first_usable(folder, facts.icons)
    return Draft(without_defaults(accepted), icon, {**left_out, **unusable})


def in_order(app: dict[str, Any]) -> dict[str, Any]:
    """Return members in the order of the model, which is the specification's."""
    return {key: app[key] for key in model.App.__struct_fields__ if key in app}


def short_form(name: str) -> str:
    """Return the words of a name that fit below an icon, nothing if the name itself does or none fit."""
    if len(name) <= _HOME_SCREEN_CHARACTERS:
        return ""
    short = ""
    for word in name.split():
        longer = f"{short} {word}".strip()
        if len(longer) > _HOME_SCREEN_CHARACTERS:
            break
        short = longer
    return short.rstrip(" -–—:|,&·")


def icon_problem(folder: Path, source: str) -> str | None:
    """Return why icons cannot be made from a file, None if they can."""
    from pwagen.artifacts.icons import make_icons, read_icon_sources

    try:
        make_icons(read_icon_sources(model.Icons(source=source), model.App(name="-"), folder), None)
    except PwagenError as error:
        return str(error)
    return None


def _from_page(facts: SiteFacts) -> dict[str, Any]:
    description = facts.description
    if len(description) > _LONGEST_DESCRIPTION:
        description = f"{description[: _LONGEST_DESCRIPTION - 1]}…"
    dark = {"theme_color": facts.dark_theme_color} if facts.dark_theme_color else None
    return {
        "name": facts.title[:_LONGEST_NAME].strip(),
        "description": description,
        "lang": facts.lang,
        "dir": facts.dir,
        "theme_color": facts.theme_color,
        "color_scheme_dark": dark,
    }


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _first_usable(folder: Path, candidates: tuple[str, ...]) -> tuple[str | None, dict[str, str]]:
    unusable: dict[str, str] = {}
    for candidate in candidates[:_MOST_PICTURES]:
        problem = icon_problem(folder, candidate)
        if problem is None:
            return candidate, unusable
        unusable[candidate] = problem
    return None, unusable
