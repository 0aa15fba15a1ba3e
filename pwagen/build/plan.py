"""The single list of the files that a build makes: a pure function of its input."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from pwagen.artifacts.artifact import Artifact
from pwagen.artifacts.head_tags import head_tags, manifest_tag
from pwagen.artifacts.languages.localized_manifests import apps, manifest_names
from pwagen.artifacts.manifest import manifest_json
from pwagen.artifacts.offline_page import offline_page_artifacts, offline_page_paths
from pwagen.artifacts.precache_entry import PrecacheEntry
from pwagen.artifacts.rendered_texts import Render, RenderedTexts
from pwagen.artifacts.scripts.script_config import script_config
from pwagen.artifacts.scripts.scripts import Scripts, render_scripts
from pwagen.errors import ConfigError, Problem
from pwagen.keys.key_search import KeySearch
from pwagen.names import MORE_SCRIPT, OWN_SCRIPT, OWN_WORKER, READABLE
from pwagen.render import source

if TYPE_CHECKING:
    from pwagen.build.project import Project
    from pwagen.config.model import Config


def plan(project: Project) -> tuple[Artifact, ...]:
    """Return every file that belongs to the app, in no particular order.

    The same project gives the same bytes: nothing depends on the time, the machine or where the files
    will be mounted.
    """
    config = project.config
    icons = [icon.artifact for icon in project.icons]
    texts = RenderedTexts(project.cache)
    offline_page = (
        [] if project.own_offline_page else offline_page_artifacts(config, project.icons, texts.render)
    )
    hooks = _hooks(project)
    paths = {icon.path for icon in icons}
    precache = _precache(project, [*offline_page, *icons])
    scripts = render_scripts(
        script_config(
            config,
            icon=_first(paths, "icons/icon-192.png"),
            badge_icon=_first(paths, "icons/badge-96.png"),
            offline_pages={} if project.own_offline_page else offline_page_paths(config),
            pages=project.site.pages if project.site else (),
            stored=[*(entry.path for entry in precache), OWN_SCRIPT, MORE_SCRIPT],
        ),
        precache=precache,
        precache_page_scripts=True,
        hooks=project.hooks or b"",
        minify=config.minify,
        cache=project.cache,
    )
    artifacts = (
        *(_text(name, manifest_json(app, config.icons, project.icons)) for name, app in apps(config).items()),
        _text("register.d.ts", source("register.d.ts")),
        _text("head.html", _head(project, texts.render)),
        *offline_page,
        *hooks,
        *icons,
        *project.screenshots,
        *_hosting(config, texts.render),
        *_site_worker(config),
    )
    texts.store()
    _refuse_keys(project, artifacts)
    return (*artifacts, *script_artifacts(scripts))


def _refuse_keys(project: Project, artifacts: Iterable[Artifact]) -> None:
    """Raise a ConfigError if a private key is in a file other than the scripts.

    Those contain the config, which is searched when it is read, and hashes of files.
    """
    config = project.config
    search = KeySearch(config.push.vapid_public_key if config.push else None)
    private_keys = {
        artifact.path: kind
        for artifact in artifacts
        if (kind := search.find(artifact.content, artifact.path))
    }
    if private_keys:
        raise ConfigError([_holds_key(project, path, kind) for path, kind in private_keys.items()])


def _holds_key(project: Project, path: str, kind: str) -> Problem:
    hooks = project.config.worker.hooks
    source = hooks if hooks and PurePosixPath(hooks).name == path else path
    return Problem(
        str(project.root / source),
        message=f"holds {kind}, and what a build makes gets published",
        fix="take it out, and make a new key if the file was ever online",
    )


def script_artifacts(scripts: Scripts) -> tuple[Artifact, ...]:
    """Return the files of the scripts, including the readable ones."""
    return (
        _text(OWN_WORKER, scripts.worker),
        _text(OWN_SCRIPT, scripts.page),
        _text(MORE_SCRIPT, scripts.more),
        _text(f"{READABLE}/{OWN_SCRIPT}", scripts.readable_page),
        _text(f"{READABLE}/{MORE_SCRIPT}", scripts.readable_more),
    )


def _text(path: str, text: str) -> Artifact:
    return Artifact(path, text.encode())


def _first(paths: set[str], path: str) -> str | None:
    return path if path in paths else None


def _head(project: Project, render: Render) -> str:
    config = project.config
    others = {tag: manifest_tag(config.head, name) for tag, name in manifest_names(config).items()}
    return render("head.html.jinja", tags=head_tags(config, project.icons), others=others)


def _precache(project: Project, artifacts: list[Artifact]) -> list[PrecacheEntry]:
    """Return the worker's list: the site's files or the server's, and the generated ones needed offline."""
    if not project.config.offline:
        return []
    site = project.site.precache if project.site else ()
    shown_offline = ("icons/icon-192.png", "icons/badge-96.png")
    return [*site, *project.served_files] + [
        PrecacheEntry.of(artifact.path, artifact.content, required=artifact.path not in shown_offline)
        for artifact in artifacts
        if artifact.path in shown_offline
        or not (artifact.path.startswith("icons/") or artifact.path == "favicon.ico")
    ]


def _hooks(project: Project) -> list[Artifact]:
    path = project.config.worker.hooks
    return [Artifact(PurePosixPath(path).name, project.hooks)] if path and project.hooks is not None else []


def _site_worker(config: Config) -> tuple[Artifact, ...]:
    """Return what takes the place of the site's worker: visitors have that one, and get ours through it."""
    if config.inject.worker != "replace" or config.worker.script == OWN_WORKER:
        return ()
    return (_text(config.worker.script, f'importScripts("{OWN_WORKER}");\n'),)


def _hosting(config: Config, render: Render) -> tuple[Artifact, ...]:
    if not config.hosting:
        return ()
    from pwagen.artifacts.hosting import hosting_artifacts

    return hosting_artifacts(config, render)
