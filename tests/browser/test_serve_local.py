"""`pwagen serve --push local`: by hand and offline, here with a window that nobody sees."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pwagen.keys.key_pair import generate_key_pair
from pwagen.names import KEY_NAME
from pwagen.testing.chromium.chromium import Chromium
from pwagen.testing.desktop import Desktop
from pwagen.testing.find_browser import find_chromium
from tests.serve.serving import CONFIG, make_project

pytestmark = pytest.mark.browser

PAGE = """<!doctype html>
<title>Harbour</title>
<link rel="icon" href="data:,">
<button data-pwagen="push"></button>
"""
WITHOUT_WINDOW = """#!/bin/sh
for argument in "$@"; do
  shift
  case $argument in
    http://127.0.0.1:*) ;;
    *) set -- "$@" "$argument" ;;
  esac
  case $argument in
    --user-data-dir=*) echo "${{argument#*=}}" >'{file}' ;;
  esac
done
exec '{chromium}' --headless=new --remote-debugging-port=0 "$@"
"""


def test_subscribe_in_one_click_and_push_in_the_next(
    chromium: Chromium, desktop: Desktop, tmp_path: Path
) -> None:
    pair = generate_key_pair()
    folder = make_project(tmp_path / "harbour", pair, CONFIG)
    (folder / KEY_NAME).write_bytes(pair.private_pem)
    (folder / "public/index.html").write_text(PAGE, encoding="utf-8")
    profile_file = tmp_path / "port"
    browser = tmp_path / "chromium"
    # Without a window, and with a line to it: DevToolsActivePort in the profile has its port. So it
    # opens one page alone.
    browser.write_text(WITHOUT_WINDOW.format(file=profile_file, chromium=find_chromium()), encoding="utf-8")
    browser.chmod(0o755)
    environment = {
        **os.environ,
        **desktop.environment,
        "PWAGEN_CHROMIUM": str(browser),
        "PWAGEN_VAPID_SUBJECT": "",
        "PYTHONUNBUFFERED": "1",
    }
    command = [sys.executable, "-m", "pwagen", "serve", str(folder), "--port", "0", "--push", "local"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as serving:
        try:
            assert serving.stdout
            site, console_url = (serving.stdout.readline().split()[1] for _ in range(2))
            endpoint = devtools(chromium, profile_file)
            connected = chromium.playwright.chromium.connect_over_cdp(endpoint)
            (context,) = connected.contexts
            chromium.poll(lambda: context.pages, what="the site")
            (page,) = context.pages
            page.wait_for_url(site)  # the browser was reached before its page was
            console = context.new_page()
            console.goto(console_url)
            context.grant_permissions(["notifications"], origin=site.rstrip("/"))
            page.reload()
            page.get_by_role("button", name="Turn on notifications").click()
            page.get_by_role("button", name="Turn off notifications").wait_for()
            console.locator("#subscriptions li").wait_for()
            console.get_by_label("title", exact=True).fill("High tide")
            console.locator("#send:enabled").click()
            assert desktop.wait_for_notification("High tide").source
            connected.close()
        finally:
            serving.terminate()
        assert serving.wait(20) is not None


def devtools(chromium: Chromium, profile_file: Path) -> str:
    """Return where the DevTools of the other browser are, once it says so."""
    chromium.poll(lambda: text_of(profile_file).endswith("\n"), what="the browser to be started")
    active = Path(text_of(profile_file).strip()) / "DevToolsActivePort"
    chromium.poll(lambda: "\n" in text_of(active), what="its DevTools")
    return f"http://127.0.0.1:{text_of(active).splitlines()[0]}"


def text_of(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.exists() else ""
