"""From a site, or a config, to what browsers know its app by: now, or at the last commit."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.identity import Identity
from pwagen.audit.sources.committed_source import git
from pwagen.errors import ConfigError

if TYPE_CHECKING:
    from pwagen.config.model import Config

# An uncompressed point on P-256 in base64url, as applicationServerKey is written: 65 bytes, the first is 4.
_PUBLIC_KEY = re.compile(r"(?<![\w-])B[A-Za-z0-9_-]{86}(?![\w-])")


def identity_of(site: AuditedSite, origin: str = "") -> Identity:
    """Return what browsers know a site's app by."""
    manifest = site.manifests[0] if site.manifests else None
    members = manifest.members if manifest else {}
    base = manifest.resource.url if manifest else site.root

    def address(member: str, default: str | None, relative_to: str) -> str | None:
        value = members.get(member, default)
        return _relative(urljoin(relative_to, value), site.root) if isinstance(value, str) else None

    start_url = address("start_url", "./" if manifest else None, base)
    start = urljoin(site.root, start_url) if start_url is not None else site.root
    own_id = members.get("id")
    workers = {registration.url for registration in site.registrations}
    programs = [*site.scripts, *(program for worker in site.workers for program in worker.programs)]
    keys = {key for program in programs for key in _PUBLIC_KEY.findall(program.text)}
    return Identity(
        origin,
        # As it is written: it is relative to the origin, and the folder of it that a site is in isn't known.
        own_id if isinstance(own_id, str) else start_url,
        start_url,
        address("scope", ".", start) if manifest else None,
        _relative(workers.pop(), site.root) if len(workers) == 1 else None,
        keys.pop() if len(keys) == 1 else None,
    )


def current_identity(site: AuditedSite) -> Identity:
    """Return what an audited site's app is known by, by its config where it has one."""
    return identity_in_config(site.project.config) if site.project else identity_of(site)


def identity_in_config(config: Config, origin: str = "") -> Identity:
    """Return the same of a config."""
    return Identity(
        origin,
        config.app.id,
        config.app.start_url,
        config.app.scope,
        config.worker.script,
        config.push.vapid_public_key if config.push else None,
    )


def committed_config(file: Path) -> Config | None:
    """Return the config of the last commit; None if there is none, or it has mistakes."""
    from pwagen.config import parse

    content = git(file.parent, "show", f"HEAD:./{file.name}")
    if content is None:
        return None
    try:
        return parse(content, file, files=False)[0]
    except ConfigError:
        return None


def _relative(url: str, root: str) -> str:
    """Return an address relative to the root, ``./`` for the root itself; another's as it is."""
    return url.removeprefix(root) or "./" if url.startswith(root) else url
