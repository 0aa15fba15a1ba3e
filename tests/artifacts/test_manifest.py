"""The manifest: the config's members under their own names, nothing empty, icons by purpose."""

from __future__ import annotations

import json

from pwagen.artifacts.artifact import Artifact
from pwagen.artifacts.head_tags import head_tags
from pwagen.artifacts.icons import Icon
from pwagen.artifacts.manifest import manifest, manifest_json
from pwagen.config.model import (
    App,
    Config,
    DarkColors,
    EdgeSidePanel,
    Head,
    HomeTab,
    Icons,
    ImageResource,
    LocalizedValue,
    ScopePattern,
    Shortcut,
    TabStrip,
)

ICON = Icon(Artifact("icons/icon-192.png", b""), "192x192", "image/png", "any", None)
FAVICON = Icon(Artifact("favicon.ico", b""), "16x16", "image/x-icon", None, "icon")


def test_the_manifest_is_asked_for_with_cookies_if_the_config_says_so() -> None:
    config = Config(app=App(name="x"), head=Head(manifest_crossorigin="use-credentials"))
    assert head_tags(config, (), "../")[0] == (
        '<link rel="manifest" href="../manifest.json" crossorigin="use-credentials">'
    )
    assert head_tags(Config(app=App(name="x")), ())[0] == '<link rel="manifest" href="manifest.json">'


def test_a_name_alone_makes_an_installable_manifest() -> None:
    assert manifest(App(name="X"), Icons(), [ICON]) == {
        "name": "X",
        "start_url": "./",
        "scope": "./",
        "display": "standalone",
        "icons": [{"src": "icons/icon-192.png", "sizes": "192x192", "type": "image/png", "purpose": "any"}],
    }


def test_id_is_there_only_if_given() -> None:
    assert "id" not in manifest(App(name="X", start_url="./?from=icon"), Icons(), [])
    assert manifest(App(name="X", start_url="./?from=icon", id="app"), Icons(), [])["id"] == "app"


def test_a_section_without_members_is_there_all_the_same() -> None:
    app = App(name="X", edge_side_panel=EdgeSidePanel(), tab_strip=TabStrip(home_tab=HomeTab()))
    members = manifest(app, Icons(), [])
    assert members["edge_side_panel"] == {}
    assert members["tab_strip"] == {"home_tab": {}}


def test_only_icons_with_a_purpose_are_listed() -> None:
    assert [icon["src"] for icon in manifest(App(name="X"), Icons(), [FAVICON, ICON])["icons"]] == [
        "icons/icon-192.png"
    ]


def test_icons_that_exist_already_are_taken_as_they_are() -> None:
    own = Icons(files=(ImageResource(src="logo.png", sizes="512x512", purpose="maskable"),))
    assert manifest(App(name="X"), own, [])["icons"] == [
        {"src": "logo.png", "sizes": "512x512", "purpose": "maskable"}
    ]


def test_nested_members_keep_their_names_and_lose_what_is_empty() -> None:
    app = App(
        name="X",
        color_scheme_dark=DarkColors(theme_color="#000"),
        shortcuts=(
            Shortcut(name="Tides", url="tides/", name_localized={"fr": LocalizedValue(value="Marées")}),
        ),
        tab_strip=TabStrip(home_tab=HomeTab(scope_patterns=(ScopePattern(pathname="/"),))),
        prefer_related_applications=False,
    )
    members = manifest(app, Icons(), [])
    assert members["color_scheme_dark"] == {"theme_color": "#000"}
    assert members["shortcuts"] == [
        {"name": "Tides", "url": "tides/", "name_localized": {"fr": {"value": "Marées"}}}
    ]
    assert members["tab_strip"] == {"home_tab": {"scope_patterns": [{"pathname": "/"}]}}
    assert members["prefer_related_applications"] is False


def test_the_text_is_readable_json() -> None:
    text = manifest_json(App(name="Ünï </script>"), Icons(), [ICON])
    assert json.loads(text)["name"] == "Ünï </script>"
    assert "Ünï" in text
    assert text.endswith("}\n")


def test_a_shortcut_without_a_picture_has_the_icon_of_the_app() -> None:
    own = ImageResource(src="tides.png")
    shortcuts = (Shortcut(name="Tides", url="tides/"), Shortcut(name="News", url="news/", icons=(own,)))
    app = App(name="X", shortcuts=shortcuts)
    without, with_own = manifest(app, Icons(), [FAVICON, ICON])["shortcuts"]
    assert without["icons"] == [{"src": "icons/icon-192.png", "sizes": "192x192", "type": "image/png"}]
    assert with_own["icons"] == [{"src": "tides.png"}]
    masked = ImageResource(src="masked.png", purpose="maskable")
    assert "icons" not in manifest(app, Icons(files=(masked,)), [])["shortcuts"][0]
