"""Take the picture of the console for docs/serving.md: `pwagen serve` with two real browsers.

Chromium and Firefox subscribed with the sample site's own button, the message in the form was sent from the
console, and what the list shows is what the push service and the workers did. Needs what `make test`
installs; run it with ``.venv/bin/python tools/console_screenshot.py``.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pwagen.keyring.key_files import write_private
from pwagen.keys.key_pair import generate_key_pair
from pwagen.names import KEY_NAME
from pwagen.testing import Chromium, Desktop, Firefox, PushService

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "images" / "console.png"
TITLE = "A new lamp for the old light"


def main() -> None:
    """Subscribe, send, click, and take the picture."""
    with (
        TemporaryDirectory() as folder,
        Desktop() as desktop,
        PushService() as push,
        Chromium(push, desktop, viewport={"width": 1440, "height": 880}) as chromium,
        Firefox(push, desktop) as firefox,
        served(make_project(Path(folder)), push) as (site, console_url),
    ):
        console = chromium.open(console_url)
        chromium.set_permission(site, "notifications", "granted")
        page = chromium.open(site, wait_for_worker=True)
        page.get_by_role("button", name="Get alerts").first.click()
        console.locator("#subscriptions li").first.wait_for()
        firefox.set_permission(site, "notifications", "granted")
        firefox.open(site).evaluate(
            "window.pwagen.ready.then(() => document.querySelector('[data-pwagen=push]').click())"
        )
        console.locator("#subscriptions li").nth(1).wait_for()
        fill(console, site)
        console.locator("#send:enabled").click()
        desktop.click(desktop.wait_for_notification(TITLE), "Yes")
        for chip in ("shown", "click"):
            console.locator("#log li", has=console.locator(".chip", has_text=chip)).first.wait_for()
        console.locator(".chip", has_text="delivered").nth(3).wait_for()
        console.bring_to_front()
        console.evaluate("scrollTo(0, 0)")
        console.screenshot(path=PICTURE, animations="disabled")
    print(PICTURE)


def make_project(folder: Path) -> Path:
    """Return a copy of the sample site with a key pair of its own."""
    project, pair = folder / "harbour", generate_key_pair()
    shutil.copytree(
        ROOT / "sample_site", project, ignore=shutil.ignore_patterns("dist", ".pwagen*", "pwagen.lock")
    )
    config = project / "pwagen.yaml"
    text = re.sub(r"(vapid_public_key:) \S+", rf"\1 {pair.public_key}", config.read_text(encoding="utf-8"))
    config.write_text(text, encoding="utf-8")
    write_private(project / KEY_NAME, pair.private_pem)
    return project


@contextmanager
def served(project: Path, push: PushService) -> Iterator[tuple[str, str]]:
    """Run `pwagen serve` and yield the site's and the console's URL."""
    options = ["--subject", "mailto:push@harbour.news", "--push-origin", push.origin]
    command = [sys.executable, "-m", "pwagen", "serve", str(project), *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            assert process.stdout
            site, console = (process.stdout.readline().split()[1] for _ in range(2))
            yield site, console
        finally:
            process.terminate()


def fill(console: Page, site: str) -> None:
    """Write a message into the form."""
    console.get_by_label("title", exact=True).fill(TITLE)
    console.get_by_label("body", exact=True).fill("After ninety-one years it turns again.")
    console.get_by_label("navigate", exact=True).fill(f"{site}content/")
    console.get_by_label("tag", exact=True).fill("lamp")
    console.get_by_label("app_badge", exact=True).fill("3")
    more = console.get_by_text("More", exact=True)
    more.click()
    console.get_by_label("image", exact=True).fill("assets/harbour-night.svg")
    more.click()


if __name__ == "__main__":
    main()
