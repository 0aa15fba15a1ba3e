"""The Sphinx extension: ``extensions = ["pwagen.integrations.sphinx"]``.

``pwagen = {…}`` in conf.py takes the members of pwagen.yaml.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.util import logging

from pwagen import __version__
from pwagen.errors import PwagenError, reason
from pwagen.integrations.generated_site import GeneratedSite, build_app
from pwagen.site.fetched_data import SPHINX_PARAMETERS

if TYPE_CHECKING:
    from sphinx.application import Sphinx

BUILDERS = ("html", "dirhtml", "singlehtml")
# After every other extension: what they write belongs to the site.
LAST = 900

log = logging.getLogger(__name__)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_config_value("pwagen", {}, "html", types=frozenset({dict}))
    app.connect("build-finished", _build_app, priority=LAST)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}


def _build_app(app: Sphinx, exception: Exception | None) -> None:
    if exception is not None or app.builder.name not in BUILDERS:
        return
    try:
        summary = build_app(_generated_site(app))
    except (PwagenError, OSError) as error:
        # Sphinx answers an exception with a report of a hundred lines about itself.
        log.error("pwagen: %s", reason(error))
        app.statuscode = 1
        return
    for warning in summary.warnings:
        log.warning("%s", warning, type="pwagen")
    for note in summary.notes:
        log.info("%s", note)


def _generated_site(app: Sphinx) -> GeneratedSite:
    config, folder = app.config, Path(app.confdir)
    logo = config.html_logo or config.html_favicon
    # sphinx-autobuild builds again when something changes beside the sources.
    memory = Path(app.doctreedir, "pwagen")
    memory.mkdir(parents=True, exist_ok=True)
    return GeneratedSite(
        settings=folder / "conf.py",
        folder=Path(app.outdir),
        name=config.project,
        values=config.pwagen,
        setting="conf.py: pwagen",
        language=config.language or "",
        theme_color=_theme_color(config.html_theme, config.html_theme_options),
        logo=folder / logo if logo else None,
        search_params=SPHINX_PARAMETERS,
        memory=memory,
    )


def _theme_color(theme: str, options: dict[str, Any]) -> str | None:
    """Return the colour that an owner chose for the theme, or that the theme is known by."""
    if theme == "furo":
        variables = options.get("light_css_variables") or {}
        color = variables.get("color-brand-primary") or "#0a4bff"
    elif theme == "sphinx_rtd_theme":
        color = options.get("style_nav_header_background") or "#2980b9"
    elif theme == "pydata_sphinx_theme":
        color = "#0a7d91"
    else:
        color = options.get("sidebar_header") or ""
    # Other notations, such as var(--brand), mean something in a style sheet only.
    return color if isinstance(color, str) and color.startswith("#") else None
