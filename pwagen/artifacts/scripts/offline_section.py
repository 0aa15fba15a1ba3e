"""CONFIG.offline: what works without a network. The list of precached files is added when it is rendered."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

from pwagen.artifacts.scripts.config_members import config_members
from pwagen.config.checks.units import parse_duration
from pwagen.config.exclusions import exclusion_globs
from pwagen.config.model import Config, Offline
from pwagen.config.scope import path_below
from pwagen.globs import any_name, to_regex


def offline_section(section: Offline) -> dict[str, Any]:
    """Return the section."""
    return {
        "page": section.page,
        "fallbacks": config_members(section.fallbacks),
        "precache": [],
        "routes": [config_members(route) for route in section.routes],
        "never": [to_regex(glob) for glob in exclusion_globs(section)],
        "ignoreParams": any_name(section.ignore_params),
        "timeout": parse_duration(section.timeout),
        "verify": section.verify,
    }


def precache_urls(config: Config, stored: Collection[str]) -> list[str]:
    """Return the URLs to be stored that none of the ``stored`` files answers."""
    if not config.offline:
        return []
    files = {*stored}
    urls = dict.fromkeys(config.offline.precache_urls)
    return [url for url in urls if files.isdisjoint(_files_at(path_below(url) or ""))]


def _files_at(path: str) -> tuple[str, ...]:
    return path, f"{path}.html", f"{path}/index.html", f"{path}index.html"


def refreshed_urls(config: Config) -> list[str]:
    """Return the URLs that are refreshed in the background, without pages: those are stored anyway."""
    urls = (url for sync in config.periodic_sync for url in sync.urls if urlsplit(url).path[-1:] not in "/")
    return list(dict.fromkeys(urls))
