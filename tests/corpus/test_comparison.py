"""What docs/comparison.md says of tools for sites that Vite builds, each set up and tried in Chromium."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pyvips

from pwagen.push import Message
from pwagen.testing.site_server.site_server import SiteServer
from tests.folders import ROOT
from tests.integrations.npm import installed
from tests.integrations.test_generators import PROJECTS, Terminal

if TYPE_CHECKING:
    from pwagen.testing.chromium.chromium import Chromium

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.timeout(300),
    pytest.mark.skipif("PWAGEN_CORPUS" not in os.environ, reason="in make corpus: 500 packages"),
]
COMPETITORS = Path(__file__).parent / "competitors"
BARE = PROJECTS / "vite"
OWN_MESSAGE = {"title": "High water", "body": "At noon", "url": "/guide/moorings/", "count": 3}
SHOWN = "self.registration.getNotifications().then((all) => all.map(({ title }) => title))"
POSTBUILD = '"scripts": { "postbuild": "pwagen build --inject",'


@dataclass(frozen=True)
class SetUp:
    """A row of the page: its name, the commands beside installing and building, and pictures to be drawn."""

    name: str
    commands: int
    pictures: int


SET_UPS = {
    "pwagen": SetUp("pwagen", 1, 0),
    "vite-plugin-pwa": SetUp("vite-plugin-pwa", 0, 2),
    "workbox": SetUp("Workbox after the build", 0, 2),
}


def written(name: str) -> tuple[int, int]:
    """Return how many files a newcomer writes or edits, and their lines that the bare project lacks."""
    if name == "pwagen":
        return 1, 1
    paths = [path for path in (COMPETITORS / name).rglob("*") if path.is_file()]
    lines = 0
    for path in paths:
        before = BARE / path.relative_to(COMPETITORS / name)
        known = before.read_text().splitlines() if before.exists() else []
        lines += sum(bool(line.strip()) and line not in known for line in path.read_text().splitlines())
    return len(paths), lines


@pytest.mark.parametrize("name", SET_UPS)
def test_a_set_up_does_what_the_page_says(
    name: str, chromium: Chromium, serve_site: Callable[..., SiteServer], tmp_path: Path
) -> None:
    with tempfile.TemporaryDirectory(dir=installed(COMPETITORS / "package.json").parent) as above:
        project = shutil.copytree(BARE, Path(above) / "project")
        terminal = Terminal(project, tmp_path)
        if name == "pwagen":
            terminal.run("npm", "run", "--silent", "build")
            terminal.run("pwagen", "init", "--yes")
            package = project / "package.json"
            package.write_text(package.read_text().replace('"scripts": {', POSTBUILD))
            push = Message(title="High water", body="At noon", app_badge=3).payload().decode()
        else:
            shutil.copytree(COMPETITORS / name, project, dirs_exist_ok=True)
            (project / "public").mkdir(exist_ok=True)
            for size in (192, 512):
                pyvips.Image.black(size, size).write_to_file(str(project / f"public/icon-{size}.png"))
            push = json.dumps(OWN_MESSAGE)
        terminal.run("npm", "run", "--silent", "build")
        site = serve_site(project / "dist")
        page = chromium.open(site.url, wait_for_worker=True)
        page.reload()  # a worker need not take the first page over
        works = {"installs": not chromium.installability_errors(page)}
        chromium.set_offline(True)
        page.goto(f"{site.url}guide/moorings/")
        works["offline"] = page.locator("text=Where a halyard is kept").count() == 1
        chromium.set_offline(False)
        chromium.set_permission(site.url, "notifications", "granted")
        chromium.workers.deliver_push(site.url, push)
        chromium.poll(lambda: chromium.workers.evaluate(site.url, SHOWN), what="a notification")
        assert chromium.workers.evaluate(site.url, SHOWN) == ["High water"]
        works["push"] = True
        # Whatever a server sends by mistake: browsers punish a push that shows nothing.
        chromium.workers.deliver_push(site.url, "")
        page.wait_for_timeout(1000)
        works["empty push"] = len(chromium.workers.evaluate(site.url, SHOWN)) == 2
        size = sum(
            len(gzip.compress((project / "dist" / part).read_bytes())) for part in worker_files(project)
        )
        chromium.forget(site.url)
    files, lines = written(name)
    answers = ["yes" if answer else "no" for answer in works.values()]
    *told, bytes_told = row_of(SET_UPS[name].name)
    assert told == [
        str(SET_UPS[name].commands),
        str(files),
        str(SET_UPS[name].pictures),
        str(lines),
        *answers,
    ]
    assert size == pytest.approx(int(bytes_told.replace(",", "")), rel=0.1)


def worker_files(project: Path) -> list[str]:
    """Return the scripts of the built worker."""
    names = [path.name for path in (project / "dist").iterdir()]
    return [name for name in names if re.fullmatch(r"sw\.js|push\.js|workbox-\w+\.js", name)]


def row_of(name: str) -> list[str]:
    """Return what the page says of a set-up."""
    page = (ROOT / "docs/comparison.md").read_text(encoding="utf-8")
    row = next(line for line in page.splitlines() if line.startswith(f"| {name} |"))
    return [cell.strip() for cell in row.strip("|").split("|")][1:]
