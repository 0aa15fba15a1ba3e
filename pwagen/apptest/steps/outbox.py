"""What is sent without a network."""

from __future__ import annotations

import re

from pwagen.apptest.sites.site_under_test import SiteUnderTest
from pwagen.apptest.step import StepFailedError, StepSkippedError, step
from pwagen.apptest.steps.offline import NETWORK_ERRORS

_FORM = re.compile(r"<form\b[^>]*\bdata-pwagen\s*=\s*[\"']?outbox\b", re.I)
_SUBMIT = """() => {
  const form = document.querySelector("form[data-pwagen=outbox]");
  form.noValidate = true;
  form.requestSubmit();
}"""
_STATE = "document.documentElement.dataset.pwagenOutbox"


@step(
    "outbox",
    "A form is sent offline, then the network comes back",
    "the form at the server, once",
    tolerates=NETWORK_ERRORS,
)
def outbox(site: SiteUnderTest) -> str:
    if not site.config or not site.config.get("outbox"):
        raise StepSkippedError("not applicable: the worker keeps no requests")
    server = site.needs_server("what the server hears can't be seen")
    page = site.visit(_page_with_form(site))
    site.until(lambda: page.evaluate(_STATE))
    server.clear()
    site.set_offline(True)
    page.evaluate(_SUBMIT)
    if not site.until(lambda: page.evaluate(_STATE) == "queued"):
        raise StepFailedError("the form is not kept: does a rule of outbox match its action?", where=page.url)
    site.set_offline(False)
    if not site.until(lambda: page.evaluate(_STATE) == "sent", 15):
        raise StepFailedError(f"the form is still {page.evaluate(_STATE)}", where=page.url)
    # In Firefox it is another one, since the first had to be closed.
    server = site.needs_server("what the server hears can't be seen")
    arrived = [request for request in server.requests if "idempotency-key" in request.headers]
    if len(arrived) != 1:
        raise StepFailedError(f"it arrived {len(arrived)} times", where=page.url)
    return f"{arrived[0].method} {arrived[0].path}, once"


def _page_with_form(site: SiteUnderTest) -> str:
    """Return the path of a page whose form has the attribute."""
    folder = site.needs_server("its pages can't be searched").folder
    for file in sorted(folder.rglob("*.html")):
        if _FORM.search(file.read_text(encoding="utf-8", errors="replace")):
            return file.relative_to(folder).as_posix()
    raise StepSkippedError('not applicable: no page has a form with data-pwagen="outbox"')
