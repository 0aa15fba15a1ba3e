"""The page that stands in for one that can't be had, in each language: the worker chooses."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from pwagen.artifact import Artifact
from pwagen.languages.manifests import direction_of, manifest_names
from pwagen.languages.texts import ENGLISH, missing_texts, offline_texts
from pwagen.render import render

if TYPE_CHECKING:
    from pwagen.config.model import Config
    from pwagen.project import Project


def offline_page_paths(config: Config) -> dict[str, str]:
    """Return tag -> path of the pages, the app's own language first; none where there is none to make."""
    if not config.offline:
        return {}
    page = PurePosixPath(config.offline.page)
    others = {tag: str(page.with_name(f"{page.stem}.{tag}{page.suffix}")) for tag in manifest_names(config)}
    return {config.app.lang or ENGLISH: config.offline.page, **others}


def offline_page_artifacts(project: Project) -> list[Artifact]:
    """Return the pages and their style, unless the site has a page of that name."""
    config = project.config
    if not config.offline or project.own_offline_page:
        return []
    icon = next((icon.artifact.path for icon in project.icons if icon.sizes == "192x192"), None)
    pages = [
        Artifact(path, _page(config, tag, icon).encode()) for tag, path in offline_page_paths(config).items()
    ]
    style = render("offline.css.jinja", accent=config.app.theme_color or "currentColor")
    return [*pages, Artifact("offline.css", style.encode())]


def _page(config: Config, tag: str, icon: str | None) -> str:
    language = config.languages.get(tag)
    name = (language and language.app.name) or config.app.name
    # A page must not claim a language that it isn't in.
    spoken = ENGLISH if missing_texts(tag, language.texts if language else {}) else tag
    direction = direction_of(config, spoken)
    # Isolated: a name in Latin letters must not pull the punctuation after it to its own side.
    shown = f"\u2068{name}\u2069" if direction == "rtl" else name
    is_main = tag == (config.app.lang or ENGLISH)
    return render(
        "offline.html.jinja",
        lang=spoken,
        dir=direction if direction == "rtl" or (is_main and config.app.dir) else None,
        name=name,
        texts={key: text.replace("{name}", shown) for key, text in offline_texts(config, tag).items()},
        icon=icon,
    )
