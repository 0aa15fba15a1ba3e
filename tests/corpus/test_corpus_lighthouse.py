"""All that the category PWA of Lighthouse reported is reported here, on the same sites."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks.npm import install
from pwagen.cli import app
from pwagen.testing.find_browser import find_chromium
from pwagen.testing.site_server.site_server import SiteServer
from tests.audit.examples import write_example
from tests.audit.test_server_rules import findings_at
from tests.corpus.lighthouse_sites import LIGHTHOUSE_SITES

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.timeout(900),
    pytest.mark.skipif("PWAGEN_CORPUS" not in os.environ, reason="takes minutes: make corpus"),
]

LIGHTHOUSE = {"lighthouse": "11.7.1"}
"""The last version with the category."""
LIGHTHOUSE_COLUMNS = ["Lighthouse", "reason", "rule"]
NO_MANIFEST = ("manifest-linked", "manifest-json")
OUR_RULES: dict[tuple[str, str], tuple[str, ...]] = {
    ("installable-manifest", "Page has no manifest"): NO_MANIFEST,
    ("installable-manifest", "Manifest could not be fetched"): NO_MANIFEST,
    ("installable-manifest", "Manifest start URL is not valid"): ("manifest-start-url",),
    ("installable-manifest", "Manifest does not contain a `name`"): ("manifest-name",),
    ("installable-manifest", "Manifest `display` property"): ("manifest-display",),
    ("installable-manifest", "Manifest contains 'display_override'"): ("manifest-display",),
    ("installable-manifest", "Manifest does not contain a suitable icon"): ("manifest-icon",),
    ("installable-manifest", "No supplied icon"): ("manifest-icon", "icon-file"),
    ("splash-screen", "No manifest was fetched"): NO_MANIFEST,
    ("splash-screen", "Manifest does not have `name`"): ("manifest-splash-screen", "manifest-name"),
    ("splash-screen", "Manifest does not have `background_color`"): ("manifest-splash-screen",),
    ("splash-screen", "Manifest does not have `theme_color`"): ("manifest-splash-screen",),
    ("splash-screen", "Manifest does not have a PNG icon"): ("manifest-splash-screen", "manifest-icon"),
    ("themed-omnibox", "No manifest was fetched"): NO_MANIFEST,
    ("themed-omnibox", "Manifest does not have `theme_color`"): ("manifest-splash-screen",),
    ("themed-omnibox", "No `<meta name="): ("head-theme-color",),
    ("maskable-icon", "No manifest was fetched"): NO_MANIFEST,
    ("maskable-icon", ""): ("manifest-icon-maskable", "manifest-icon"),
    ("viewport", ""): ("head-viewport",),
    ("content-width", ""): ("fits-phone",),
}
"""By audit and the beginning of its reason: the rules, one of which says it."""
Report = list[tuple[str, str]]


@pytest.fixture(scope="module")
def lighthouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which Lighthouse is installed."""
    folder = tmp_path_factory.mktemp("lighthouse")
    if why_not := install(folder, LIGHTHOUSE):
        pytest.skip(why_not)
    return folder


def test_all_that_lighthouse_reports_is_reported(
    lighthouse: Path, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    folders = {
        name: write_example(tmp_path / str(number), example)
        for number, (name, example) in enumerate(LIGHTHOUSE_SITES.items())
    }
    with ExitStack() as stack:
        urls = {name: stack.enter_context(SiteServer(folder)).url for name, folder in folders.items()}
        reports = reported(lighthouse, urls.values())
        ours = {name: {finding.rule for finding in findings_at(url)} for name, url in urls.items()}
    rows: dict[tuple[str, str], str] = {}
    unreported = []
    for name, url in urls.items():
        if any(audit == "content-width" for audit, _ in reports[url]):
            ours[name] |= in_browser(folders[name])
        for audit, reason in reports[url]:
            rules = [rule for rule in rules_for(audit, reason, reports[url]) if rule in ours[name]]
            if not rules:
                unreported.append((name, audit, reason, ours[name]))
            rows.setdefault((audit, reason.partition(" - ")[0]), ", ".join(f"`{rule}`" for rule in rules))
    assert unreported == []
    assert reports[urls["a good site"]] == []
    for (audit, reason), rule in sorted(rows.items()):
        record_property("lighthouse", [f"`{audit}`", reason.replace("<link>", "`<link>`"), rule])


def rules_for(audit: str, reason: str, report: Report) -> Iterator[str]:
    """Yield the rules, one of which says what Lighthouse does; without a manifest, all it misses is that."""
    for (name, beginning), rules in OUR_RULES.items():
        if audit == name and reason.startswith(beginning):
            yield from rules
    if ("splash-screen", "No manifest was fetched") in report or audit == "maskable-icon":
        yield from NO_MANIFEST


def reported(lighthouse: Path, urls: Iterable[str]) -> dict[str, Report]:
    """Return what Lighthouse says is wrong with each site: audits, and their reasons."""
    node = shutil.which("node")
    assert node
    script = Path(__file__).with_name("lighthouse_run.mjs")
    done = subprocess.run(
        [node, str(script), *urls],
        cwd=lighthouse,
        env={**os.environ, "CHROME_PATH": str(find_chromium())},
        capture_output=True,
        text=True,
        timeout=800,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Report] = json.loads(done.stdout)
    return {url: [(audit, reason) for audit, reason in report] for url, report in answer.items()}


def in_browser(folder: Path) -> set[str]:
    """Return the ids of what `--browser` reports besides."""
    done = CliRunner().invoke(app, ["check", str(folder), "--browser", "--format", "json"])
    return {finding["rule"] for finding in json.loads(done.stdout)["findings"]}
