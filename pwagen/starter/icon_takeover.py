"""Which pictures become the app's icons: the manifest's own, or those of the page."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msgspec import convert

from pwagen.artifacts.icons.icon_sources import IconSources, Picture
from pwagen.config import model
from pwagen.config.installable_icons import allows_installing, none_allows_installing
from pwagen.errors import PwagenError
from pwagen.site.detect import SiteFacts
from pwagen.starter.normal_form import normal_form
from pwagen.starter.salvage import Loss, salvage
from pwagen.starter.takeover import MemberOutcome, moved

_MOST_PICTURES = 5  # tried before giving up
_DRAWN = "logo.svg"

CheckIcons = Callable[[list[Any]], list[str]]
"""Returns the problems that a build would report for ``icons.files``."""


@dataclass(frozen=True)
class IconChoice:
    """The values for ``icons``; paths are relative to the project, ``files`` are icons that stay as they are.

    ``drawn`` is the content of ``source`` where that has to be written first. ``unusable`` are pictures that
    were tried, and why they cannot be used.
    """

    source: str | None = None
    maskable: str | None = None
    drawn: bytes | None = None
    files: tuple[dict[str, Any], ...] = ()
    unusable: tuple[Loss, ...] = ()
    outcomes: tuple[MemberOutcome, ...] = ()

    def picture(self, folder: Path) -> Picture | None:
        """Return the source, read from the project's folder if it lies there."""
        if self.source is None:
            return None
        return Picture(self.source, self.drawn or (folder / self.source).read_bytes())


def choose_icons(folder: Path, facts: SiteFacts, check: CheckIcons) -> IconChoice:
    """Return the icons: made from a picture of the site, or the manifest's as they are.

    They stay as they are, on another host or in another format, where the manifest has none that icons could
    be made from, if the app can be installed with them or the site has no better picture. A logo that the
    page draws itself is the last choice, since it can only be guessed that it looks the same elsewhere.
    """
    source, unusable = _first_usable(folder, facts.icons)
    icons, losses = _manifest_icons(facts, check)
    drawn = None
    if source is None and not any(map(_is_installable, icons)):
        drawn = next((svg for svg in facts.drawn_logos if not _problem_with(Picture(_DRAWN, svg))), None)
        source = _free_name(folder) if drawn else None
    has_own_source = not set(facts.manifest_icons).isdisjoint(facts.icons)
    if icons and (source is None or (not has_own_source and any(map(_is_installable, icons)))):
        taken = [MemberOutcome("taken", "icons", f"{len(icons)} that stay as they are")]
        if none_allows_installing(convert(icons, list[model.ImageResource])):
            taken.append(MemberOutcome("added", "icons", "the app's initials, to install it with"))
        left_out = [MemberOutcome("left out", *loss) for loss in losses]
        return IconChoice(files=tuple(icons), outcomes=(*taken, *left_out))
    maskable = None
    if source and not drawn:
        maskable = _first_usable(folder, facts.maskable_icons, source)[0]
    return IconChoice(source, maskable, drawn, (), tuple(unusable), _outcomes(facts, source, maskable))


def placeholder(app: dict[str, Any]) -> dict[str, str]:
    """Return ``icons.monogram``: the initials of the app, or a pattern if they can't be drawn."""
    from pwagen.artifacts.icons.monogram import monogram_text

    text = monogram_text(app["name"])
    return {"text": text, "design": "plate"} if text else {"design": "pattern"}


def icon_problem(folder: Path, source: str, maskable: str | None = None) -> str | None:
    """Return why icons cannot be made from a file, None if they can."""
    from pwagen.artifacts.icons import read_icon_sources

    icons = model.Icons(source=source, maskable=maskable)
    return _problem_of(lambda: read_icon_sources(icons, model.App(name="-"), folder))


def _problem_with(picture: Picture) -> str | None:
    return _problem_of(lambda: IconSources(picture, name="-"))


def _problem_of(sources: Callable[[], IconSources]) -> str | None:
    from pwagen.artifacts.icons.paint import check_paintable

    try:
        check_paintable(sources())
    except PwagenError as error:
        return str(error)
    return None


def _free_name(folder: Path) -> str:
    """Return the name of a new file for a drawn logo."""
    names = itertools.chain([_DRAWN], (f"logo-{number}.svg" for number in itertools.count(2)))
    return next(name for name in names if not os.path.lexists(folder / name))


def _first_usable(
    folder: Path, candidates: tuple[str, ...], source: str | None = None
) -> tuple[str | None, list[Loss]]:
    """Return the first candidate that icons can be made from; beside ``source``, the maskable ones."""
    unusable: list[Loss] = []
    for candidate in candidates[:_MOST_PICTURES]:
        problem = icon_problem(folder, source, candidate) if source else icon_problem(folder, candidate)
        if problem is None:
            return candidate, unusable
        unusable.append(Loss(candidate, problem))
    return None, unusable


def _manifest_icons(facts: SiteFacts, check: CheckIcons) -> tuple[list[dict[str, Any]], list[Loss]]:
    """Return the manifest's icons that a config may list, with addresses relative to the site's root."""
    if not facts.manifest or not isinstance(facts.manifest.members.get("icons"), list):
        return [], []
    icons = moved(normal_form("icons", facts.manifest.members["icons"], []), facts.manifest)
    kept, losses = salvage("icons", icons, check)
    return kept or [], losses


def _is_installable(icon: dict[str, Any]) -> bool:
    kind, purpose = icon.get("type"), icon.get("purpose")
    return allows_installing(icon["src"], str(icon.get("sizes", "")), kind, purpose and str(purpose))


def _outcomes(facts: SiteFacts, source: str | None, maskable: str | None) -> tuple[MemberOutcome, ...]:
    if not facts.manifest or not (source or facts.manifest.members.get("icons")):
        return ()
    if source is None:
        return (
            MemberOutcome(
                "left out", "icons", "none can be used: a picture with its size is missing in each"
            ),
        )
    others = f", the maskable ones from {maskable}" if maskable else ""
    return (MemberOutcome("changed", "icons", f"all sizes are made from {source}{others}"),)
