"""The page that the worker shows in place of an unavailable one, in each language."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from pwagen.artifacts.artifact import Artifact
from pwagen.artifacts.languages.app_texts import offline_texts
from pwagen.artifacts.languages.localized_manifests import direction_of, manifest_names
from pwagen.render import render
from pwagen.texts.built_in import ENGLISH, missing_texts

if TYPE_CHECKING:
    from pwagen.artifacts.icons.icon_names import Icon
    from pwagen.artifacts.rendered_texts import Render
    from pwagen.config.model import Config


# In templates/offline.html.jinja: distinguishes the generated page in a site from the site's own.
MADE_BY_PWAGEN = b'<meta name="generator" content="pwagen">'


def offline_page_paths(config: Config) -> dict[str, str]:
    """Return tag -> path of the pages, the app's own language first; empty if offline is off."""
    if not config.offline:
        return {}
    page = PurePosixPath(config.offline.page)
    others = {tag: str(page.with_name(f"{page.stem}.{tag}{page.suffix}")) for tag in manifest_names(config)}
    return {config.app.lang or ENGLISH: config.offline.page, **others}


def offline_page_artifacts(config: Config, icons: Iterable[Icon], render: Render = render) -> list[Artifact]:
    """Return the pages and their style sheet; the pages show the app's icon if it has one."""
    if not config.offline:
        return []
    icon = next((icon.artifact.path for icon in icons if icon.sizes == "192x192"), None)
    pages = [
        Artifact(path, _page(config, tag, icon, render).encode())
        for tag, path in offline_page_paths(config).items()
    ]
    style = render("offline.css.jinja", accent=config.app.theme_color or "currentColor")
    return [*pages, Artifact("offline.css", style.encode())]


def _page(config: Config, tag: str, icon: str | None, render: Render) -> str:
    language = config.languages.get(tag)
    name = (language and language.app.name) or config.app.name
    # A page must not claim a language that it isn't in.
    spoken = ENGLISH if missing_texts(tag, language.texts if language else {}) else tag
    direction = direction_of(config, spoken)
    # Bidi isolation: a name in Latin letters must not move the punctuation after it.
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
