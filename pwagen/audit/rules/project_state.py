"""What only a project has: a config, and files that were built from it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.finding import Evidence, Location
from pwagen.audit.rule import rule

_FEW = 3


@rule(
    "project-outdated",
    "warning",
    "The files are those that pwagen.yaml makes today",
    why="What is published is what was built last: a later edit of the config, or of a page that the worker "
    "lists by its hash, reaches nobody, and a page that changed since keeps the worker from being installed.",
    source="pwagen build --check",
    fix="pwagen build --inject, as the last step before the site is published",
    bad={"pwagen.yaml#edited": "app: {name: Baker}"},
    good={"pwagen.yaml#built": "app: {name: Bakery}"},
)
def outdated(site: AuditedSite) -> Iterator[Evidence]:
    """Compare the files with what a build would write."""
    project = site.project
    # Without any build there is nothing yet that could be outdated.
    if not project or not project.was_built or not project.outdated:
        return
    where = Location(_in_site(site, project.file.name))
    names = ", ".join(project.outdated[:_FEW])
    more = f" and {len(project.outdated) - _FEW:,} more" if len(project.outdated) > _FEW else ""
    yield Evidence(where, f"a build would change {names}{more}", project.build_command)


@rule(
    "project-config",
    "note",
    "pwagen.yaml means what it says",
    why="What works, though hardly as it was meant, shows up at each build, where it is easily overlooked.",
    source="pwagen build",
    fix="see the message",
    bad={"pwagen.yaml#edited": "offline: {precache: [nothing/*.html]}"},
    good={"pwagen.yaml#built": "offline: {precache: [index.html]}"},
)
def config(site: AuditedSite) -> Iterator[Evidence]:
    """Pass the warnings of a build on."""
    for problem in site.project.warnings if site.project else ():
        where = Location(_in_site(site, posixpath.basename(problem.path)), problem.line, problem.column)
        yield Evidence(where, problem.message, problem.fix)


def _in_site(site: AuditedSite, name: str) -> str:
    """Return the name of a file beside pwagen.yaml, relative to the site's folder."""
    folder = site.project.config.site if site.project else None
    return posixpath.join(
        *[".."] * len([part for part in (folder or "").split("/") if part not in ("", ".")]), name
    )
