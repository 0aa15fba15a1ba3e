"""What `build --inject` has to replace in a site that is a PWA already."""

from __future__ import annotations

from typing import NamedTuple

from pwagen.names import OWN_FILES, OWN_WORKER
from pwagen.site.detect import SiteFacts
from pwagen.site.existing_pwa import ExistingWorker
from pwagen.starter.page_conflicts import PageConflicts


class InPlacePolicy(NamedTuple):
    """The members of ``inject``, and the name that the site's worker keeps, None for the usual one."""

    inject: dict[str, str]
    worker: str | None = None


def in_place_policy(facts: SiteFacts, conflicts: PageConflicts) -> InPlacePolicy:
    """Return the values with which the app takes the place of the one that the site is already.

    ``conflicts`` are those of all its pages; the facts are those of its start page. Its worker keeps its
    name: browsers update what visitors have only at the address that they know
    (https://www.w3.org/TR/service-workers/#update-algorithm).
    """
    inject: dict[str, str] = {}
    if facts.manifest or conflicts.manifests or conflicts.has_manifest_file:
        inject["manifest"] = "replace"
    workers = [worker for worker in facts.workers if not worker.by_pwagen]
    replaced = next(
        filter(_is_replaceable, sorted(workers, key=lambda worker: not worker.is_registered)), None
    )
    if replaced:
        inject["worker"] = "replace"
    elif conflicts.registrations or any(worker.is_registered for worker in workers):
        inject["worker"] = "ignore"
    name = replaced.path if replaced and replaced.path != OWN_WORKER else None
    return InPlacePolicy(inject, name)


def _is_replaceable(worker: ExistingWorker) -> bool:
    """Tell whether a worker is for the whole site, and its file can become ours."""
    path = worker.path
    if path == OWN_WORKER:
        return True
    return worker.is_registered and "/" not in path and path.endswith(".js") and path not in OWN_FILES
