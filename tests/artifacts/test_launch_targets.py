"""What the scripts are told of the manifest's capabilities, and which pages a site must have for them."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from pwagen.artifacts.launch_targets import missing_pages, urls_with_query
from pwagen.artifacts.scripts.script_config import script_config
from pwagen.artifacts.scripts.script_parts import script_parts
from pwagen.artifacts.scripts.scripts import render_scripts
from pwagen.artifacts.static_routes import static_routes
from pwagen.build.project import read_project
from pwagen.config.model import App, Config, Offline
from tests.artifacts.test_scripts import EVERYTHING, config_of


def app(**members: object) -> App:
    return msgspec.convert({"name": "X", "display": "browser", **members}, App)


def sections_of(app: App) -> dict[str, object]:
    always = {"script", "app", "update"}
    sections = script_config(Config(app=app, offline=False))
    return {name: section for name, section in sections.items() if name not in always}


POSTED = {
    "action": "share#form",
    "method": "POST",
    "params": {"title": "t", "files": [{"name": "f", "accept": ["*/*"]}]},
}
ASKED = {"action": "share?x=1", "params": {"text": "text"}}


def test_an_app_without_capabilities_has_no_section() -> None:
    assert sections_of(app()) == {}


@pytest.mark.parametrize(
    ("members", "sections"),
    [
        ({"launch_handler": {}}, {"launch": {"pages": [], "focusExisting": False}}),
        (
            {"launch_handler": {"client_mode": "focus-existing"}},
            {"launch": {"pages": [], "focusExisting": True}},
        ),
        (
            {
                "launch_handler": {"client_mode": ["navigate-new", "focus-existing"]},
                "shortcuts": [{"name": "S", "url": "s/"}],
            },
            {"launch": {"pages": [{"kind": "shortcut", "url": "s/"}], "focusExisting": True}},
        ),
        (
            {"note_taking": {"new_note_url": "n"}, "lock_screen": {"start_url": "l"}},
            {
                "launch": {
                    "pages": [{"kind": "note", "url": "n"}, {"kind": "lock-screen", "url": "l"}],
                    "focusExisting": False,
                }
            },
        ),
        (
            {"share_target": POSTED},
            {
                "launch": {"pages": [], "focusExisting": False},
                "share": {"action": "share", "method": "POST", "params": {"title": "t"}, "files": ["f"]},
                "shareAction": "share",
            },
        ),
        (
            {"share_target": ASKED},
            {
                "launch": {"pages": [], "focusExisting": False},
                "share": {"action": "share?x=1", "method": "GET", "params": {"text": "text"}, "files": []},
            },
        ),
        ({"display_override": ["tabbed"]}, {"display": True}),
        ({"display": "standalone"}, {"display": True}),
        ({"display_override": ["minimal-ui"]}, {"display": True}),
        (
            {"widgets": [{"name": "W", "tag": "w", "ms_ac_template": "w.json", "update": 60}]},
            {"widgets": [{"tag": "w", "template": "w.json", "update": 60000}]},
        ),
    ],
)
def test_each_member_turns_on_what_it_needs(members: dict[str, object], sections: dict[str, object]) -> None:
    assert sections_of(app(**members)) == sections


def test_a_share_by_get_is_no_business_of_the_worker() -> None:
    names = [part.name for part in script_parts("worker", sections_of(app(share_target=ASKED)))]
    assert "worker/share.js" not in names


def test_each_script_is_told_what_it_decides() -> None:
    scripts = render_scripts(script_config(EVERYTHING))
    worker, page = config_of(scripts.worker), config_of(scripts.readable_page)
    assert not {"launch", "share", "protocols", "display"} & worker.keys()
    assert not {"shareAction", "widgets", "offline"} & page.keys()


def test_urls_whose_query_is_no_part_of_the_page() -> None:
    everything = app(
        start_url="./?from=icon",
        shortcuts=[{"name": "A", "url": "a/"}, {"name": "B", "url": "b/?x#y"}, {"name": "C", "url": "c#?"}],
        protocol_handlers=[{"protocol": "web+x", "url": "open?a=%s"}],
        file_handlers=[{"action": "open", "accept": {"text/csv": [".csv"]}}],
        share_target=ASKED,
    )
    assert urls_with_query(everything) == ["./?from=icon", "b/?x", "share?x=1", "open?a=%s", "share?%s"]


@pytest.mark.parametrize(
    "url",
    ["a", "a/", "./a", "a.html", "a/index.html", "a?x=%s", "a#b", "/anywhere", "../up", "b%20c", "./", ""],
)
def test_pages_that_are_there(url: str) -> None:
    pages = ("index.html", "a.html", "a/index.html", "b c.html")
    assert missing_pages(app(note_taking={"new_note_url": url}), pages) == []


@pytest.mark.parametrize("url", ["b", "a/b", "aa", "./", "b/"])
def test_pages_that_are_missing(url: str) -> None:
    assert missing_pages(app(shortcuts=[{"name": "S", "url": url}]), ("a/index.html", "b.htm")) == [
        (("shortcuts", 0, "url"), url)
    ]


@pytest.mark.slow
def test_a_build_warns_of_a_page_that_is_missing(tmp_path: Path) -> None:
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "index.html").write_text("<title>x</title>")
    (tmp_path / "pwagen.yaml").write_text(
        "app: {name: A, shortcuts: [{name: B, url: b/}, {name: C, url: ./}]}\nsite: public\n"
    )
    said = [str(warning) for warning in read_project(tmp_path).warnings if "app.shortcuts" in str(warning)]
    assert said == [
        f'{tmp_path}/pwagen.yaml:1:43: app.shortcuts[B].url: there is no page "b/" in public'
        " - make one, or it opens online only, if your server answers there"
    ]


def test_a_share_and_every_other_page_that_is_posted_for_reach_the_worker_under_never_too() -> None:
    first, second = static_routes(Offline(never=("share/**",)))
    assert first == {
        "condition": {"requestMode": "navigate", "requestMethod": "POST"},
        "source": "fetch-event",
    }
    assert second["source"] == "network"
    assert static_routes(Offline(never=())) == []
