"""The app and its pages in memory, as the dev server shows them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import urljoin, urlsplit

from msgspec.structs import replace

from pwagen.artifacts.head_tags import head_tags
from pwagen.artifacts.hosting.hosting_headers import headers_for
from pwagen.artifacts.hosting.hosting_targets import headers_by_name
from pwagen.build.plan import plan
from pwagen.build.project import Project, read_project
from pwagen.config.model import Config, Worker
from pwagen.inject.in_place_build import NOT_PUBLISHED, plan_into_site
from pwagen.inject.injection import pages_by_remark
from pwagen.inject.merge import Policy
from pwagen.inject.page_edit import inject
from pwagen.render import render

DEFAULT_ENDPOINT = "api/push/subscriptions"
WORKER_EVENTS_SCRIPT = "/_pwagen/worker-events.js"
# On one line with the user's own code, whose lines keep their numbers.
_REPORTING = f'importScripts("{WORKER_EVENTS_SCRIPT}"); '


@dataclass(frozen=True)
class DevBuild:
    """The files served over or beside the site's: path -> a function that returns the content."""

    project: Project
    files: Mapping[str, Callable[[], bytes]]
    headers: Mapping[str, Mapping[str, str]]
    notes: tuple[str, ...]

    @property
    def endpoint_path(self) -> str:
        """The path of the subscription endpoint."""
        push = self.project.config.push
        return urlsplit(urljoin("http://localhost/", (push and push.endpoint) or DEFAULT_ENDPOINT)).path


def build_in_memory(path: Path) -> DevBuild:
    """Return the build of the project at `path` as it is on disk now, writing nothing into its site.

    The worker additionally reports its events, and subscriptions come to this server.
    """
    project = read_project(path, for_injection=True)
    project = dataclasses.replace(
        project, config=_served_here(project.config), hooks=_REPORTING.encode() + (project.hooks or b"")
    )
    notes = [str(warning) for warning in project.warnings]
    files: dict[str, Callable[[], bytes]]
    if project.site is None:
        files = {"index.html": lambda: _start_page(project)}
        artifacts = plan(project)
    else:
        # The preview works even where a build into the site would refuse to replace something.
        settings = project.config.inject
        manifest = "replace" if settings.manifest == "refuse" else settings.manifest
        inside = plan_into_site(project, Policy.of(settings, manifest=manifest, worker="ignore"))
        files = {edit.path: edit.make for edit in inside.injection.edits}
        by_remark = pages_by_remark(inside.injection.notes)
        notes += [f"{', '.join(pages[:3])}: {remark}" for remark, pages in by_remark.items()]
        artifacts = inside.artifacts
    for artifact in artifacts:
        if artifact.path not in NOT_PUBLISHED and not artifact.path.startswith("hosting/"):
            files[artifact.path] = lambda content=artifact.content: content  # type: ignore[misc]
    return DevBuild(project, files, headers_by_name(headers_for(project.config)), tuple(notes))


def _served_here(config: Config) -> Config:
    hooks = PurePosixPath(config.worker.hooks).name if config.worker.hooks else "pwagen-serve.js"
    config = replace(config, worker=Worker(hooks=hooks))
    if config.push is None:
        return config
    endpoint = config.push.endpoint
    if not endpoint or urlsplit(endpoint).netloc:
        endpoint = DEFAULT_ENDPOINT  # none, or one of another server
    return replace(config, push=replace(config.push, endpoint=endpoint))


def _start_page(project: Project) -> bytes:
    """Return a page to try the app with, for a project that has no site."""
    config = project.config
    lang = config.app.lang or "en"
    page = render("console/start.html.jinja", name=config.app.name, lang=lang, push=bool(config.push))
    return inject(page.encode(), head_tags(config, project.icons))
