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
from pwagen.site.lunr_languages import INDEX, unused_languages

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

    from pwagen.binding.node import Mapping

# Material's instant navigation looks up in it which links are pages of the site.
SITEMAP = "sitemap.xml"
# The colours of the built-in themes' headers, which no setting changes.
_HEADERS = {"mkdocs": "#158cba", "readthedocs": "#2980b9"}

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
        written=_written(config.config_file_path, values),
        description=config.site_description or "",
        language=language,
        direction=str(theme.get("direction") or ""),
        theme_color=_theme_color(theme.name, theme.get("palette"), folder),
        logo=Path(config.docs_dir, logo) if isinstance(logo, str) else None,
        glyph=_glyph(theme.dirs, glyph or "material/library"),
        stored=[name for name in (INDEX, SITEMAP) if (folder / name).is_file()],
        left_out=unused_languages(folder),
        search_params=["q"],
    )


def _written(file: str | None, values: dict[str, Any]) -> Mapping | None:
    """Return the options as they are in mkdocs.yml, with their lines; None if there are none."""
    from pwagen.binding.node import Mapping, Sequence
    from pwagen.binding.problem_report import ProblemReport
    from pwagen.config.parsing.parse import read, read_bytes

    if not file or not values:
        return None
    # MkDocs itself has said what is wrong; its tags, such as !ENV, are no mistakes.
    root = read(read_bytes(Path(file)), ProblemReport(file))
    plugins = _member(root, "plugins")
    entries = plugins.items if isinstance(plugins, Sequence) else [plugins]
    options = (_member(entry, "pwagen") for entry in entries)
    return next((node for node in options if isinstance(node, Mapping)), None)


def _member(node: object, name: str) -> object:
    from pwagen.binding.node import Mapping

    members = node.items if isinstance(node, Mapping) else []
    return next((value for key, value in members if key.text == name), None)


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
