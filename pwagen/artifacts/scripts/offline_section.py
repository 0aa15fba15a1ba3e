"""CONFIG.offline: what works without a network. The list of precached files is added when it is rendered."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from pwagen.artifacts.launch_targets import urls_with_query
from pwagen.artifacts.scripts.config_members import config_members
from pwagen.artifacts.static_routes import static_routes
from pwagen.config.checks.units import parse_duration
from pwagen.config.exclusions import exclusion_globs
from pwagen.config.model import Config, Offline
from pwagen.globs import any_name, to_regex


def offline_section(
    config: Config, section: Offline, pages: Iterable[str], stored: Iterable[str]
) -> dict[str, Any]:
    """Return the section; ``pages`` are the paths of the site's pages, ``stored`` of the stored files."""
    # Pages are stored for offline use anyway.
    refreshed = (
        url for sync in config.periodic_sync for url in sync.urls if urlsplit(url).path[-1:] not in "/"
    )
    return {
        "page": section.page,
        "fallbacks": config_members(section.fallbacks),
        "precache": [],
        "routes": [config_members(route) for route in section.routes],
        "refreshed": list(dict.fromkeys(refreshed)),
        "never": [to_regex(glob) for glob in exclusion_globs(section)],
        "staticRoutes": static_routes(section, config.outbox, pages, stored),
        "launches": urls_with_query(config.app),
        "ignoreParams": any_name(section.ignore_params),
        "timeout": parse_duration(section.timeout),
        "verify": section.verify,
    } | ({"appShell": section.app_shell} if section.app_shell else {})
