"""Where and how the site is published: a missing file, a strict policy, a sub-path."""

from __future__ import annotations

import re
from contextlib import suppress

from pwagen.apptest.sites.page import Page
from pwagen.apptest.sites.site_under_test import SiteUnderTest
from pwagen.apptest.step import StepFailedError, StepSkippedError, step
from pwagen.testing.chromium.browser_problems import BrowserProblem, in_short
from pwagen.testing.site_server.site_server import Answers, SeenRequest, SiteServer

SUB_PATH = "/a/b/"
PATIENCE_SECONDS = 5
"""How long the site may take to have a worker again, if it didn't take long at first."""

POLICY = "default-src 'self'; base-uri 'self'; object-src 'none'"
TRUSTED_TYPES = "; require-trusted-types-for 'script'; trusted-types pwagen"

_VIOLATION = re.compile(
    r"violates the following Content Security Policy directive|^Content-Security-Policy: |Trusted ?Type",
    re.IGNORECASE,
)


@step(
    "missing-file",
    "One of the files that the worker stores at installation is missing on the server",
    "a worker all the same, or a page that is told which file is missing and a worker once it is back",
    tolerates=".",
)
def missing_file(trial: SiteUnderTest) -> str:
    trial.needs_server("it takes a file away from the server")
    path = _expendable(trial, _stored_at_install(trial))
    with trial.elsewhere(answers=Answers(status={path: 404})) as server:
        page = trial.new_page()
        told = trial.told(page)
        page.goto(server.url)
        if _is_active(trial, server):
            return f"active without {path}"
        name = path.rpartition("/")[2]
        if not trial.until(lambda: any(name in text for text in told), 3):
            raise StepFailedError(
                f"without {path} there is no worker at all, and the page isn't told why",
                where=trial.place(trial.script),
            )
        del server.answers.status[path]
        page.reload()
        if not _is_active(trial, server):
            raise StepFailedError(f"no worker even after {path} was back", where=trial.place(trial.script))
        return f"not installed, the page was told that {path} is missing, and installed once it was back"


@step(
    "strict-csp",
    "The site is served under a strict Content-Security-Policy",
    "a worker that is registered without inline scripts, eval or other origins",
    tolerates=".",
)
def strict_csp(trial: SiteUnderTest) -> str:
    trial.needs_server("it takes a header on every answer")
    made_here = trial.config is not None
    policy = POLICY + TRUSTED_TYPES if made_here else POLICY
    with trial.elsewhere(answers=Answers(headers={"Content-Security-Policy": policy})) as server:
        trial.new_page().goto(server.url)
        active = _is_active(trial, server)
        violations = [one for one in trial.problems if _VIOLATION.search(one.text)]
        if not active:
            raise StepFailedError(f"no worker: {_reasons(violations)}", where=_first_place(trial, violations))
        ours = [one for one in violations if trial.script.rpartition("/")[2] in one.url]
        if ours:
            raise StepFailedError(_reasons(ours), where=_first_place(trial, ours))
    others = f"; {len(violations)} violations of the site's own" if violations else ""
    return f"active under {policy}{others}"


@step(
    "sub-path",
    f"The same files are copied to {SUB_PATH}",
    "a worker there, the start page offline, and nothing asked for outside",
    tolerates=".",
)
def sub_path(trial: SiteUnderTest) -> str:
    trial.needs_server("it takes another mount point")
    with trial.elsewhere(SUB_PATH) as server:
        page = trial.new_page()
        page.goto(server.url)
        active = _is_active(trial, server)
        _check_inside(trial, server)
        if not active:
            raise StepFailedError("no worker", where=server.url)
        with suppress(StepSkippedError):
            trial.needs_event("fetch")
            _check_offline(trial, server, page)
        _check_inside(trial, server)
    return f"works at {SUB_PATH}"


def _check_offline(trial: SiteUnderTest, server: SiteServer, page: Page) -> None:
    trial.until(lambda: page.evaluate("navigator.serviceWorker.controller !== null"), 2)
    page.reload()
    title = page.title()
    trial.cut_off(server)
    if trial.opened(page, page.url)[0]:
        raise StepFailedError("the start page does not open offline", where=server.url)
    if page.title() != title:
        raise StepFailedError(f"offline the start page is “{page.title()}”", where=server.url)


def _is_active(trial: SiteUnderTest, server: SiteServer) -> bool:
    """Return whether a worker becomes active for the site, as soon as that is decided."""
    try:
        trial.worker_at(server.url, max(PATIENCE_SECONDS, 4 * trial.arrival_seconds))
    except StepFailedError:
        return False
    return True


def _check_inside(trial: SiteUnderTest, server: SiteServer) -> None:
    """Raise StepFailedError if something outside the mount point was asked for, but by the browser itself."""
    by_browser = ("/favicon.ico", "/.well-known/")
    outside = {
        request.path: request.headers.get("referer", "")
        for request in reversed(server.requests)
        if request.path.startswith("/") and not request.path.startswith(by_browser)
    }
    if outside:
        paths = list(reversed(outside))
        more = f" and {len(paths) - 5} more" if len(paths) > 5 else ""
        # The same file is behind both mount points.
        asked_by = outside[paths[0]].replace(server.url, trial.url)
        raise StepFailedError(
            f"asked for {', '.join(paths[:5])}{more}",
            expected=f"nothing outside {SUB_PATH}",
            where=trial.place(asked_by) or paths[0],
        )


def _stored_at_install(trial: SiteUnderTest) -> list[str]:
    """Return the files that the worker itself has asked for, what it imports left out."""

    def is_stored(request: SeenRequest) -> bool:
        by_worker = request.headers.get("referer") == script
        return by_worker and request.headers.get("sec-fetch-dest") == "empty" and request.status == 200

    script = trial.script
    return [request.path for request in trial.first_requests if is_stored(request)]


def _expendable(trial: SiteUnderTest, stored: list[str]) -> str:
    """Return the stored file that the site can best do without."""
    if not stored:
        raise StepSkippedError("not applicable: the worker stores nothing at installation")
    optional = {path for path, _, required in _precache(trial) if not required}

    def need(path: str) -> tuple[bool, bool, bool]:
        is_page = not path or path.endswith((".html", ".htm", "/"))
        return path not in optional, is_page, path.endswith((".js", ".css", ".json"))

    return min(stored, key=need)


def _precache(trial: SiteUnderTest) -> list[tuple[str, str, int]]:
    offline = (trial.config or {}).get("offline", {})
    return offline.get("precache", []) if offline else []


def _reasons(violations: list[BrowserProblem]) -> str:
    return in_short(violations) or "and the browser names no violation"


def _first_place(trial: SiteUnderTest, violations: list[BrowserProblem]) -> str:
    return next((f"{one.url}:{one.line}" for one in violations if one.url), trial.url)
