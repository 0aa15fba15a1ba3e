"""Installation, the badge on the icon, and the browser's verdict on a manifest."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from pwagen.testing.chromium.chromium import Chromium
from pwagen.testing.chromium.installed_app import InstallError
from pwagen.testing.push_service import PushService
from pwagen.testing.site_server.site_server import SiteServer
from tests.browser.conftest import Subscriber

pytestmark = pytest.mark.browser


def desktop_files(manifest_id: str) -> list[Path]:
    """Return what the desktop of whoever runs the tests knows of the app, by Chromium's id of it."""
    digest = hashlib.sha256(hashlib.sha256(manifest_id.encode()).digest()).hexdigest()[:32]
    app_id = "".join("abcdefghijklmnop"[int(digit, 16)] for digit in digest)
    data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share")
    folders = (data / "applications", data / "mime/packages")
    return [file for folder in folders for file in folder.glob(f"*{app_id}*")]


def test_an_app_is_installed_launched_and_removed_and_its_icon_shows_the_badge_of_page_and_worker(
    chromium: Chromium, push_service: PushService, subscriber: Subscriber, site: SiteServer
) -> None:
    from playwright.sync_api import Error

    app = chromium.install(subscriber.page)
    assert app.file_handlers[0]["action"] == site.url + "deep/"
    assert app.badge == 0
    subscriber.page.evaluate("navigator.setAppBadge(7)")
    app.wait_for_badge(7)
    push_service.deliver(subscriber.subscription, {"title": "Three", "badge": 3})
    app.wait_for_badge(3)
    subscriber.page.evaluate("navigator.clearAppBadge()")
    app.wait_for_badge(0)

    assert app.launch().title() == "Harbour"
    assert app.launch(site.url + "deep/").title() == "Deep"
    assert desktop_files(app.manifest_id) == []
    app.uninstall()
    with pytest.raises(Error):
        app.launch()


def test_the_manifest_is_read_as_the_browser_reads_it_and_why_an_app_is_not_installed_is_named(
    chromium: Chromium, site: SiteServer
) -> None:
    site.answers.content["manifest.json"] = '{"name": "Odd", "display": "round", "start_url": "./"}'
    page = chromium.open(site.url)
    manifest = chromium.manifest(page)
    assert (manifest.url, manifest.app_id) == (site.url + "manifest.json", site.url)
    assert any("display" in error for error in manifest.errors)
    assert "manifest-missing-suitable-icon" in chromium.installability_errors(page)
    with pytest.raises(InstallError, match="manifest-missing-suitable-icon"):
        chromium.install(page)

    page.goto(site.url + "deep/")
    with pytest.raises(InstallError, match="no <link rel=manifest>"):
        chromium.manifest(page)
