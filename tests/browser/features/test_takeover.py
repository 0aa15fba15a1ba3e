"""An app that exists already, as Chromium understands it before and after `init` and `build --inject`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pyvips
from typer.testing import CliRunner

from pwagen.cli import app as cli
from pwagen.testing.chromium.chromium import Chromium
from pwagen.testing.site_server.site_server import SiteServer
from tests.site.test_detect import SVG, tree
from tests.site.test_single_page import VITE

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><html lang=en><head><meta charset=utf-8><title>Tides</title>
<link rel=manifest href="{name}"></head><body>Tides<script>{script}</script></body></html>"""
ICON = {"src": "icon.png", "sizes": "512x512", "type": "image/png"}
BASE = {"name": "Tides", "short_name": "Tides", "start_url": "./", "display": "standalone", "icons": [ICON]}
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
    drawn: bool = True


MADE = ("changed", "icons")


def case(
    manifest: dict[str, Any] | str,
    *rows: tuple[str, str],
    name: str = "manifest.json",
    drawn: bool = True,
) -> Case:
    return Case(manifest, frozenset(rows), name, drawn)


CDN = {"src": "https://cdn.example/i.png", "sizes": "192x192", "type": "image/png"}
CASES = {
    "usual": case({}, MADE),
    "another name": case({}, MADE, name="site.webmanifest"),
    "in a folder": case({"start_url": "../", "icons": []}, MADE, name="pwa/app.json"),
    "byte order mark": case("\ufeff" + json.dumps(BASE), MADE),
    "comments": case("{ // mine\n" + json.dumps(BASE)[1:], MADE, ("changed", "manifest.json")),
    "trailing comma": case(json.dumps(BASE)[:-1] + ",}", MADE, ("changed", "manifest.json")),
    "bad shortcut": case(
        {"shortcuts": [SHORTCUT, {"name": "News"}, {**SHORTCUT, "name": "List"}]},
        MADE,
        ("left out", "shortcuts[News]"),
    ),
    "shortcut elsewhere": case(
        {"shortcuts": [{"name": "X", "url": "https://x.example/"}, SHORTCUT]},
        MADE,
        ("left out", "shortcuts[X]"),
    ),
    "shortcut with more": case(
        {"shortcuts": [{**SHORTCUT, "color": "red"}]}, MADE, ("left out", "shortcuts[Map].color")
    ),
    "shortcut with a bad icon": case(
        {"shortcuts": [{**SHORTCUT, "icons": [{"sizes": "96x96"}, ICON]}]},
        MADE,
        ("left out", "shortcuts[Map].icons[0]"),
    ),
    "files as one object": case(share(files=SHARED), MADE, ("changed", "share_target.params.files")),
    "accept as one text": case(
        share(files=[{**SHARED, "accept": "image/*"}]),
        MADE,
        ("changed", "share_target.params.files[0].accept"),
    ),
    "method in lower case": case(
        {"share_target": {"action": "share", "method": "get", "params": {"title": "t"}}},
        MADE,
        ("changed", "share_target.method"),
    ),
    "share target without params": case(
        {"share_target": {"action": "share"}}, MADE, ("left out", "share_target")
    ),
    "display in upper case": case({"display": "Minimal-UI"}, MADE, ("changed", "display")),
    "no display": case({"display": None}, MADE, ("changed", "display")),
    "no display at all": case(
        json.dumps({key: member for key, member in BASE.items() if key != "display"}),
        MADE,
        ("changed", "display"),
    ),
    "unknown display": case({"display": "widescreen"}, MADE, ("left out", "display")),
    "display override": case(
        {"display_override": ["tabbed", "odd", "minimal-ui"]}, MADE, ("left out", "display_override[1]")
    ),
    "bad colour": case(
        {"theme_color": "harbour", "background_color": "#fff"}, MADE, ("left out", "theme_color")
    ),
    "unknown members": case(
        {"gcm_sender_id": "1", "categories": ["news"]}, MADE, ("left out", "gcm_sender_id")
    ),
    "protocols": case(
        {
            "protocol_handlers": [
                {"protocol": "web+tide", "url": "t?u=%s"},
                {"protocol": "http", "url": "h?%s"},
            ]
        },
        MADE,
        ("left out", "protocol_handlers[http]"),
    ),
    "file handlers": case(
        {"file_handlers": [{"action": "open", "accept": {"text/csv": ".csv"}}, {"accept": {}}]},
        MADE,
        ("changed", "file_handlers[0].accept"),
        ("left out", "file_handlers[1]"),
    ),
    "identity": case({"id": "/old", "start_url": "./?from=app", "scope": "/"}, MADE),
    "scope without the start": case({"scope": "app/"}, MADE, ("left out", "scope")),
    "start below the top": case({"start_url": "map/"}, MADE, ("changed", "scope")),
    "start below the top, and a scope": case({"start_url": "map/", "scope": "map/"}, MADE),
    "no name": case({"name": None}, MADE, ("changed", "name")),
    "icons on a CDN": case({"icons": [CDN]}, drawn=False),
    "icon as ico": case({"icons": [{"src": "favicon.ico", "sizes": "48x48"}]}, drawn=False),
    "icon as jpg": case(
        {"icons": [{"src": "icon.jpg", "sizes": "192x192", "type": "image/jpeg"}]}, drawn=False
    ),
    "maskable": case(
        {
            "icons": [
                ICON,
                {"src": "mask.png", "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
            ]
        },
        MADE,
    ),
    "languages and colours": case(
        {"dir": "rtl", "lang": "ar", "theme_color": "rgb(1 2 3)", "orientation": "Portrait"},
        MADE,
        ("changed", "orientation"),
    ),
}


def project(folder: Path, case: Case, script: str = "") -> Path:
    text = case.manifest if isinstance(case.manifest, str) else json.dumps(BASE | case.manifest)
    picture = pyvips.Image.new_from_buffer(
        SVG.replace("<circle", "<circle fill='navy'").encode(), "", scale=8
    )
    pictures = {name: picture.pngsave_buffer() for name in ("icon.png", "mask.png")}
    if not case.drawn:
        pictures = {"favicon.ico": b"\0\0\1\0", "icon.jpg": b"\xff\xd8\xff"}
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


def parsed(chromium: Chromium, site: SiteServer) -> dict[str, Any]:
    page = chromium.new_page()
    page.goto(site.url)
    members = chromium.manifest(page).members
    page.close()
    return {
        re.sub("([A-Z])", lambda match: f"_{match[1].lower()}", name): value
        for name, value in members.items()
    }


@pytest.mark.parametrize("name", CASES)
def test_the_browser_sees_the_same_app_but_for_what_the_table_says(
    name: str, tmp_path: Path, chromium: Chromium, serve_site: Callable[..., SiteServer], icon_cache: Path
) -> None:
    case = CASES[name]
    folder = project(tmp_path, case)
    (folder / ".pwagen").mkdir()
    (folder / ".pwagen/icons").symlink_to(icon_cache)
    site = serve_site(folder / "public")
    before = parsed(chromium, site)
    table = rows(run("init", folder, "--yes"))
    assert {(fate, member) for fate in ("changed", "left out") for member in table[fate]} == case.rows
    run("build", folder, "--inject")
    after = parsed(chromium, site)
    told = {
        re.split(r"[.\[]", member)[0] for fate in ("changed", "added", "left out") for member in table[fate]
    }
    if ("changed", case.name) in case.rows:
        assert after["name"] == "Tides"
        return  # strictly read, it is no JSON: of a trailing comma the browser sees nothing at all
    assert {member for member in {*before, *after} if before.get(member) != after.get(member)} <= told


def test_the_owner_s_maskable_icon_is_taken(tmp_path: Path) -> None:
    folder = project(tmp_path, CASES["maskable"])
    table = run("init", folder, "--yes")
    assert "maskable: public/mask.png" in (folder / "pwagen.yaml").read_text()
    assert "the maskable ones from" in " ".join(table.split())


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
    folder = project(tmp_path, CASES["usual"], f"navigator.serviceWorker.register('{worker}')")
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
    page.wait_for_function("async () => (await caches.keys()).length > 0")
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
