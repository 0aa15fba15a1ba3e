"""Take README.md's picture: the built sample site in a real Chromium that subscribed and was pushed to.

Everything in it was really shown: the page as rendered, the notification with its buttons as the desktop
received it, and the number as the operating system would show it on the app's icon. Needs what `make test`
installs; run it with ``.venv/bin/python tools/overview_screenshot.py``.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import TYPE_CHECKING

from demo import SITE, assemble

from pwagen.testing import Answers, Chromium, Desktop, PushService, ShownNotification, SiteServer

if TYPE_CHECKING:
    from playwright.sync_api import Page, ViewportSize

HERE = Path(__file__).resolve().parent
APP_ICON = SITE / "icons" / "icon-192.png"
PICTURE = HERE.parent / "docs" / "images" / "overview.png"
DESK: ViewportSize = {"width": 1120, "height": 820}
PHONE: ViewportSize = {"width": 390, "height": 640}
NEWS = ["Ferry at 22:40 is back", "Forty-one seal pups", "A new lamp for the old light"]
BODIES = ["", "", "After ninety-one years it turns again. Read the story?"]


def main() -> None:
    """Drive the site, then put what it showed into the frame."""
    assemble()
    with (
        SiteServer(SITE, answers=Answers(accepts={"api/push/subscriptions"})) as site,
        Desktop() as desktop,
        PushService() as push,
        Chromium(push, desktop, viewport=DESK) as chromium,
    ):
        chromium.set_permission(site.origin, "notifications", "granted")
        page = chromium.open(site.url, wait_for_worker=True)
        page.get_by_role("button", name="Get alerts").first.click()
        page.get_by_role("button", name="Alerts are on").wait_for()
        page.set_viewport_size(PHONE)
        page.get_by_role("button", name="Install the app").scroll_into_view_if_needed()
        phone = page.screenshot()
        page.set_viewport_size(DESK)
        app = chromium.install(page)
        subscription = chromium.subscription(page)
        assert subscription
        for title, body in zip(NEWS, BODIES, strict=True):
            push.deliver(subscription, json.dumps(message(title, body)))
            shown = desktop.wait_for_notification(title)
        app.wait_for_badge(len(NEWS))
        page.locator("[data-pwagen=badge]", has_text=str(app.badge)).wait_for()
        page.evaluate("scrollTo(0, 0)")
        pictures = {
            "page": page.screenshot(),
            "phone": phone,
            "icon": shown.icon,
            "app-icon": APP_ICON.read_bytes(),
        }
        draw(chromium.open((HERE / "overview.html").as_uri()), pictures, shown, app.badge)
    print(PICTURE)


def message(title: str, body: str) -> dict[str, object]:
    """Return a message as a server would send it."""
    return {"web_push": 8030, "notification": {"title": title, "body": body, "navigate": "content/"}}


def draw(frame: Page, pictures: dict[str, bytes], shown: ShownNotification, count: int) -> None:
    """Fill the frame with what was shown, and take its picture."""
    frame.evaluate(
        """(data) => {
          for (const [id, text] of Object.entries(data.texts)) document.getElementById(id).textContent = text;
          for (const [id, url] of Object.entries(data.pictures)) document.getElementById(id).src = url;
          for (const title of data.actions) {
            const button = document.createElement("span");
            button.textContent = title;
            document.getElementById("buttons").append(button);
          }
          return Promise.all([...document.images].map((image) => image.decode()));
        }""",
        {
            "texts": {
                "address": "localhost",
                "source": "localhost",
                "title": shown.title,
                "body": shown.body,
                "count": str(count),
                "name": "Harbour",
            },
            "pictures": {name: png(picture) for name, picture in pictures.items()},
            "actions": shown.actions,
        },
    )
    PICTURE.parent.mkdir(exist_ok=True)
    frame.locator("html").screenshot(path=PICTURE)


def png(content: bytes) -> str:
    """Return a picture as a data URL."""
    return "data:image/png;base64," + base64.b64encode(content).decode()


if __name__ == "__main__":
    main()
