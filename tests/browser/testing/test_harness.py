"""`pwagen harness`: the recipe of docs/testing.md in Node, and how the command ends."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from pwagen.testing.site_server.site_server import SiteServer
from tests.docs.test_docs import environment
from tests.folders import ROOT

pytestmark = pytest.mark.browser

PACKAGES = ROOT / "tests/js/node_modules"
PAGE = '<!doctype html><title>Harbour</title><script>navigator.serviceWorker.register("sw.js")</script>'
WORKER = """
addEventListener("push", (event) => {
  const { title, body } = event.data.json();
  event.waitUntil(registration.showNotification(title, { body }));
});
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


def test_node_pushes_and_sees_the_notification(
    node: Path, home: Path, tmp_path: Path, serve_site: Callable[..., SiteServer]
) -> None:
    page = (ROOT / "docs/testing.md").read_text(encoding="utf-8")
    recipe = re.search(r"^```js\n(// push\.test\.mjs.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert recipe
    (tmp_path / "push.test.mjs").write_text(recipe[1], encoding="utf-8")
    (tmp_path / "node_modules").symlink_to(PACKAGES)
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text(PAGE, encoding="utf-8")
    (site / "sw.js").write_text(WORKER, encoding="utf-8")
    done = subprocess.run(
        [node, "--test", "push.test.mjs"],
        cwd=tmp_path,
        env=environment(home) | {"APP": serve_site(site).url},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"pass 1\b", done.stdout)


@pytest.mark.parametrize("how", ["stdin", "SIGTERM"])
def test_it_ends_with_its_input_or_a_signal(home: Path, how: str) -> None:
    with subprocess.Popen(
        ["pwagen", "harness"], env=environment(home), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as running:
        assert running.stdin and running.stdout
        addresses = json.loads(running.stdout.readline())
        with urllib.request.urlopen(f"{addresses['control']}messages") as answer:
            assert json.load(answer) == []
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{addresses['control']}notifications/7/click", data=b"")
        with refused.value as answer:
            assert json.load(answer) == {"error": "notification 7 is not shown"}
        if how == "stdin":
            running.stdin.close()
        else:
            os.kill(running.pid, signal.SIGTERM)  # the shell became the command by exec
        assert running.wait(20) == 0
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(addresses["control"])
