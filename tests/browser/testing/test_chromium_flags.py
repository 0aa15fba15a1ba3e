"""What Chromium is started with."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pwagen.testing.chromium.chromium import Chromium

pytestmark = pytest.mark.browser

SWITCH = re.compile("--disable-features=([^ \0]+)")


def test_what_playwright_switches_off_is_off(chromium: Chromium) -> None:
    # Some seconds after the start the browser writes its command with spaces.
    command = Path(f"/proc/{chromium.process_id}/cmdline").read_text(encoding="utf-8")
    playwrights, effective = (set(names.split(",")) for names in SWITCH.findall(command))
    assert playwrights - effective == set()


def test_no_process_waits_for_somebody_to_type_an_address(chromium: Chromium) -> None:
    targets = chromium.cdp.send("Target.getTargets")["targetInfos"]
    assert [target["url"] for target in targets if target["type"] == "browser_ui"] == []
