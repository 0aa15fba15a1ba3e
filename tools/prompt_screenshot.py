"""Take the picture of the permission prompt for docs/prompts.md, in the built sample site.

Needs what `make test` installs; run it with ``.venv/bin/python tools/prompt_screenshot.py``.
"""

from __future__ import annotations

from pathlib import Path

from demo import SITE, assemble

from pwagen.testing import Chromium, SiteServer

PICTURE = Path(__file__).resolve().parents[1] / "docs" / "images" / "prompt.png"


def main() -> None:
    """Offer the prompt as the page's code would, and take the picture."""
    assemble()
    with SiteServer(SITE) as site, Chromium(viewport={"width": 900, "height": 520}) as chromium:
        page = chromium.open(site.url + "tides/", wait_for_worker=True)
        page.emulate_media(reduced_motion="reduce")
        page.evaluate("pwagen.prompt.offer()")
        page.locator(".pwagen-prompt dialog").wait_for()
        icon = page.locator(".pwagen-prompt img")
        chromium.poll(lambda: icon.evaluate("(image) => image.naturalWidth") > 0, what="the app's icon")
        page.screenshot(path=PICTURE, animations="disabled")
    print(PICTURE)


if __name__ == "__main__":
    main()
