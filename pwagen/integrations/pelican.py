"""The Pelican plug-in: ``PLUGINS = ["pwagen.integrations.pelican"]`` in publishconf.py.

``PWAGEN = {…}`` takes the members of pwagen.yaml, with paths that begin in the working folder.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from pelican import Pelican, signals

from pwagen.errors import PwagenError, reason
from pwagen.integrations.generated_site import GeneratedSite, build_app

SETTING = "PWAGEN"

log = logging.getLogger(__name__)


def register() -> None:
    """Register with Pelican, to be called once everything is written."""
    signals.finalized.connect(_build_app)


def _build_app(pelican: Pelican) -> None:
    try:
        summary = build_app(_generated_site(pelican.settings))
    except (PwagenError, OSError) as error:
        # Pelican prints what an exception says, and ends with exit code 1.
        raise SystemExit(f"pwagen: {reason(error)}") from None
    for warning in summary.warnings:
        log.warning("%s", warning)
    for note in summary.notes:
        log.info("%s", note)


def _generated_site(settings: dict[str, Any]) -> GeneratedSite:
    return GeneratedSite(
        settings=Path.cwd() / SETTING,
        folder=Path(settings["OUTPUT_PATH"]),
        name=settings["SITENAME"],
        values=settings.get(SETTING) or {},
        setting=SETTING,
        description=settings.get("SITESUBTITLE") or "",
        language=settings["DEFAULT_LANG"],
    )
