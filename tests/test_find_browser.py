"""Which browser is driven, and what is said when there is none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pwagen.browser.desktop import Desktop, DesktopMissing
from pwagen.browser.find import BrowserMissing, find_chromium, find_firefox


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
    with pytest.raises(BrowserMissing, match=r"no Chromium found: install chromium .* PWAGEN_CHROMIUM"):
        find_chromium()
    with pytest.raises(BrowserMissing, match=r"no Firefox found: install firefox-esr .* PWAGEN_FIREFOX"):
        find_firefox()
    with pytest.raises(DesktopMissing, match="dbus-daemon is not installed"):
        Desktop()


def test_the_environment_comes_before_the_path_and_that_before_playwrights(
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
    with pytest.raises(BrowserMissing, match="PWAGEN_CHROMIUM is '/nowhere/chrome', which is not a program"):
        find_chromium()
