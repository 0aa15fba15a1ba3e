"""Which browser is driven, and what is said when there is none."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from pwagen.testing.desktop import Desktop, DesktopMissingError
from pwagen.testing.find_browser import BrowserMissingError, find_chromium, find_firefox


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Leave nothing of this machine to be found but what a test puts into the returned folder."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "playwright"))
    monkeypatch.delenv("PWAGEN_CHROMIUM", raising=False)
    monkeypatch.delenv("PWAGEN_FIREFOX", raising=False)
    return tmp_path


def program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_nothing_found_says_what_to_do(programs: Path) -> None:
    with pytest.raises(BrowserMissingError, match=r"no Chromium found: install chromium .* PWAGEN_CHROMIUM"):
        find_chromium()
    with pytest.raises(BrowserMissingError, match=r"no Firefox found: install firefox-esr .* PWAGEN_FIREFOX"):
        find_firefox()
    with pytest.raises(DesktopMissingError, match="dbus-daemon is not installed"):
        Desktop()


def test_a_bus_that_does_not_start_says_why(
    programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    # D-Bus clients without an address go there.
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/the/real/one")
    program(programs / "dbus-daemon").write_text("#!/bin/sh\necho out of order >&2\nexit 1\n")
    with pytest.raises(DesktopMissingError, match=r"dbus-daemon does not start in \S+: out of order$"):
        Desktop()


def test_a_folder_that_is_too_long_for_the_bus_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not shutil.which("dbus-daemon"):
        pytest.skip("pwagen: dbus-daemon is not installed")
    long = tmp_path / ("x" * 90)
    long.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(long))
    with pytest.raises(DesktopMissingError, match=r"Socket name too long - set TMPDIR to a shorter path$"):
        Desktop()


def test_browsers_are_found_in_environment_then_path_then_playwright(
    programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = program(programs / "playwright/chromium-1000/chrome-linux/chrome")
    os.utime(older, (1, 1))
    newer = program(programs / "playwright/chromium-1255/chrome-linux64/chrome")
    assert find_chromium() == newer
    edge = program(programs / "microsoft-edge")
    assert find_chromium() == edge
    chrome = program(programs / "google-chrome")
    assert find_chromium() == chrome
    own = program(programs / "own/chrome")
    monkeypatch.setenv("PWAGEN_CHROMIUM", str(own))
    assert find_chromium() == own


def test_firefox_esr_comes_first(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    firefox = program(programs / "firefox")
    assert find_firefox() == firefox
    assert program(programs / "firefox-esr") == find_firefox()
    monkeypatch.setenv("PWAGEN_FIREFOX", "firefox")
    assert find_firefox() == firefox


def test_a_wrong_path_in_the_environment_is_named(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PWAGEN_CHROMIUM", "/nowhere/chrome")
    program(programs / "chromium")
    with pytest.raises(
        BrowserMissingError, match="PWAGEN_CHROMIUM is '/nowhere/chrome', which is not a program"
    ):
        find_chromium()
