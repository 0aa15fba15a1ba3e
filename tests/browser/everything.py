"""Starts all there is, uses it once, closes it, and says which threads are left. Run by test_leaks."""

from __future__ import annotations

import threading
from pathlib import Path

from pwagen.keys.key_pair import generate_key_pair
from pwagen.testing.chromium.chromium import Chromium
from pwagen.testing.desktop import Desktop
from pwagen.testing.firefox.firefox import Firefox
from pwagen.testing.push_service import PushService
from pwagen.testing.site_server.site_server import Answers, SiteServer


def use(service: PushService, desktop: Desktop, site: SiteServer) -> list[int]:
    """Send a message through each browser; returns the ports that were open."""
    key = generate_key_pair().public_key
    with Chromium(service, desktop) as chromium, Firefox(service, desktop) as firefox:
        for browser in (chromium, firefox):
            browser.set_permission(site.origin, "notifications", "granted")
        page = chromium.open(site.url, wait_for_worker=True)
        service.deliver(chromium.subscribe(page, key), {"title": "Chromium", "options": {"icon": "icon.svg"}})
        tab = firefox.open(site.url, wait_for_worker=True)
        service.deliver(tab.subscribe(key), {"title": "Firefox"})
        for title in ("Chromium", "Firefox"):
            desktop.wait_for_notification(title, timeout=30)
    return [service.http_port, service.https_port, service.mcs_port, service.tunnel_port, site.port]


with (
    PushService() as service,
    Desktop() as desktop,
    SiteServer(Path(__file__).with_name("site"), answers=Answers(accepts={"events"})) as site,
):
    ports = use(service, desktop, site)
left = [thread.name for thread in threading.enumerate() if thread is not threading.main_thread()]
print(*ports)
print(*left)
