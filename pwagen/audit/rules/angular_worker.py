"""What Angular's own worker needs beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.finding import Evidence, Location
from pwagen.audit.rule import rule

_READS_LIST = re.compile(r"\bngsw\.json\b")
# As much of Angular's worker as this is about.
_WORKER = (
    'self.addEventListener("fetch", (event) =>\n'
    '  event.respondWith(fetch("ngsw.json").then(() => fetch(event.request))));'
)


@rule(
    "worker-angular-list",
    "warning",
    "Angular's worker has its list of files",
    why="ngsw-worker.js reads ngsw.json: where that is missing, it empties its caches and unregisters"
    " itself, and where it can't be read, it stores nothing and leaves all requests to the network.",
    source="https://angular.dev/ecosystem/service-workers/devops#fail-safe",
    fix='"serviceWorker": "ngsw-config.json" in the options of the build in angular.json: ng build then'
    " writes ngsw.json, which is published beside ngsw-worker.js",
    bad={"ngsw-worker.js": _WORKER},
    good={
        "ngsw-worker.js": _WORKER,
        "ngsw.json": '{"configVersion": 1, "index": "/index.html", "hashTable": {}}',
    },
)
def has_list(site: AuditedSite) -> Iterator[Evidence]:
    """Ask for ngsw.json beside workers that read it: the one by which Angular takes a worker back doesn't."""
    for worker in site.workers:
        if not worker.resource.url.endswith("/ngsw-worker.js") or not _READS_LIST.search(worker.program.text):
            continue
        resource = site.get("ngsw.json", worker.resource.url)
        if site.is_unanswered("ngsw.json", worker.resource.url):
            continue
        if resource is None or resource.status >= 400:
            yield Evidence(Location(worker.resource.path), "there is no ngsw.json beside this worker")
            continue
        try:
            table = json.loads(resource.text)["hashTable"]
        except (ValueError, RecursionError, LookupError, TypeError):
            table = None
        if not isinstance(table, dict):
            yield Evidence(Location(resource.path), "this is not JSON with a hashTable")
