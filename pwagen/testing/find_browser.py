"""Where the browsers are."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from pwagen.errors import PwagenError

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
FIREFOX_NAMES = ("firefox-esr", "firefox")


class BrowserMissingError(PwagenError):
    """There is no browser to drive; the message says how to get one."""


def find_chromium() -> Path:
    """Return PWAGEN_CHROMIUM, else a Chromium on PATH, else Playwright's own; raises BrowserMissingError."""
    path = _from_environment("PWAGEN_CHROMIUM") or _on_path(CHROMIUM_NAMES) or _of_playwright()
    if path is None:
        raise BrowserMissingError(
            "no Chromium found: install chromium or google-chrome, run `playwright install chromium`, "
            "or set PWAGEN_CHROMIUM to its path"
        )
    return path


def find_firefox() -> Path:
    """Return PWAGEN_FIREFOX, else a Firefox on PATH; raises BrowserMissingError."""
    path = _from_environment("PWAGEN_FIREFOX") or _on_path(FIREFOX_NAMES)
    if path is None:
        raise BrowserMissingError(
            "no Firefox found: install firefox-esr or firefox, or set PWAGEN_FIREFOX to its path"
        )
    return path


def _from_environment(variable: str) -> Path | None:
    value = os.environ.get(variable)
    if not value:
        return None
    if path := shutil.which(value):
        return Path(path)
    raise BrowserMissingError(f"{variable} is {value!r}, which is not a program: set it to a browser's path")


def _on_path(names: tuple[str, ...]) -> Path | None:
    return next((Path(path) for name in names if (path := shutil.which(name))), None)


def _of_playwright() -> Path | None:
    """Return the newest full build that Playwright downloaded; its headless shell has no push."""
    default = Path.home() / ".cache" / "ms-playwright"
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or default)
    builds = sorted(folder.glob("chromium-*/chrome-linux*/chrome"), key=lambda path: path.stat().st_mtime)
    return builds[-1] if builds else None
