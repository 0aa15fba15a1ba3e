"""Navigation preload: on where pages come from the network, off where it would fetch them for nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pwagen.build.plan import plan
from pwagen.build.project import read_project
from pwagen.build.write import write
from pwagen.testing.chromium.chromium import Chromium
from pwagen.testing.site_server.site_server import SiteServer

pytestmark = pytest.mark.browser

# "activated", because preload is set while the worker activates.
STATE = """async (script) => {
  const registration = await navigator.serviceWorker.register(script);
  const worker = registration.installing ?? registration.active;
  await new Promise((resolve) => {
    const check = () => worker.state === "activated" && resolve();
    worker.addEventListener("statechange", check);
    check();
  });
  return (await registration.navigationPreload.getState()).enabled;
}"""


def test_navigation_preload_is_used_for_network_pages_only(
    tmp_path: Path, chromium: Chromium, serve_site: Callable[..., SiteServer]
) -> None:
    (tmp_path / "index.html").write_text("<!doctype html><title>X</title>")
    page = chromium.open(serve_site(tmp_path).url)
    for number, (match, strategy, is_preloaded) in enumerate(
        [("api/**", "cache-first", True), ("**", "network-first", True), ("**", "cache-first", False)]
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        route = f"{{match: '{match}', strategy: {strategy}}}"
        (folder / "pwagen.yaml").write_text(f"app: {{name: X}}\noffline: {{routes: [{route}]}}\n")
        project = read_project(folder)
        write(plan(project), folder, project.root)
        assert page.evaluate(STATE, f"{number}/sw.js") is is_preloaded, (match, strategy)
