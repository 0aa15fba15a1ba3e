"""An app that exists already, as Chromium understands it before and after `init` and `build --inject`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
import pyvips
from typer.testing import CliRunner

from pwagen.cli import app as cli
from pwagen.testing.chromium.chromium import Chromium
from pwagen.testing.site_server.site_server import SiteServer
from tests.folders import share_icons
from tests.site.test_detect import SVG, tree
from tests.site.test_single_page import VITE

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><html lang=en><head><meta charset=utf-8><title>Tides</title>
<link rel=manifest href="{name}"></head><body>Tides<script>{script}</script></body></html>"""
ICON = {"src": "icon.png", "sizes": "512x512", "type": "image/png"}
CDN = {"src": "https://cdn.example/i.png", "sizes": "192x192", "type": "image/png"}
# Icons that stay as they are: the others are painted, which takes ten times as long.
BASE = {"name": "Tides", "short_name": "Tides", "start_url": "./", "display": "standalone", "icons": [CDN]}
SHORTCUT = {"name": "Map", "url": "map/"}
SHARED = {"name": "photo", "accept": ["image/*"]}


def share(**params: Any) -> dict[str, Any]:
    target = {"action": "share", "method": "POST", "enctype": "multipart/form-data", "params": params}
    return {"share_target": target}


@dataclass(frozen=True)
class Case:
    """A manifest, as members beside the usual ones or as a text, and the rows that are not "taken"."""

    manifest: dict[str, Any] | str
    rows: frozenset[tuple[str, str]] = frozenset()
    name: str = "manifest.json"


MADE = ("changed", "icons")


def case(manifest: dict[str, Any] | str, *rows: tuple[str, str], name: str = "manifest.json") -> Case:
    return Case(manifest, frozenset(rows), name)


