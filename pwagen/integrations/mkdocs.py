"""The MkDocs plug-in: ``plugins: [search, pwagen]``, with the members of pwagen.yaml as its options."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from mkdocs.config.base import LegacyConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority, get_plugin_logger

from pwagen.errors import PwagenError, reason
from pwagen.integrations.generated_site import GeneratedSite, build_app
from pwagen.integrations.theme_icon import BOOK

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

SEARCH_INDEX = "search/search_index.json"
# Material's instant navigation looks up in it which links are pages of the site.
SITEMAP = "sitemap.xml"
# The colours of the built-in themes' headers, which no setting changes.
_HEADERS = {"mkdocs": "#158cba", "readthedocs": "#2980b9"}
# Where Material puts what its search needs for other languages than English: 900 kB.
_STEMMERS = "assets/javascripts/lunr"
_SHARED_STEMMERS = ("stemmer.support", "multi")
_MORE_FOR = {"ja": ("tinyseg",), "th": ("wordcut",), "zh": ("jieba",)}

log = get_plugin_logger("pwagen")


class MkDocsPlugin(BasePlugin[LegacyConfig]):  # type: ignore[no-untyped-call]  # of MkDocs's own
    """Builds the app into the site that `mkdocs build` and `mkdocs gh-deploy` make."""

    values: dict[str, Any]
    is_serving = False

    def load_config(
        self, options: dict[str, Any], config_file_path: str | None = None
    ) -> tuple[list[Any], list[Any]]:
        """Keep the options as they are: pwagen's own rules judge them, all at once."""
        self.values = dict(options)
        return [], []

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        """Remember whether the author only looks at the site."""
        self.is_serving = command == "serve"

    @event_priority(-100)
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Build the app, after other plug-ins have written what belongs to the site."""
        try:
            if self.is_serving:
                _write_removal(Path(config.site_dir))
                return
            summary = build_app(_generated_site(config, self.values))
        except (PwagenError, OSError) as error:
            raise PluginError(f"pwagen: {reason(error)}") from None
        for warning in summary.warnings:
            log.warning("%s", warning)
        for note in summary.notes:
            log.info("%s", note)


def _write_removal(folder: Path) -> None:
    """Let the worker of a real build that was at this address once remove itself."""
    from pwagen.build.removal import removal
    from pwagen.names import OWN_WORKER

    worker = next(artifact for artifact in removal() if artifact.path == OWN_WORKER)
    if not (folder / OWN_WORKER).exists():
        (folder / OWN_WORKER).write_bytes(worker.content)


def _generated_site(config: MkDocsConfig, values: dict[str, Any]) -> GeneratedSite:
    theme, folder = config.theme, Path(config.site_dir)
    language = str(theme.get("language") or theme.get("locale") or "")
    logo, icons = theme.get("logo"), theme.get("icon")
    glyph = icons.get("logo") if isinstance(icons, dict) else None
    return GeneratedSite(
        settings=Path(config.config_file_path or "mkdocs.yml").resolve(),
        folder=folder,
        name=config.site_name,
        values=values,
        description=config.site_description or "",
        language=language,
        direction=str(theme.get("direction") or ""),
        theme_color=_theme_color(theme.name, theme.get("palette"), folder),
        logo=Path(config.docs_dir, logo) if isinstance(logo, str) else None,
        glyph=_glyph(theme.dirs, glyph or "material/library"),
        stored=[name for name in (SEARCH_INDEX, SITEMAP) if (folder / name).is_file()],
        left_out=_unused_stemmers(folder, _search_languages(config, language)),
        search_params=["q"],
    )


def _theme_color(theme: str | None, palette: Any, folder: Path) -> str | None:
    """Return the colour of the header; Material's own styles say which one a name of its palette is."""
    if theme != "material":
        return _HEADERS.get(theme or "")
    first = palette[0] if isinstance(palette, list) and palette else palette
    name = (first.get("primary") if isinstance(first, dict) else None) or "indigo"
    rule = re.compile(
        rf"\[data-md-color-primary={re.escape(str(name).replace(' ', '-'))}\]"
        r"\{[^}]*--md-primary-fg-color:(#[0-9a-fA-F]{6})\b"
    )
    for sheet in sorted(folder.glob("assets/stylesheets/palette*.css")):
        if match := rule.search(sheet.read_text(encoding="utf-8")):
            return match[1]
    return None


def _glyph(folders: Iterable[str], name: str) -> str:
    """Return the SVG of one of the theme's icons, e.g. material/anchor, or else of a book."""
    for folder in folders:
        file = Path(folder, ".icons", f"{name}.svg")
        if file.is_file():
            return file.read_text(encoding="utf-8")
    return BOOK


def _search_languages(config: MkDocsConfig, language: str) -> list[str]:
    """Return the languages of the search, those of its plug-in or else of the theme."""
    plugin = next(
        (plugin for name, plugin in config.plugins.items() if name.rpartition("/")[2] == "search"), None
    )
    if plugin is None:
        return []
    chosen = plugin.config.get("lang") or language or "en"
    return [chosen] if isinstance(chosen, str) else list(chosen)


def _unused_stemmers(folder: Path, languages: Iterable[str]) -> list[str]:
    """Return the files of Material's search that no language of the site needs."""
    codes = {language.partition("-")[0] for language in languages} - {"en"}
    used = {*codes, *_SHARED_STEMMERS} if codes else set()
    used.update(name for code in codes for name in _MORE_FOR.get(code, ()))
    kept = {f"lunr.{name}.min.js" for name in used} | {f"{name}.js" for name in used}
    files = sorted((folder / _STEMMERS).rglob("*.js"))
    return [path.relative_to(folder).as_posix() for path in files if path.name not in kept]
