"""A new build takes over at its user's word, while other pages hold what a reload would lose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pwagen.apptest.sites.chromium_site import ChromiumSite
from pwagen.apptest.step import StepFailedError, StepSkippedError, step
from pwagen.apptest.steps.update import OFFER_UNKNOWN, deploy, new_worker, newest, only_new, take_offer
from pwagen.testing.site_server.site_server import SiteServer

if TYPE_CHECKING:
    from playwright.sync_api import Page

TEXT = "Boats in, boats out"
LOAD_SECONDS = 5
OWN_SECONDS = 2
"""How long a worker that asks nobody may take to take over."""
RELOAD_SECONDS = 0.5
"""How long after the change of the worker a page may reload; those that do, do it at once."""

BY_ITSELF = "it took over by itself"
NEW, LOADED_AGAIN = "shown", "loaded again"

# Not by requestSubmit: it is no form of the site's scripts.
_SEND_FORM = """() => {
  const [action] = location.href.split("#");
  const form = Object.assign(document.createElement("form"), { method: "post", action });
  document.body.append(form);
  form.submit();
}"""
ADD_FIELD = """() => {
  const field = document.createElement("input");
  field.id = "pwagen-test-field";
  // As React does with a controlled input: its default is always what it holds.
  field.addEventListener("input", () => field.setAttribute("value", field.value));
  document.body.prepend(field);
  field.focus();
}"""
FIELD = "document.getElementById('pwagen-test-field')?.value ?? ''"
_WATCH = f"""() => {{
  globalThis.pwagenTest = "{NEW}";
  const takenOver = () => {{ globalThis.pwagenTest = "taken over"; }};
  navigator.serviceWorker.addEventListener("controllerchange", takenOver);
}}"""
_STATE = f"globalThis.pwagenTest ?? '{LOADED_AGAIN}'"


@dataclass(frozen=True)
class OpenPages:
    """An update that was taken in one page, and what two others were like afterwards."""

    offer: str
    """How it was taken."""
    loads: int
    """How often the page in which it was taken was loaded again."""
    address: str
    """Of the page that was the answer to a form."""
    posts: int
    """How often the form arrived; 0 if it was answered without the server."""
    answer: str
    """The state of that page: loaded again or not."""
    typed: str
    """What the field held before."""
    text: str
    """What it held afterwards."""


@step(
    "update-offered",
    "The page offers the new build, and the user takes it",
    "the new worker active and the page loaded again, once",
)
def update_offered(site: ChromiumSite) -> str:
    if not site.config:
        raise StepSkippedError(OFFER_UNKNOWN)
    pages = _updated(site)
    if not pages.loads and pages.offer != BY_ITSELF:
        raise StepFailedError("the page wasn't loaded again", where=pages.address)
    if pages.loads > 1:
        raise StepFailedError(f"the page was loaded {pages.loads} times", where=pages.address)
    return pages.offer


@step(
    "update-post",
    "A new build takes over while a page shows the answer to a form",
    "the form sent once, and its answer still there",
    hint="location.reload() sends a form again: leave reloading to register.js, or go to the address by "
    "location.replace() once the user agrees",
)
def update_post(site: ChromiumSite) -> str:
    pages = _updated(site)
    if not pages.posts:
        raise StepSkippedError(f"not applicable: no form that is sent to {pages.address} gets to the server")
    if pages.posts > 1:
        raise StepFailedError(f"the form was sent {pages.posts} times", where=pages.address)
    if pages.answer == LOADED_AGAIN:
        raise StepFailedError("the answer is gone: the page was loaded again", where=pages.address)
    return "sent once, and its answer stays"


@step(
    "update-typed",
    "A new build takes over while something is typed, in a field that scripts keep in step as React does",
    "the text still there",
    hint="don't reload a page in which something was typed since it was opened; an input's defaultValue "
    "doesn't tell, React sets it with each letter",
)
def update_typed(site: ChromiumSite) -> str:
    pages = _updated(site)
    return judge_text(pages.typed, pages.text, pages.address)


def judge_text(before: str, after: str, address: str) -> str:
    """Return what a field held before an update and after it; raises StepFailedError, StepSkippedError."""
    if before != TEXT:
        raise StepSkippedError("not applicable: the page lets nothing be typed into a field that is added")
    if after != TEXT:
        raise StepFailedError("the text is gone: the page was loaded again", where=address)
    return f"“{after}” is still there"


def _updated(site: ChromiumSite) -> OpenPages:
    pages = site.once("an update of open pages", lambda: _update_open_pages(site))
    if pages is None:
        raise StepSkippedError(OFFER_UNKNOWN)
    return pages


def _update_open_pages(site: ChromiumSite) -> OpenPages | None:
    server = site.needs_server("it takes a new build on the server")
    answered, typed, other = site.visit(), site.visit(), site.visit()
    address = answered.url.split("#")[0]
    path = site.path_here(address) or ""
    _send_form(site, server, answered, path)
    typed.evaluate(ADD_FIELD)
    typed.keyboard.type(TEXT)
    before = typed.evaluate(FIELD)
    for page in (answered, typed):
        page.evaluate(_WATCH)
    loads: list[Page] = []
    offer = _update(site, other, loads)
    if not offer:
        return None
    states = _settled(site, answered, typed)
    posts = len(server.requests_for(path, "POST"))
    text = site.until(lambda: typed.evaluate(FIELD), RELOAD_SECONDS) or ""
    return OpenPages(offer, len(loads), address, posts, states[0], before, text)


def _send_form(site: ChromiumSite, server: SiteServer, page: Page, path: str) -> None:
    """Make the page the answer to a form that is sent to its own address."""
    server.clear()
    server.answers.renders.add(path)
    page.evaluate(f"globalThis.pwagenTest = '{NEW}'")
    page.evaluate(_SEND_FORM)
    site.until(lambda: page.evaluate(_STATE) == LOADED_AGAIN, LOAD_SECONDS)
    site.until(lambda: page.evaluate("document.readyState") == "complete", LOAD_SECONDS)


def _update(site: ChromiumSite, page: Page, loads: list[Page]) -> str:
    """Let a new build take over, with its user's consent where it takes that; return how, "" if it doesn't.

    ``loads`` gets the page each time that it is loaded again once its user agrees.
    """
    old = newest(site)
    deploy(site, page.url)
    site.chromium.workers.update(site.url)
    if not new_worker(site, old):
        raise StepFailedError("the new worker was not installed", where=site.place(site.script))
    how = BY_ITSELF
    if site.config and site.config.get("update") != "auto":
        page.on("load", lambda page: loads.append(page))
        how = take_offer(site, page)
        site.until(lambda: loads)
    elif not site.config and not site.until(lambda: newest(site).status == "activated", OWN_SECONDS):
        return ""
    only_new(site, old)
    return how


def _settled(site: ChromiumSite, *pages: Page) -> list[str]:
    """Return the pages' states once they have seen the new worker, and had the time to reload."""

    def states() -> list[str]:
        return [page.evaluate(_STATE) for page in pages]

    site.until(lambda: NEW not in states())
    site.until(lambda: set(states()) == {LOADED_AGAIN}, RELOAD_SECONDS)
    return site.until(states)  # one that is just leaving has none
