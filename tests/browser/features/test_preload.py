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
STATE = """async () => {
  const registration = await navigator.serviceWorker.register("sw.js");
  const worker = registration.installing ?? registration.active;
  await new Promise((resolve) => {
    const check = () => worker.state === "activated" && resolve();
    worker.addEventListener("statechange", check);
    check();
  });
  return (await registration.navigationPreload.getState()).enabled;
}"""


@pytest.mark.parametrize(
    ("match", "strategy", "preloaded"),
    [("api/**", "cache-first", True), ("**", "network-first", True), ("**", "cache-first", False)],
)
def test_navigation_preload_is_used_for_network_pages_only(
    tmp_path: Path,
    chromium: Chromium,
    serve_site: Callable[..., SiteServer],
    match: str,
    strategy: str,
    preloaded: bool,
) -> None:
    route = f"{{match: '{match}', strategy: {strategy}}}"
    (tmp_path / "pwagen.yaml").write_text(f"app: {{name: X}}\noffline: {{routes: [{route}]}}\n")
    project = read_project(tmp_path)
    write(plan(project), project.out, project.root)
    (project.out / "index.html").write_text("<!doctype html><title>X</title>")
    page = chromium.open(serve_site(project.out).url)

    assert page.evaluate(STATE) is preloaded