CASES = {
    "usual, in a folder": case({"start_url": "../", "icons": []}, MADE, name="pwa/app.json"),
    "identity, under another name": case(
        {
            "id": "/old",
            "start_url": "./?from=app",
            "scope": "/",
            "icons": [{"src": "icon.jpg", "sizes": "192x192", "type": "image/jpeg"}],
        },
        name="site.webmanifest",
    ),
    "byte order mark": case("\ufeff" + json.dumps(BASE | {"start_url": "map/", "scope": "map/"})),
    "comments": case("{ // mine\n" + json.dumps(BASE)[1:], ("changed", "manifest.json")),
    "trailing comma": case(json.dumps(BASE)[:-1] + ",}", ("changed", "manifest.json")),
    "maskable": case(
        {
            "icons": [
                ICON,
                {"src": "mask.png", "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
            ],
            "shortcuts": [{**SHORTCUT, "icons": [{"sizes": "96x96"}, ICON]}],
        },
        MADE,
        ("left out", "shortcuts[Map].icons[0]"),
    ),
    # One mistake a member in each of these.
    "bad shortcuts, display in upper case, files as one object": case(
        {
            **share(files=SHARED),
            "display": "Minimal-UI",
            "display_override": ["tabbed", "odd", "minimal-ui"],
            "theme_color": "harbour",
            "background_color": "#fff",
            "gcm_sender_id": "1",
            "categories": ["news"],
            "shortcuts": [
                SHORTCUT,
                {"name": "News"},
                {**SHORTCUT, "name": "List"},
                {"name": "X", "url": "https://x.example/"},
            ],
            "protocol_handlers": [
                {"protocol": "web+tide", "url": "t?u=%s"},
                {"protocol": "http", "url": "h?%s"},
            ],
            "file_handlers": [{"action": "open", "accept": {"text/csv": ".csv"}}, {"accept": {}}],
        },
        ("changed", "share_target.params.files"),
        ("changed", "display"),
        ("left out", "display_override[1]"),
        ("left out", "theme_color"),
        ("left out", "gcm_sender_id"),
        ("left out", "shortcuts[News]"),
        ("left out", "shortcuts[X]"),
        ("left out", "protocol_handlers[http]"),
        ("changed", "file_handlers[0].accept"),
        ("left out", "file_handlers[1]"),
    ),
    "shortcut with more, no display, accept as one text, start below the top": case(
        {
            **share(files=[{**SHARED, "accept": "image/*"}]),
            "display": None,
            "start_url": "map/",
            "icons": [{"src": "favicon.ico", "sizes": "48x48"}],
            "shortcuts": [{**SHORTCUT, "color": "red"}],
        },
        ("changed", "share_target.params.files[0].accept"),
        ("changed", "display"),
        ("changed", "scope"),
        ("left out", "shortcuts[Map].color"),
    ),
    "unknown display, method in lower case, no name": case(
        {
            "share_target": {"action": "share", "method": "get", "params": {"title": "t"}},
            "display": "widescreen",
            "name": None,
        },
        ("changed", "share_target.method"),
        ("left out", "display"),
        ("changed", "name"),
    ),
    "share target without params, no display at all, languages and colours, scope without the start": case(
        json.dumps(
            {
                **{key: member for key, member in BASE.items() if key != "display"},
                "dir": "rtl",
                "lang": "ar",
                "theme_color": "rgb(1 2 3)",
                "orientation": "Portrait",
                "share_target": {"action": "share"},
                "scope": "app/",
            }
        ),
        ("left out", "share_target"),
        ("changed", "display"),
        ("changed", "orientation"),
        ("left out", "scope"),
    ),
}


def project(folder: Path, case: Case, script: str = "") -> Path:
    text = case.manifest if isinstance(case.manifest, str) else json.dumps(BASE | case.manifest)
    pictures = {"favicon.ico": b"\0\0\1\0", "icon.jpg": b"\xff\xd8\xff"}
    if MADE in case.rows:
        svg = SVG.replace("<circle", "<circle fill='navy'").encode()
        png = pyvips.Image.new_from_buffer(svg, "", scale=8).pngsave_buffer()
        pictures = {"icon.png": png, "mask.png": png}
    return tree(
        folder,
        {
            "public/index.html": PAGE.format(name=case.name, script=script),
            "public/map/index.html": "<title>Map</title>",
            f"public/{case.name}": text,
            **{f"public/{name}": content for name, content in pictures.items()},
        },
    )


def run(*arguments: object) -> str:
    result = CliRunner().invoke(cli, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def rows(table: str) -> dict[str, set[str]]:
    """Return the members in each of the table's groups."""
    found: dict[str, set[str]] = {"taken": set(), "changed": set(), "added": set(), "left out": set()}
    for line in table.splitlines():
        if match := re.match(r"(taken|changed|added|left out) +(\S+)", line):
            found[match[1]].add(match[2])
    return found


LINK_ITS_MANIFEST = """async (once) => {
  const page = new DOMParser().parseFromString(await (await fetch("./")).text(), "text/html");
  const [theirs, ours] = [page, document].map((one) => one.querySelector("link[rel=manifest]"));
  ours.href = theirs.getAttribute("href") + once;
  return ours.href;
}"""


def parsed(chromium: Chromium, page: Page, once: str) -> dict[str, Any]:
    """Return the members of the manifest of the site as it is now; ``once`` tells it from all others."""
    url = page.evaluate(LINK_ITS_MANIFEST, f"?{quote(once)}")
    # The page reports a changed link in a task of its own.
    manifest = chromium.poll(
        lambda: (it := chromium.manifest(page)).url == url and it, what=f"the browser to read {url}"
    )
    return {
        re.sub("([A-Z])", lambda match: f"_{match[1].lower()}", name): value
        for name, value in manifest.members.items()
    }


def test_the_browser_sees_the_same_app_but_for_what_the_table_says_and_the_owners_maskable_icon_is_taken(
    tmp_path: Path, chromium: Chromium, serve_site: Callable[..., SiteServer], icon_cache: Path
) -> None:
    site = serve_site(tmp_path)
    site.answers.content["any.html"] = "<!doctype html><title>Any</title><link rel=manifest href=none.json>"
    page = chromium.open(site.url + "any.html")
    tables: dict[str, str] = {}
    for name, case in CASES.items():
        folder = project(tmp_path / name, case)
        share_icons(folder, icon_cache)
        site.folder = folder / "public"
        before = parsed(chromium, page, f"{name}, before")
        tables[name] = run("init", folder, "--yes")
        table = rows(tables[name])
        found = {(fate, member) for fate in ("changed", "left out") for member in table[fate]}
        assert found == case.rows, name
        run("build", folder, "--inject")
        after = parsed(chromium, page, f"{name}, after")
        if ("changed", case.name) in case.rows:
            # Strictly read, it is no JSON: of a trailing comma the browser sees nothing at all.
            assert after["name"] == "Tides", name
            continue
        assert after["name"], name
        told = {
            re.split(r"[.\[]", member)[0]
            for fate in ("changed", "added", "left out")
            for member in table[fate]
        }
        differs = {member for member in {*before, *after} if before.get(member) != after.get(member)}
        assert differs <= told, name
    assert "maskable: public/mask.png" in (tmp_path / "maskable/pwagen.yaml").read_text()
    assert "the maskable ones from" in " ".join(tables["maskable"].split())


def test_the_table_fits_into_80_columns(tmp_path: Path) -> None:
    case = Case({"shortcuts": [{"name": "A name that is much longer than a column", "url": "//x/"}]})
    folder = project(tmp_path, case)
    table = run("init", folder, "--yes").split("\n\n")[0]
    assert max(map(len, table.splitlines())) <= 80


@pytest.mark.parametrize("worker", ["sw.js", "service-worker.js"])
def test_an_app_with_a_worker_of_its_own_is_built_at_once_and_undone(
    tmp_path: Path, chromium: Chromium, serve_site: Callable[..., SiteServer], worker: str
) -> None:
    old = "self.addEventListener('fetch', () => {});"
    folder = project(tmp_path, case({}), f"navigator.serviceWorker.register('{worker}')")
    tree(folder, {f"public/{worker}": old})
    files = {path: path.read_bytes() for path in (folder / "public").rglob("*") if path.is_file()}
    site = serve_site(folder / "public")
    controlled = "navigator.serviceWorker.ready.then((it) => it.active.scriptURL)"
    page = chromium.new_page()
    page.goto(site.url)
    assert page.evaluate(controlled) == site.url + worker
    run("init", folder, "--yes")
    run("build", folder, "--inject")
    run("build", folder, "--inject", "--check")
    page.goto(site.url)
    chromium.poll(lambda: page.evaluate("caches.keys()"), what="the files to be stored")
    assert page.evaluate(controlled) == site.url + worker
    registrations = "navigator.serviceWorker.getRegistrations().then((all) => all.length)"
    assert page.evaluate(registrations) == 1
    run("build", folder, "--inject", "--undo")
    left = {path: path.read_bytes() for path in (folder / "public").rglob("*") if path.is_file()}
    assert left == files


def test_deep_links_of_an_app_of_one_page_open_without_a_network(
    tmp_path: Path, chromium: Chromium, serve_site: Callable[..., SiteServer]
) -> None:
    folder = tree(tmp_path, VITE)
    result = CliRunner().invoke(cli, ["init", str(folder), "--yes"])
    assert "note: this is an app of one page" in result.stderr
    run("build", folder, "--inject")
    site = serve_site(folder / "dist")
    page = chromium.new_page()
    page.goto(site.url)
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_function("() => navigator.serviceWorker.controller")
    chromium.set_offline(True)
    page.goto(site.url + "stations/42?day=2")
    page.wait_for_function("() => document.body.innerText.includes('App at /stations/42')")
