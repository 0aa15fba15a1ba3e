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
    "a worker all the same, or a page that learns which file is missing and a worker once it is back",
    tolerates=".",
)
def missing_file(site: SiteUnderTest) -> str:
    site.needs_server("it takes a file away from the server")
    path = _expendable(site, _stored_at_install(site))
    with site.elsewhere(answers=Answers(status={path: 404})) as server:
        page = site.new_page()
        log = site.page_log(page)
        page.goto(server.url)
        if _is_active(site, server):
            return f"active without {path}"
        name = path.rpartition("/")[2]
        if not site.until(lambda: any(name in text for text in log), 3):
            raise StepFailedError(
                f"without {path} there is no worker at all, and no message on the page's console",
                where=site.place(site.script),
            )
        del server.answers.status[path]
        page.reload()
        if not _is_active(site, server):
            raise StepFailedError(f"no worker even after {path} was back", where=site.place(site.script))
        return f"not installed, the page's console named {path} as missing, and installed once it was back"


@step(
    "strict-csp",
    "The site is served under a strict Content-Security-Policy",
    "a worker that is registered without inline scripts, eval or other origins",
    tolerates=".",
)
def strict_csp(site: SiteUnderTest) -> str:
    site.needs_server("it takes a header on every answer")
    made_here = site.config is not None
    policy = POLICY + TRUSTED_TYPES if made_here else POLICY
    with site.elsewhere(answers=Answers(headers={"Content-Security-Policy": policy})) as server:
        site.new_page().goto(server.url)
        active = _is_active(site, server)
        violations = [violation for violation in site.problems if _VIOLATION.search(violation.text)]
        if not active:
            raise StepFailedError(f"no worker: {_reasons(violations)}", where=_first_place(site, violations))
        ours = [violation for violation in violations if site.script.rpartition("/")[2] in violation.url]
        if ours:
            raise StepFailedError(_reasons(ours), where=_first_place(site, ours))
    remark = f"; {len(violations)} violations of the site's own" if violations else ""
    return f"active under {policy}{remark}"


@step(
    "sub-path",
    f"The same files are copied to {SUB_PATH}",
    "a worker there, the start page offline, and nothing asked for outside",
    tolerates=".",
)
def sub_path(site: SiteUnderTest) -> str:
    site.needs_server("it takes another mount point")
    with site.elsewhere(SUB_PATH) as server:
        page = site.new_page()
        page.goto(server.url)
        # A site for one address has no worker here, so don't wait for it.
        _check_inside(site, server)
        active = _is_active(site, server)
        _check_inside(site, server)
        if not active:
            raise StepFailedError("no worker", where=server.url)
        with suppress(StepSkippedError):
            site.needs_event("fetch")
            _check_offline(site, server, page)
        _check_inside(site, server)
    return f"works at {SUB_PATH}"


def _check_offline(site: SiteUnderTest, server: SiteServer, page: Page) -> None:
    site.until(lambda: page.evaluate("navigator.serviceWorker.controller !== null"), 2)
    page.reload()
    title = page.title()
    site.cut_off(server)
    if site.opened(page, page.url)[0]:
        raise StepFailedError("the start page does not open offline", where=server.url)
    if page.title() != title:
        raise StepFailedError(
            f"offline the start page is “{page.title()}”", where=server.url, expected=f"“{title}”"
        )


def _is_active(site: SiteUnderTest, server: SiteServer) -> bool:
    """Return whether a worker becomes active for the site, as soon as either is certain."""
    try:
        site.worker_at(server.url, max(PATIENCE_SECONDS, 4 * site.arrival_seconds))
    except StepFailedError:
        return False
    return True


def _check_inside(site: SiteUnderTest, server: SiteServer) -> None:
    """Raise StepFailedError if something outside the mount point was asked for, but by the browser itself.

    Where pages themselves name what is there, the site is built for one address, which is no mistake.
    """
    by_browser = ("/favicon.ico", "/.well-known/")
    requests = [
        request
        for request in server.requests
        if request.path.startswith("/") and not request.path.startswith(by_browser)
    ]
    if named := next((request.path for request in requests if _is_named_by_page(request)), None):
        raise StepSkippedError(
            f"not applicable: its pages name {named}, so the site is built for one address - "
            f"to serve it in a folder, too, name it without the slash in front: {named.lstrip('/') or './'}"
        )
    outside = {request.path: request.headers.get("referer", "") for request in reversed(requests)}
    if outside:
        paths = list(reversed(outside))
        more = f" and {len(paths) - 5} more" if len(paths) > 5 else ""
        # The same file is behind both mount points.
        asked_by = outside[paths[0]].replace(server.url, site.url)
        raise StepFailedError(
            f"asked for {', '.join(paths[:5])}{more}",
            expected=f"nothing outside {SUB_PATH}",
            where=site.place(asked_by) or paths[0],
        )


def _is_named_by_page(request: SeenRequest) -> bool:
    """Tell whether a page's or a style's own markup led to a request, and no script's code."""
    by_markup = request.headers.get("sec-fetch-dest", "empty") not in ("empty", "serviceworker")
    return by_markup and not request.headers.get("referer", "").endswith((".js", ".mjs"))


def _stored_at_install(site: SiteUnderTest) -> list[str]:
    """Return the files that the worker itself has asked for, what it imports left out."""

    def is_stored(request: SeenRequest) -> bool:
        by_worker = request.headers.get("referer") == script
        return by_worker and request.headers.get("sec-fetch-dest") == "empty" and request.status == 200

    script = site.script
    return [request.path for request in site.first_requests if is_stored(request)]


def _expendable(site: SiteUnderTest, stored: list[str]) -> str:
    """Return the stored file that the site can best do without."""
    if not stored:
        raise StepSkippedError("not applicable: the worker stores nothing at installation")
    optional = {path for path, _, required in _precache(site) if not required}

    def need(path: str) -> tuple[bool, bool, bool]:
        is_page = not path or path.endswith((".html", ".htm", "/"))
        return path not in optional, is_page, path.endswith((".js", ".css", ".json"))

    return min(stored, key=need)


def _precache(site: SiteUnderTest) -> list[tuple[str, str, int]]:
    offline = (site.config or {}).get("offline", {})
    return offline.get("precache", []) if offline else []


def _reasons(violations: list[BrowserProblem]) -> str:
    return in_short(violations) or "and the browser reports no violation"


def _first_place(site: SiteUnderTest, violations: list[BrowserProblem]) -> str:
    return next((f"{violation.url}:{violation.line}" for violation in violations if violation.url), site.url)
