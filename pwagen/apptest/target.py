"""The target of a test: a published folder as it is, a project's build, or a running site."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

from pwagen.errors import PwagenError
from pwagen.names import CONFIG_NAME, OUT_NAME
from pwagen.testing.site_server.addresses import encoded_path, encoded_query
from pwagen.testing.site_server.site_copy import copy_site, in_short

EXAMPLE = "http://localhost:3000/"
_ADDRESS = re.compile(r"[\w.-]+:\d+(/\S*)?")


@dataclass(frozen=True)
class TargetSite:
    """A site to test. Either ``folder``, a copy that may be served, or ``url`` is set."""

    name: str
    kind: Literal["folder", "project", "url"]
    folder: Path | None = None
    url: str = ""
    notes: tuple[str, ...] = ()
    """What of the folder is not served, and why."""


def open_target(target: str, scratch: Path) -> TargetSite:
    """Return what ``target`` names: a URL, a project's folder or config file, or a published folder.

    Folders are copied below ``scratch``; the original is never changed.

    Raises:
        PwagenError: there is nothing to test there.
    """
    if "://" in target:
        return TargetSite(target, "url", url=_checked_url(target))
    path = Path(target)
    if path.is_file() and path.suffix in (".yaml", ".yml"):
        return _built(target, path, scratch)
    if path.is_file():
        raise PwagenError(f"{target}: this is a file - name its folder: {path.parent}")
    if not path.is_dir():
        name = _suggested(target) or "a published folder, a project or a URL"
        raise PwagenError(f"{target}: there is no such folder - name {name}")
    if (path / CONFIG_NAME).is_file():
        return _built(target, path / CONFIG_NAME, scratch)
    if not (path / "index.html").is_file():
        raise PwagenError(
            f"{target}: has neither {CONFIG_NAME} nor index.html - name the folder that gets published"
        )
    skipped = copy_site(path, scratch / "site")
    for entry in skipped:
        if entry.path == "index.html":
            raise PwagenError(
                f"{path / entry.path}: {entry.reason} - test a copy with the file itself: "
                f"cp -rL {target} COPY"
            )
    return TargetSite(target, "folder", scratch / "site", notes=tuple(in_short(target, skipped)))


def _checked_url(url: str) -> str:
    """Return the URL as browsers write it, so that addresses can be compared; raises PwagenError."""
    from pwagen.push.transport.endpoints import EndpointError, origin

    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        is_secure = parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))
    except ValueError as error:
        raise PwagenError(f"{url}: this is not a URL ({error}) - write one as {EXAMPLE}") from None
    if not is_secure:
        raise PwagenError(
            f"{url}: browsers have service workers on https and on loopback alone - serve it as http://localhost"
        )
    if parts.username is not None:
        raise PwagenError(f"{url}: has a user name in it - test the site where it is open")
    if not host.isascii():
        raise PwagenError(f"{url}: write the host in ASCII, as in an address copied from a browser: xn--…")
    try:
        site = origin(f"{parts.scheme}://{parts.netloc}")
    except EndpointError:
        raise PwagenError(f"{url}: this is not a URL - write one as {EXAMPLE}") from None
    path, query = encoded_path(parts.path) or "/", encoded_query(parts.query)
    return urlunsplit((*site.split("://"), path, query, parts.fragment))


def _is_loopback(host: str) -> bool:
    """Tell whether browsers trust a host without TLS, https://w3c.github.io/webappsec-secure-contexts/#localhost."""
    from pwagen.push.transport.endpoints import is_loopback

    if host.removesuffix(".").rpartition(".")[2] == "localhost":
        return True
    try:
        return is_loopback(host)
    except ValueError:
        return False


def _suggested(target: str) -> str:
    """Return the URL that is probably meant by a host and a port, if it is one."""
    if not _ADDRESS.fullmatch(target):
        return ""
    scheme = "http" if _is_loopback(target.partition(":")[0]) else "https"
    return f"{scheme}://{target}" if "/" in target else f"{scheme}://{target}/"


def _built(target: str, file: Path, scratch: Path) -> TargetSite:
    """Return a copy of the project's site with the app in it, as ``build --inject`` leaves it."""
    from pwagen.build.project import read_project
    from pwagen.inject.in_place_build import plan_into_site
    from pwagen.inject.merge import Policy

    project = read_project(file, for_injection=True, may_write=False)
    if project.site_folder is None:
        raise PwagenError(f"{file}: names no `site` to test the app in - add it, or name a published folder")
    inside = plan_into_site(project, Policy.of(project.config.inject))
    is_its_own_site = project.site_folder.resolve() == project.root.resolve()
    copy = scratch / "site"
    skipped = copy_site(project.site_folder, copy, (OUT_NAME, ".pwagen") if is_its_own_site else ())
    for edit in inside.injection.edits:
        (copy / edit.path).write_bytes(edit.make())
    for artifact in inside.artifacts:
        place = copy / artifact.path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(artifact.content)
    notes = in_short(str(project.site_folder), skipped)
    return TargetSite(target, "project", copy, notes=tuple(notes))
