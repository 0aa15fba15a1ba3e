"""An existing manifest as Chromium reads it, before and after `pwagen init` and `build --inject`."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typer.testing import CliRunner

from pwagen.cli import app
from pwagen.site.detect import detect_site
from pwagen.site.existing_pwa import MANIFEST_SIGNS
from pwagen.site.lenient_json import read_lenient_json
from pwagen.starter.draft import Draft, draft
from pwagen.starter.draft_check import icon_check, member_check
from pwagen.starter.takeover import FATES
from pwagen.testing.site_server.site_server import Answers, SiteServer
from tests.site_rule import built

if TYPE_CHECKING:
    from pwagen.testing.chromium.chromium import Chromium

MANIFEST_COLUMNS = ["manifest", *FATES, "parsed otherwise"]
LARGEST_FOLDER = 64 << 20
# A public key, which `init` would make as well: nothing depends on which.
KEY = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
PAGE = '<!doctype html>\n<html>\n<head>\n<link rel="manifest" href="{0}">\n</head>\n<body></body>\n</html>\n'


def manifests_in(folder: Path) -> Iterator[Path]:
    """Yield the web app manifests of a package, the same text once; no extension's and no bundler's."""
    texts = set()
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or "node_modules" in path.relative_to(folder).parts:
            continue
        if path.suffix != ".webmanifest" and not (path.suffix == ".json" and "manifest" in path.name):
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        try:
            members, _ = read_lenient_json(text)
        except (ValueError, RecursionError):
            continue
        is_web_app = isinstance(members, dict) and len(MANIFEST_SIGNS & members.keys()) > 1
        if is_web_app and "manifest_version" not in members and text not in texts:
            texts.add(text)
            yield path


def site_of(manifest: Path, project: Path) -> Path:
    """Write a site of one page that links to the manifest, beside the files that it has in its folder."""
    site = project / "public"
    if sum(path.stat().st_size for path in manifest.parent.rglob("*") if path.is_file()) < LARGEST_FOLDER:
        shutil.copytree(manifest.parent, site, ignore=shutil.ignore_patterns("*.html", "*.js", "*.map"))
    else:
        site.mkdir(parents=True)
        shutil.copy(manifest, site)
    (site / "index.html").write_text(PAGE.format(manifest.name), encoding="utf-8")
    return site


def taken_over(project: Path) -> Draft:
    """Return what `pwagen init` proposes for the project and tells about its manifest."""
    facts = detect_site(project, "public")
    return draft(project, facts, None, member_check(project, KEY), icon_check(project, KEY))


def comparison(
    chromium: Chromium, serve_site: Callable[..., SiteServer], manifest: Path, project: Path
) -> tuple[Draft, dict[str, tuple[Any, Any]]]:
    """Return the proposal, and member -> (before, after) of what Chromium parses otherwise."""
    site = site_of(manifest, project)
    page = chromium.new_page()

    def parsed() -> dict[str, Any]:
        """Return the manifest of the site's start page as Chromium parses it, without the site's address."""
        # No worker is installed, which nobody would wait for.
        served = serve_site(site, answers=Answers(status={"register.js": 404}))
        page.goto(served.url)
        text = json.dumps(chromium.manifest(page).members).replace(served.url, "/")
        without_address: dict[str, Any] = json.loads(text)
        return without_address

    before = parsed()
    proposal = taken_over(project)
    started = CliRunner().invoke(app, ["init", str(project), "--site", "public", "--yes"])
    assert started.exit_code == 0, started.output
    built(project)
    after = parsed()
    return proposal, {
        name: (before.get(name), after.get(name))
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    }
