"""A click finds the window that a person sees, and knows what it shows now."""

from __future__ import annotations

from urllib.parse import urlsplit

from pwagen.apptest.sites.chromium_site import ChromiumSite
from pwagen.apptest.sites.site_under_test import SiteUnderTest
from pwagen.apptest.step import StepFailedError, StepSkippedError, step
from pwagen.apptest.steps.clicks import (
    clickable_notification,
    landing,
    needs_front,
    refuse_second,
    target_of,
)

TARGET_SECONDS = 3
"""How long a window may take to show where a click leads."""

_FRAME = """(url) => new Promise((resolve) => {
  const frame = document.createElement("iframe");
  frame.addEventListener("load", () => {
    try {
      frame.contentWindow.focus();
      resolve(frame.contentWindow.navigator.serviceWorker.controller !== null);
    } catch {
      resolve(false);
    }
  });
  frame.src = url;
  document.body.append(frame);
  setTimeout(resolve, 5000, false);
})"""
_PUSH = "(url) => history.pushState(null, '', url)"
_MARK = "globalThis.pwagenTest = 'shown'"
_IS_MARKED = "'pwagenTest' in globalThis"


@step(
    "click-frame",
    "A click while a frame of the page has the focus",
    "a window in front, and the frame left alone",
    hint="of what clients.matchAll() returns, take those whose frameType is “top-level” or “auxiliary”",
)
def click_frame(site: ChromiumSite) -> str:
    url = landing(site)
    page = site.visit(f"{url}?pwagen-test=frame")
    if not page.evaluate(_FRAME, url):
        raise StepSkippedError("not applicable: the site's pages can't be shown in a frame of their own")
    click = site.click(clickable_notification(site))
    if click.on_frames:
        raise StepFailedError(
            f"the worker called {', '.join(click.on_frames)} on the frame", where=site.place(site.script)
        )
    needs_front(site, click)
    return click.in_short


@step(
    "click-pushstate",
    "A click after a page has changed its address by history.pushState, as single-page apps do",
    "the page that the click is for, in a window that is there",
    hint="client.url is where a window began (w3c/ServiceWorker#1515): ask the page for its location.href",
)
def click_pushstate(site: SiteUnderTest) -> str:
    url = landing(site)
    other = f"{url}?pwagen-test=pushed"
    _needs_address(site, url, other)
    site.visit(url).evaluate(_PUSH, other)
    click = site.click(clickable_notification(site))
    if not _shown(site, url):
        raise StepFailedError(
            f"the page that was left is taken for shown ({click.in_short})", where=site.place(site.script)
        )
    site.close_pages()
    page = site.visit(other)
    page.evaluate(_PUSH, url)
    page.evaluate(_MARK)
    click = site.click(clickable_notification(site))
    refuse_second(site, click)
    if site.config and not page.evaluate(_IS_MARKED):
        raise StepFailedError("the page that is shown was loaded again", where=site.place(site.script))
    return "found the page that is shown"


def _needs_address(site: SiteUnderTest, url: str, other: str) -> None:
    """Skip the step where a click leads to whatever window there is."""
    if site.config:
        leads = target_of(site, "").get("do") == "open"
    else:
        site.visit(other)
        site.click(clickable_notification(site))
        leads = _shown(site, url)
        site.close_pages()
    if not leads:
        raise StepSkippedError("not applicable: a click leads to no page of its own")


def _shown(site: SiteUnderTest, url: str) -> bool:
    """Tell whether a window shows the URL before long."""

    def is_shown() -> bool:
        return any(urlsplit(page.url)[:4] == urlsplit(url)[:4] for page in site.windows())

    return bool(site.until(is_shown, TARGET_SECONDS))
