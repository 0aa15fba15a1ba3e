"""From what a user names to the site that is audited: a folder, a project, a URL."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.identify import committed_config, identity_in_config, identity_of
from pwagen.audit.identity import Identity
from pwagen.audit.sources.committed_source import CommittedSource
from pwagen.errors import PwagenError
from pwagen.names import CONFIG_NAME

AT_COMMIT = "at the last commit"


def open_audit_target(
    target: str, *, may_be_private: bool = False, deployed: str | None = None
) -> AuditedSite:
    """Return the site that ``target`` names: a published folder, a project or its config file, a URL.

    What users will notice is judged by the last commit, or by the site at ``deployed``. ``may_be_private``
    allows a host whose address isn't public though its name does not say so.

    Raises:
        PwagenError: there is no such folder, or no answer from there.
    """
    site = _opened(target, may_be_private)
    if deployed:
        previous = _server(deployed, may_be_private)
        site.previous = identity_of(previous, f"at {deployed}")
    return site


def _opened(target: str, may_be_private: bool) -> AuditedSite:
    if "://" in target:
        return _server(target, may_be_private)
    path = Path(target)
    if path.is_file() and path.suffix in (".yaml", ".yml"):
        return _project(target, path)
    if not path.is_dir():
        wrong = "this is a file" if path.is_file() else "there is no such folder"
        raise PwagenError(f"{target}: {wrong} - name a published folder, a project or a URL")
    if (path / CONFIG_NAME).is_file():
        return _project(target, path / CONFIG_NAME)
    from pwagen.audit.sources.folder_source import FolderSource

    return AuditedSite(target, FolderSource(path), folder=path.as_posix(), previous=_committed_site(path))


def _project(target: str, file: Path) -> AuditedSite:
    from pwagen.audit.audited_project import open_project

    project, source = open_project(file)
    folder = (file.parent / (project.config.site or "")).as_posix()
    return AuditedSite(
        target, source, set_up="pwagen", project=project, folder=folder, previous=_committed_config(file)
    )


def _committed_site(folder: Path) -> Identity | None:
    source = CommittedSource(folder)
    return identity_of(AuditedSite("", source), AT_COMMIT) if source.paths() else None


def _committed_config(file: Path) -> Identity | None:
    config = committed_config(file)
    return identity_in_config(config, AT_COMMIT) if config else None


def _server(target: str, may_be_private: bool) -> AuditedSite:
    from pwagen.audit.sources.server_source import ServerSource

    try:
        parts = urlsplit(target)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        source = ServerSource(target, may_be_private) if is_address else None
    except ValueError:
        source = None
    if source is None:
        raise PwagenError(f"{target}: this is not a URL - write one as https://bakery.example/")
    if parts.username is not None:
        raise PwagenError(f"{target}: has a user name in it - check the site where it is open")
    site = AuditedSite(target, source)
    if source.get(source.url) is None:
        if source.on_https:
            return _server(source.on_https, may_be_private)
        if reason := source.why_not(source.url):
            raise PwagenError(f"{target}: {reason}")
    return site
