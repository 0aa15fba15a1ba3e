"""What was on the screen after a step: the newest page as a picture, the notifications as JSON."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pwagen.errors import PwagenError

if TYPE_CHECKING:
    from pwagen.apptest.sites.site_under_test import SiteUnderTest
    from pwagen.apptest.step import Result
    from pwagen.testing.desktop import ShownNotification


def save_screenshot(folder: Path, result: Result, site: SiteUnderTest) -> None:
    """Write ``folder/ID.png`` and ``folder/ID.json``, whichever there is something to write in."""
    from playwright.sync_api import Error

    folder.mkdir(parents=True, exist_ok=True)
    # A page that has crashed, hangs or shows the browser's error can't be photographed.
    with suppress(Error, PwagenError):
        if pages := site.windows():
            pages[-1].screenshot(path=folder / f"{result.id}.png", timeout=5000)
    if site.desktop.history:
        notifications = [_as_data(notification) for notification in site.desktop.history]
        text = json.dumps(notifications, indent=2, ensure_ascii=False)
        (folder / f"{result.id}.json").write_text(text + "\n", encoding="utf-8")


def _as_data(notification: ShownNotification) -> dict[str, Any]:
    return {
        "title": notification.title,
        "body": notification.body,
        "actions": notification.actions,
        "source": notification.source,
        "icon_bytes": len(notification.icon),
        "closed_by": notification.closed_by,
    }
