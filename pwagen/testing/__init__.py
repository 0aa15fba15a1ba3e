"""Real browsers without a network: push service, desktop, Chromium, Firefox, pytest fixtures.

from pwagen.testing import Chromium, Desktop, PushService

with PushService() as service, Desktop() as desktop, Chromium(service, desktop) as chromium:
    page = chromium.open("http://localhost:3000/")
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pwagen.imports.lazy import lazy_attributes

__all__ = [
    "Answers",
    "Chromium",
    "Desktop",
    "Firefox",
    "InstalledApp",
    "PushService",
    "ShownNotification",
    "SiteServer",
]

if TYPE_CHECKING:
    from pwagen.testing.chromium.chromium import Chromium
    from pwagen.testing.chromium.installed_app import InstalledApp
    from pwagen.testing.desktop import Desktop, ShownNotification
    from pwagen.testing.firefox.firefox import Firefox
    from pwagen.testing.push_service.service import PushService
    from pwagen.testing.site_server.site_server import Answers, SiteServer
else:
    __getattr__ = lazy_attributes(
        __name__,
        "test",
        {
            "pwagen.testing.chromium.chromium": ("Chromium",),
            "pwagen.testing.chromium.installed_app": ("InstalledApp",),
            "pwagen.testing.desktop": ("Desktop", "ShownNotification"),
            "pwagen.testing.firefox.firefox": ("Firefox",),
            "pwagen.testing.push_service.service": ("PushService",),
            "pwagen.testing.site_server.site_server": ("Answers", "SiteServer"),
        },
    )
