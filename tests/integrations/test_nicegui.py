"""The program of docs/dashboards.md, a dashboard of NiceGUI, in Chromium."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.folders import ROOT
from tests.integrations.shop import free_port, furnish, running

if TYPE_CHECKING:
    from pwagen.testing.chromium.chromium import Chromium
    from pwagen.testing.desktop import Desktop
    from pwagen.testing.push_service import PushService


@pytest.mark.browser
@pytest.mark.slow
def test_a_dashboard_pushes_and_says_that_it_needs_a_network(
    chromium: Chromium, push_service: PushService, desktop: Desktop, tmp_path: Path
) -> None:
    pytest.importorskip("nicegui", reason="NiceGUI is not installed")
    page = (ROOT / "docs/dashboards.md").read_text(encoding="utf-8")
    program = re.findall(r"```python\n# main\.py\n(.*?)```", page, re.DOTALL)[0]
    port = free_port()
    program = program.replace("your.domain", "harbour.news")
    (tmp_path / "main.py").write_text(
        program.replace('ui.run(title="Tides")', f"ui.run(port={port}, show=False, reload=False)")
    )
    furnish(tmp_path)
    # Without pytest's variable, by which NiceGUI takes itself for a test of its own.
    command = ["env", "--unset=PYTEST_CURRENT_TEST", sys.executable, "main.py"]
    with running(command, tmp_path, port, push_service) as url:
        chromium.set_permission(url, "notifications", "granted")
        tab = chromium.open(url, wait_for_worker=True)
        assert chromium.installability_errors(tab) == []
        tab.click("text=Get alerts")
        tab.locator("html[data-pwagen-push=subscribed]").wait_for()
        tab.click("text=Warn everybody")
        desktop.wait_for_notification("High water at noon")

        chromium.set_offline(True)
        tab.goto(url)
        assert tab.locator("meta[name=generator][content=pwagen]").count() == 1, "not the offline page"
        chromium.set_offline(False)
        chromium.forget(url)
