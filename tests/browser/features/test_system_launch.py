"""A file and a link opened as the desktop's launcher does, by the browser's command, with its question."""

from __future__ import annotations

import os
import subprocess
from ctypes.util import find_library
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import pytest

from pwagen.testing.chromium.chromium import Chromium
from pwagen.testing.find_browser import find_chromium
from tests.browser.features.conftest import Harbour
from tests.browser.features.test_launch import launches, with_handlers
from tests.browser.screen import click, dialogs

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not find_library("Xtst"), reason="pwagen: libXtst is not installed"),
]

# The browser ignores what comes too soon after the last click on its question: it may have been for the page.
CLICK_SECONDS = 1.5


class Launcher:
    """Opens things with an installed app, and answers the browser's question whether it may."""

    def __init__(self, chromium: Chromium, profile: Path) -> None:
        self.chromium = chromium
        [app] = (profile / "Default/Web Applications/Manifest Resources").iterdir()
        # What Exec= of the app's .desktop file says.
        self.command = [str(find_chromium()), f"--user-data-dir={profile}", "--profile-directory=Default"]
        self.command.append(f"--app-id={app.name}")
        if os.geteuid() == 0:
            self.command.append("--no-sandbox")
        self.last_click = 0.0

    def open(self, what: str) -> Page:
        """Return the page that opens."""
        before = set(self.chromium.windows)
        subprocess.run([*self.command, what], check=True, capture_output=True, timeout=60)

        def opened() -> Page | None:
            found = next((page for page in self.chromium.windows if page not in before), None)
            if not found and monotonic() - self.last_click > CLICK_SECONDS:
                for left, top, width, height in dialogs():
                    click(left + width - 50, top + height - 32)  # its main button is at the lower right
                self.last_click = monotonic()
            return found

        page = self.chromium.poll(opened, 60, f"a window with {what}")
        assert page
        page.wait_for_url("**/open/**")
        return page


def test_a_link_and_a_file_are_opened_by_the_system(harbour: Harbour, display: None, tmp_path: Path) -> None:
    with_handlers(harbour)
    profile = tmp_path / "profile"
    shared = harbour.chromium.playwright
    with Chromium(headless=False, profile=profile, playwright=shared) as chromium:
        windowed = Harbour(
            chromium, harbour.push_service, harbour.desktop, harbour.site, harbour.folder, harbour.key_pair
        )
        chromium.install(windowed.open())
        chromium.close_pages()
        launcher = Launcher(chromium, profile)
        link = launcher.open("web+tide:low?day=friday")
        assert [(one["kind"], one["url"]) for one in launches(windowed, link)] == [
            ("protocol", "web+tide:low?day=friday")
        ]
        file = tmp_path / "tides.csv"
        file.write_text("1,2\n")
        [detail] = launches(windowed, launcher.open(str(file)))
        assert (detail["kind"], detail["files"][0][0]) == ("file", "tides.csv")
        assert [str(problem) for problem in chromium.problems] == []
