"""What Chromium says of an audited site: steps of `pwagen test`; each that fails is a finding of its name."""

from __future__ import annotations

import re

from pwagen.apptest.run import Options, run_app_test
from pwagen.apptest.run_report import Collected, Progress
from pwagen.apptest.step import Result
from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.finding import Finding, Location

ALWAYS = ("register", "manifest", "install", "fits-phone")
WITH_FETCH = ("offline-start", "offline-deep")
WITH_PUSH = ("permission-granted", "(subscribe and not resubscribe)", "push-empty", "push-text", "click-body")

# Both `addEventListener("push", …)` and `onpush = …`; a mention in a comment costs a step that is skipped.
_HANDLES = r"""["'`]{0}["'`]|\bon{0}\b"""


def browser_findings(site: AuditedSite, target: str, progress: Progress) -> list[Finding]:
    """Return what goes wrong in Chromium: the app's installation, its pages offline, a push and a click.

    Raises:
        PwagenError: there is no browser, or nothing to test.
    """
    watcher = Collected(progress)
    try:
        run_app_test(target, Options(select=steps_for(site)), watcher)
    finally:
        watcher.close()
    return [_finding(site, result) for result in watcher.results if result.status == "failed"]


def steps_for(site: AuditedSite) -> str:
    """Return which steps are tried, as `pwagen test -k` takes them.

    What the worker has no handler for isn't: a site without push isn't wrong.
    """
    with_fetch = WITH_FETCH if _handles(site, "fetch") else ()
    with_push = WITH_PUSH if _handles(site, "push") else ()
    return " or ".join((*ALWAYS, *with_fetch, *with_push))


def _handles(site: AuditedSite, event: str) -> bool:
    pattern = re.compile(_HANDLES.replace("{0}", event))
    return any(pattern.search(program.text) for worker in site.workers for program in worker.programs)


def _finding(site: AuditedSite, result: Result) -> Finding:
    where = site.named(Location(result.where or site.name))
    message = f"{result.title}: {result.seen}"
    return Finding(result.id, "error", where, message, result.hint or f"expected is {result.expected}")
