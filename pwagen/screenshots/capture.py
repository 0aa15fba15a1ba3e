"""Pages as pictures that are the same whenever they are taken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from pwagen.artifacts.stored_screenshots import StoredScreenshot
from pwagen.errors import PwagenError
from pwagen.testing.chromium.chromium import Chromium
from pwagen.testing.site_server.site_server import SiteServer

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

FormFactor = Literal["wide", "narrow"]


@dataclass(frozen=True)
class Window:
    """A window in CSS pixels, and how many of the picture's make one of them."""

    width: int
    height: int
    scale: float


# Chromium takes sides from 320 to 3840 pixels, the longer one at most 2.3 times as long
# (https://developer.chrome.com/docs/capabilities/web-apis/richer-install-ui).
WINDOWS: dict[FormFactor, Window] = {"wide": Window(1280, 800, 1), "narrow": Window(412, 892, 2)}
LONGEST_PX = 3840

# In the past, so that nothing on a page has yet to expire, at an hour of no summer time's change.
_NOW = "2025-06-02T10:00:00Z"
_BEFORE = "2025-06-02T09:00:00Z"
_SETTLED_MS = 3000
_LOAD_MS = 30_000
# Of animated pictures the first frame alone: kImageAnimationPolicyNoAnimation of Blink's web preferences.
_FIRST_FRAMES = "--blink-settings=imageAnimationPolicy=2"
# Any fixed sequence of numbers will do (https://www.jstatsoft.org/article/view/v008i14). The clock that
# stands still began before the page, and not always as long before: what it shows counts from there on.
_STANDSTILL = """(() => {
  const now = performance.now.bind(performance);
  const start = now();
  performance.now = () => now() - start;
  window.requestAnimationFrame = (callback) => setTimeout(() => callback(performance.now()), 16);
  window.cancelAnimationFrame = (frame) => clearTimeout(frame);
  let state = 2463534242;
  Math.random = () => {
    state ^= state << 13; state ^= state >>> 17; state ^= state << 5;
    return (state >>> 0) / 4294967296;
  };
})()"""


@dataclass(frozen=True)
class Look:
    """How the pages are shown: their colour scheme, language and, in place of the windows' own, scale."""

    scheme: Literal["light", "dark"] = "light"
    language: str = "en"
    scale: float | None = None


class Photograph(NamedTuple):
    """A picture as it is stored, as PNG, and whether the page has a video, which isn't in it."""

    stored: StoredScreenshot
    content: bytes
    page: str
    has_video: bool


def capture(site: Path, pages: list[str], look: Look) -> Iterator[Photograph]:
    """Yield a wide and a narrow picture of each page, a path of the published folder, as PNG.

    Clocks stand still, animations are over or not begun, animated pictures show their first frame and videos
    their poster, chance is always the same, and nothing is loaded from other hosts: the same pages give the
    same bytes in the same browser. Raises `PwagenError` for a page that is not there, and if there is no
    browser.
    """
    with SiteServer(site) as server, Chromium(arguments=[_FIRST_FRAMES]) as chromium:
        browser = chromium.context.browser
        assert browser is not None
        for form_factor, window in WINDOWS.items():
            with browser.new_context(**_context_options(window, look)) as context:
                context.route("**/*", lambda route: _only_from(server.origin, route))
                for path in pages:
                    page = context.new_page()
                    label, content, has_video = _photograph(page, server.url + path, path)
                    page.close()
                    width, height = (int.from_bytes(content[start : start + 4]) for start in (16, 20))
                    name = f"{_name(path)}-{form_factor}.png"
                    stored = StoredScreenshot(name, f"{width}x{height}", form_factor, label)
                    yield Photograph(stored, content, path, has_video)


def _context_options(window: Window, look: Look) -> dict[str, Any]:
    return {
        "viewport": {"width": window.width, "height": window.height},
        "device_scale_factor": look.scale or window.scale,
        "color_scheme": look.scheme,
        "reduced_motion": "reduce",
        "locale": look.language,
        "timezone_id": "UTC",
        "service_workers": "block",
    }


def _only_from(origin: str, route: Route) -> None:
    # What is seen of a video depends on how much of it came in time.
    if route.request.url.startswith(f"{origin}/") and route.request.resource_type != "media":
        route.continue_()
    else:
        route.abort()


def _photograph(page: Page, url: str, path: str) -> tuple[str, bytes, bool]:
    """Return a page's title, its picture, and whether it has a video."""
    from playwright.sync_api import Error

    try:
        page.clock.install(time=_BEFORE)
        page.clock.pause_at(_NOW)
        page.add_init_script(_STANDSTILL)
        answer = page.goto(url, wait_until="load", timeout=_LOAD_MS)
        if answer is None or not answer.ok:
            raise PwagenError(
                f"{path}: there is no such page in the site - name one with --page, like index.html"
            )
        page.wait_for_load_state("networkidle", timeout=_LOAD_MS)
        page.clock.run_for(_SETTLED_MS)
        page.evaluate("document.fonts.ready.then(() => true)")
        content = page.screenshot(animations="disabled", caret="hide", timeout=_LOAD_MS)
        return " ".join(page.title().split()), content, page.locator("video").count() > 0
    except Error as error:
        reason = str(error).partition("\n")[0]
        raise PwagenError(
            f"{path}: cannot be photographed ({reason}) - open it in a browser and look"
        ) from None


def _name(path: str) -> str:
    """Return a page's path as a part of a file name."""
    words = re.sub(r"(?:^|/)index\.html?$|\.x?html?$", "", path.lower())
    return re.sub(r"[^a-z0-9]+", "-", words).strip("-")[:80] or "start"
