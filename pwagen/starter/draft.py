"""From the facts about a site to the values of its pwagen.yaml, each checked as a build would."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pwagen.config import model
from pwagen.site.detect import SiteFacts
from pwagen.starter.app_colors import missing_colors
from pwagen.starter.icon_takeover import CheckIcons, IconChoice, choose_icons
from pwagen.starter.salvage import Loss
from pwagen.starter.takeover import (
    FATES,
    Check,
    MemberOutcome,
    acceptable,
    app_members,
    normalized,
    outcomes,
    without_defaults,
)

_LONGEST_NAME = 100
_LONGEST_DESCRIPTION = 300
_HOME_SCREEN_CHARACTERS = 12


@dataclass(frozen=True)
class Draft:
    """Members for ``app``, the icons, what cannot be used of the page, and what became of a manifest."""

    app: dict[str, Any]
    icons: IconChoice
    left_out: tuple[Loss, ...] = ()
    outcomes: tuple[MemberOutcome, ...] = ()


def draft(folder: Path, facts: SiteFacts, name: str | None, check: Check, check_icons: CheckIcons) -> Draft:
    """Return the values that need no question; ``name`` overrides the detected one.

    An existing manifest takes precedence over the page; ``check`` and ``check_icons`` return what is wrong
    with members and with existing icons.
    """
    members = _from_page(facts)
    changed: list[Loss] = []
    if facts.manifest:
        of_manifest, changed = normalized(app_members(facts.manifest))
        members |= of_manifest
    found_name = members.pop("name", None)
    members = {
        "name": name or (found_name if _is_name(found_name) else _page_name(folder, facts)),
        **members,
    }
    members.setdefault("short_name", short_form(members["name"]))
    values = {key: value for key, value in members.items() if value}
    accepted, refused = acceptable(in_order(values), check)
    icons = choose_icons(folder, facts, check_icons)
    colors = missing_colors(facts, accepted, icons.picture(folder))
    became: tuple[MemberOutcome, ...] = ()
    if facts.manifest:
        became = tuple(
            sorted(
                [*outcomes(facts.manifest, accepted, refused, changed), *icons.outcomes, *_added(colors)],
                key=lambda outcome: FATES.index(outcome.fate),
            )
        )
    of_page = [loss for loss in refused if not facts.manifest or loss.place not in facts.manifest.members]
    listed = {outcome.member for outcome in became}
    left_out = (*(loss for loss in of_page if loss.place not in listed), *icons.unusable)
    return Draft(in_order({**without_defaults(accepted), **colors}), icons, left_out, became)


def _added(colors: dict[str, Any]) -> list[MemberOutcome]:
    """Return that the app has colours which the manifest lacks."""
    return [
        MemberOutcome(
            "added",
            name,
            "for the dark scheme" if isinstance(color, dict) else f"is {color}, for the splash screen",
        )
        for name, color in colors.items()
    ]


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


def _page_name(folder: Path, facts: SiteFacts) -> str:
    return facts.title[:_LONGEST_NAME].strip() or folder.resolve().name or "App"


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())
