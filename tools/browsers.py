"""Make sure that the browser tests have something to drive, and report each part on one line.

Chromium is needed; a session bus, a screen and Firefox are tried for. Tests that find theirs missing are
skipped with the reason, which pytest lists at its end.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from ctypes.util import find_library
from pathlib import Path

from pwagen.testing.find_browser import BrowserMissingError, find_chromium, find_firefox

INSTALL = Path(__file__).with_name("install")
PLAYWRIGHT = [sys.executable, "-m", "playwright"]
DOWNLOAD_TIMEOUT_SECONDS = 600


def main() -> int:
    """Return 0 if the browser tests can run, else 1."""
    # The Node.js that drives the browsers is linked to a library that small systems lack.
    playwright = ensure(playwright_version, "libatomic1")
    report("Playwright", playwright or "does not start: see `.venv/bin/python -m playwright --version`")
    chromium = chromium_that_starts() if playwright else None
    report(
        "Chromium", chromium or "none that starts: install one, or set PWAGEN_CHROMIUM to a browser's path"
    )
    report(
        "D-Bus", ensure(lambda: shutil.which("dbus-daemon"), "dbus-daemon") or "missing: desktop tests skip"
    )
    report("Firefox", ensure(firefox, "firefox-esr") or "missing: Firefox tests skip")
    # Firefox loads it when it shows its first notification, and stays silent without.
    report(
        "libnotify", ensure(lambda: find_library("notify"), "libnotify4") or "missing: Firefox shows nothing"
    )
    report("Xvfb", ensure(lambda: shutil.which("Xvfb"), "xvfb") or "missing: tests in a window skip")
    report("libXtst", ensure(lambda: find_library("Xtst"), "libxtst6") or "missing: clicks on windows skip")
    return 0 if playwright and chromium else 1


def report(part: str, state: str) -> None:
    """Print a line of the report."""
    print(f"{part + ':':12}{state}", flush=True)


def playwright_version() -> str | None:
    """Return the version of Playwright, if its driver starts."""
    done = subprocess.run([*PLAYWRIGHT, "--version"], capture_output=True, text=True)  # noqa: S603
    return None if done.returncode else done.stdout.strip().removeprefix("Version ")


def chromium_that_starts() -> str | None:
    """Return an installed Chromium, else Playwright's, else the distribution's; each only if it starts."""
    if chromium() is None:
        download_with_playwright()
    if (browser := chromium()) and starts(browser):
        return browser
    if "PWAGEN_CHROMIUM" not in os.environ:
        # Where people may not make namespaces, the sandbox needs its helper.
        install("chromium", "chromium-sandbox")
    return browser if (browser := chromium()) and starts(browser) else None


def chromium() -> str | None:
    """Return the Chromium that the tests would use."""
    try:
        return str(find_chromium())
    except BrowserMissingError:
        return None


def firefox() -> str | None:
    """Return the Firefox that the tests would use."""
    try:
        return str(find_firefox())
    except BrowserMissingError:
        return None


def ensure(find: Callable[[], str | None], package: str) -> str | None:
    """Return what ``find`` finds, if need be after installing ``package``."""
    if location := find():
        return location
    install(package)
    return find()


def starts(browser: str) -> bool:
    """Return whether the browser shows an empty page here, with the sandbox as the tests will use it.

    Libraries may be missing, some packages are empty shells, and the sandbox may not be permitted.
    """
    rights = ["--no-sandbox"] if os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [browser, "--headless", f"--user-data-dir={profile}", *rights, "--dump-dom", "about:blank"]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=60)  # noqa: S603
        except (OSError, subprocess.TimeoutExpired) as error:
            print(f"{browser} does not start: {error}", flush=True)
            return False
    if "<html" in done.stdout:
        return True
    reason = re.search(r"(?:FATAL|ERROR):\S+ (.*?[.!])(?:\s|$)", done.stderr)
    print(f"{browser} does not start: {reason[1] if reason else done.stderr[-500:]}", flush=True)
    return False


def install(*packages: str) -> None:
    """Install packages of the distribution, where that needs no password."""
    subprocess.run(["/bin/sh", str(INSTALL), *packages])  # noqa: S603


def download_with_playwright() -> None:
    """Download Playwright's full Chromium, with the libraries that it needs if they may be installed."""
    print("downloading a Chromium with Playwright", flush=True)
    try:
        done = subprocess.run(  # noqa: S603
            [*PLAYWRIGHT, "install", "--no-shell", "chromium"],
            capture_output=True,
            timeout=DOWNLOAD_TIMEOUT_SECONDS,
        )
        browser = chromium()
        if done.returncode or not browser:
            print("  the download did not work", flush=True)
        elif not starts(browser) and may_install():
            subprocess.run([*PLAYWRIGHT, "install-deps", "chromium"], capture_output=True)  # noqa: S603
    except subprocess.TimeoutExpired:
        print("  the download took too long", flush=True)


def may_install() -> bool:
    """Return whether system packages can be installed without a password."""
    if os.geteuid() == 0:
        return True
    sudo = shutil.which("sudo")
    return sudo is not None and subprocess.run([sudo, "-n", "true"], capture_output=True).returncode == 0  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
