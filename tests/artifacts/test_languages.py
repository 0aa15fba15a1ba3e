"""Languages: which one fits, what the manifests say, and pwagen's own words in each."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from pwagen.artifacts.languages.app_texts import offline_texts, page_texts
from pwagen.artifacts.languages.language_sections import notification_translations
from pwagen.artifacts.languages.localized_manifests import apps, manifest_for
from pwagen.artifacts.manifest import manifest
from pwagen.artifacts.scripts.config_members import camel_case
from pwagen.artifacts.scripts.script_config import script_config
from pwagen.build.plan import plan
from pwagen.build.project import read_project, read_to_undo
from pwagen.config import parse
from pwagen.config.model import Config
from pwagen.inject.in_place_build import plan_into_site, plan_out_of_site
from pwagen.inject.merge import Policy
from pwagen.render import source, templates_folder
from pwagen.texts.built_in import built_in_languages, known_texts, placeholders
from pwagen.texts.language_tags import closest, direction
from tests.folders import ROOT, TESTS

VECTORS = json.loads((TESTS / "vectors" / "languages.json").read_text(encoding="utf-8"))
TEXTS = templates_folder() / "texts"
NEWS = """
app:
  name: News
  short_name: N
  lang: en
  start_url: ./
  shortcuts: [{name: Tides, url: tides/}]
  name_localized: {fr: Nouvelles}
  theme_color: "#123456"
notifications:
  default: {body: There is something new}
  actions: [{action: view, title: View, url: ./}, {action: later, title: Later, do: dismiss}]
periodic_sync: [{tag: daily, urls: [a.json], notify: {title: "{count} new"}}, {tag: silent, urls: [b.json]}]
"""
LANGUAGES = """
languages:
  de:
    app: {name: Neues, short_name: N, shortcuts: {tides/: Gezeiten}}
    notifications: {actions: {later: Später}}
    periodic_sync: {daily: {title: "{count} neue"}}
    texts: {NetworkError: Kein Netz., offline_heading: Kein Netz}
  he: {app: {name: חדשות, short_name: ח}, notifications: {default: {body: יש חדש}}}
  fr: {}
"""


def config_of(text: str) -> Config:
    return parse(text.encode(), Path("pwagen.yaml"))[0]


def manifests(text: str) -> dict[str, dict[str, Any]]:
    config = config_of(text)
    return {name: manifest(app, config.icons, ()) for name, app in apps(config).items()}


# --- tags ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("wanted", "available", "found"), VECTORS)
def test_the_closest_language(wanted: str, available: list[str], found: str | None) -> None:
    assert closest(wanted, available) == found


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        *[(tag, "rtl") for tag in ("ar", "AR-eg", "he", "fa-IR", "ur", "az-Arab")],
        *[(tag, "ltr") for tag in ("de", "az", "ar-Latn", "pt-BR", "zh-Hant-TW")],
    ],
)
def test_which_way_a_language_is_written(tag: str, expected: str) -> None:
    assert direction(tag) == expected


# --- manifests -----------------------------------------------------------------------------------


def test_without_languages_there_is_one_manifest_as_it_was() -> None:
    config = config_of(NEWS)
    assert apps(config) == {"manifest.json": config.app}


def test_each_language_has_a_manifest_and_all_are_one_app() -> None:
    found = manifests(NEWS + LANGUAGES)
    assert list(found) == ["manifest.json", "manifest.de.json", "manifest.he.json", "manifest.fr.json"]
    for same in ("start_url", "scope", "display", "theme_color"):
        assert len({one[same] for one in found.values()}) == 1, same
    assert [one["name"] for one in found.values()] == ["News", "Neues", "חדשות", "Nouvelles"]
    assert [one["lang"] for one in found.values()] == ["en", "de", "he", "fr"]
    assert [one.get("dir") for one in found.values()] == [None, "ltr", "rtl", "ltr"]
    assert [one["shortcuts"][0]["name"] for one in found.values()] == ["Tides", "Gezeiten", "Tides", "Tides"]


def test_each_manifest_has_the_others_words_beside_its_own() -> None:
    found = manifests(NEWS + LANGUAGES)
    hebrew = {"value": "חדשות", "dir": "rtl"}
    assert found["manifest.json"]["name_localized"] == {"fr": "Nouvelles", "de": "Neues", "he": hebrew}
    assert found["manifest.de.json"]["name_localized"] == {"en": "News", "fr": "Nouvelles", "he": hebrew}
    assert found["manifest.he.json"]["name_localized"] == {
        tag: {"value": name, "dir": "ltr"}
        for tag, name in (("en", "News"), ("fr", "Nouvelles"), ("de", "Neues"))
    }
    assert found["manifest.json"]["shortcuts"][0]["name_localized"] == {"de": "Gezeiten"}
    assert found["manifest.de.json"]["shortcuts"][0]["name_localized"] == {"en": "Tides"}


def test_an_app_in_arabic_is_written_from_right_to_left() -> None:
    (only,) = manifests("app: {name: أخبار, lang: ar}").values()
    assert only["dir"] == "rtl"
    (only,) = manifests("app: {name: أخبار, lang: ar, dir: auto}").values()
    assert only["dir"] == "auto"


def test_the_manifest_of_a_page() -> None:
    config = config_of(NEWS + LANGUAGES)
    wanted = ("de-AT", "DE", "en-GB", "sv", "", "iw", "he-IL")
    assert [manifest_for(config, one) for one in wanted] == [
        "manifest.de.json",
        "manifest.de.json",
        *["manifest.json"] * 4,
        "manifest.he.json",
    ]


# --- what is said --------------------------------------------------------------------------------


def test_english_has_every_text_that_the_parts_have() -> None:
    """Each text is used by the part under which it stands, and no part uses another."""
    english = json.loads((TEXTS / "en.json").read_text(encoding="utf-8"))
    types = source("register.d.ts").partition("type PwagenErrorName =")[2].partition(";")[0]
    assert {*english["more/texts.js"]} == set(re.findall(r'"(\w+)"', types))
    for part in {*english} - {"more/texts.js", "offline.html"}:
        assert {*map(camel_case, english[part])} == used_texts(source(part)), part
    others = (path for folder in ("page", "more") for path in (templates_folder() / folder).glob("*.js"))
    with_texts = {f"{path.parent.name}/{path.name}" for path in others if used_texts(path.read_text())}
    assert with_texts == {*english} - {"more/texts.js", "offline.html"}


def used_texts(code: str) -> set[str]:
    """Return the names of texts that a part uses: strings that begin as one of them does."""
    return set(re.findall(r'"((?:install|update|push|server|prompt|iosHint|outbox)[A-Z]\w+)"', code))


@pytest.mark.parametrize("tag", [tag for tag in built_in_languages() if tag != "en"])
def test_a_translation_is_complete_and_keeps_the_placeholders(tag: str) -> None:
    english = json.loads((TEXTS / "en.json").read_text(encoding="utf-8"))
    texts = json.loads((TEXTS / f"{tag}.json").read_text(encoding="utf-8"))
    assert list(texts) == list(english)
    for part, originals in english.items():
        assert list(texts[part]) == list(originals)
        for name, original in originals.items():
            assert texts[part][name].strip() == texts[part][name] != ""
            assert placeholders(texts[part][name]) == placeholders(original), name
            assert texts[part][name] != original or original == "Offline", name


def test_only_what_the_parts_say_is_written_out() -> None:
    config = config_of(NEWS + LANGUAGES)
    texts = page_texts(config, ["more/texts.js", "page/update.js"])
    assert list(texts) == ["en", "de", "he", "fr"]
    assert texts["en"] == {}
    assert texts["de"]["NetworkError"] == "Kein Netz."
    assert texts["de"]["updateCheck"].startswith("Der Server")
    assert len(texts["de"]) == len(texts["fr"]) == 17
    assert "serverRefused" not in texts["fr"]


def test_prompt_texts_come_from_the_config_and_language() -> None:
    config = config_of(
        "app: {name: Neues, lang: de}\nnotifications: {}\npermission_prompt: {title: Glocke an?}\n"
        "languages: {de: {texts: {prompt_accept: Gern}}, fr: {app: {name: Nouvelles}}, en: {}}"
    )
    texts = page_texts(config, ["more/permission-prompt.js"])
    assert texts["de"]["promptTitle"] == "Glocke an?"
    assert texts["de"]["promptAccept"] == "Gern"
    assert texts["de"]["promptBody"].startswith("{name} meldet sich")
    assert texts["fr"]["promptTitle"] == "Activer les notifications ?"
    assert texts["fr"]["promptBody"].startswith("Nouvelles vous")
    assert texts["en"] == {}


def test_pages_in_english_stay_english_where_the_app_is_not() -> None:
    config = config_of("app: {name: N, lang: de}\nlanguages: {sv: {texts: {UnknownError: Hoppsan}}}")
    texts = page_texts(config, ["more/texts.js"])
    assert {tag: len(said) for tag, said in texts.items()} == {"de": 16, "sv": 1, "en": 0}


def test_notifications_say_all_that_they_say_in_each_language() -> None:
    config = config_of(NEWS + LANGUAGES)
    pages = {"en": "offline.html", "de": "offline.de.html"}
    sections = script_config(config, offline_pages=pages)
    translations = notification_translations(config)
    assert translations and translations == sections["translations"]
    assert translations["en"] == {
        "options": {"lang": "en", "dir": "ltr"},
        "default": {"title": "News", "body": "There is something new"},
        "actions": ["View", "Later"],
        "sync": [{"title": "{count} new", "body": ""}, {}],
    }
    assert translations["de"] == {
        "options": {"lang": "de", "dir": "ltr"},
        "default": {"title": "Neues", "body": "There is something new"},
        "actions": ["View", "Später"],
        "sync": [{"title": "{count} neue", "body": ""}, {}],
    }
    assert translations["he"]["options"] == {"lang": "he", "dir": "rtl"}
    assert translations["fr"] == translations["en"], "what nobody has translated is still English"
    assert sections["offlinePages"] == pages


def test_the_apps_own_language_may_be_worded_otherwise() -> None:
    config = config_of("app: {name: N, lang: de}\nlanguages: {de: {texts: {offline_heading: Kein Netz}}}")
    assert list(apps(config)) == ["manifest.json"]
    assert offline_texts(config, "de")["offline_heading"] == "Kein Netz"
    assert set(offline_texts(config, "de")) < set(known_texts())


# --- the documentation ---------------------------------------------------------------------------


def test_the_documents_examples_are_right_and_name_every_text() -> None:
    document = (ROOT / "docs/languages.md").read_text(encoding="utf-8")
    examples = re.findall(r"```yaml\n(.*?)```", document, re.DOTALL)
    assert [bool(config_of(example).languages) for example in examples] == [True, True]
    assert [name for name in known_texts() if "_" in name and f"`{name}`" not in document] == []


# --- a build -------------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "public/de").mkdir(parents=True)
    page = "<!doctype html>\n<html{}>\n<head>\n<title>x</title>\n</head>\n<body></body>\n</html>\n"
    (tmp_path / "public/index.html").write_text(page.format(""))
    (tmp_path / "public/de/index.html").write_text(page.format(" lang='de-CH'"))
    (tmp_path / "public/de/x.html").write_text(page.format(" xml:lang=de"))
    (tmp_path / "public/16.html").write_bytes(page.format(' LANG="he"').encode("utf-16"))
    (tmp_path / "public/hand.html").write_text(
        '<html lang="de"><head><link rel="manifest" href="manifest.json"></head></html>'
    )
    (tmp_path / "public/by-hand.html").write_text(
        '<html lang="en"><head><link rel="manifest" href="./manifest.he.json"></head></html>'
    )
    config = f"{NEWS}{LANGUAGES}site: public\noffline: {{precache: ['**']}}\n"
    (tmp_path / "pwagen.yaml").write_text(config, encoding="utf-8")
    return tmp_path


def linked(project: Path, path: str, encoding: str = "utf-8") -> list[str]:
    return re.findall(r'rel="manifest" href="([^"]*)"', (project / "public" / path).read_text(encoding))


def inject(project: Path) -> set[str]:
    inside = plan_into_site(read_project(project, for_injection=True), Policy())
    return {change.path for change in inside.apply() if change.status != "same"}


@pytest.mark.slow
def test_pages_link_the_manifest_of_their_language(project: Path) -> None:
    inject(project)
    assert linked(project, "index.html") == ["manifest.json"]
    assert linked(project, "de/index.html") == ["../manifest.de.json"]
    assert linked(project, "de/x.html") == ["../manifest.de.json"]
    assert linked(project, "16.html", "utf-16") == ["manifest.he.json"]
    assert linked(project, "hand.html") == ["manifest.json"], "what the page says itself stays"
    assert linked(project, "by-hand.html") == ["./manifest.he.json"]


@pytest.mark.slow
def test_a_language_that_comes_or_goes_changes_its_pages_alone(project: Path) -> None:
    inject(project)
    assert inject(project) == set()
    config = project / "pwagen.yaml"
    config.write_text(config.read_text("utf-8").replace("  de:\n    app", "  nl:\n    app"), encoding="utf-8")
    changed = inject(project)
    assert {
        "de/index.html",
        "de/x.html",
        "manifest.nl.json",
        "manifest.de.json",
        "offline.de.html",
    } <= changed
    assert not {"index.html", "16.html"} & changed
    assert not (project / "public/manifest.de.json").exists()
    assert linked(project, "de/index.html") == ["../manifest.json"]


@pytest.mark.slow
def test_undo_gives_the_pages_back(project: Path) -> None:
    def tree() -> dict[str, bytes]:
        site = project / "public"
        return {str(path.relative_to(site)): path.read_bytes() for path in site.rglob("*") if path.is_file()}

    before = tree()
    inject(project)
    assert len(tree()) > len(before)
    plan_out_of_site(read_to_undo(project)).apply()
    assert tree() == before


@pytest.mark.slow
def test_each_languages_offline_page_is_precached_but_no_manifest(project: Path) -> None:
    inject(project)
    inject(project)
    worker = (project / "public/sw.js").read_text(encoding="utf-8")
    stored = re.findall(r'^ +\["([^"]+)", "[^"]+", [01]\]', worker, re.M)
    assert [path for path in stored if path.startswith("offline")] == [
        "offline.css",
        "offline.de.html",
        "offline.fr.html",
        "offline.he.html",
        "offline.html",
    ]
    assert not [path for path in stored if "manifest" in path]
    assert "Kein Netz" in (project / "public/offline.de.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_with_an_offline_page_of_its_own_the_site_keeps_that(project: Path) -> None:
    (project / "public/offline.html").write_text("<h1>Mine</h1>")
    built = {
        artifact.path: artifact.content.decode()
        for artifact in plan(read_project(project))
        if artifact.path.endswith((".html", ".js"))
    }
    assert [path for path in built if path.startswith("offline")] == []
    assert "offlinePages" not in built["sw.js"]
    assert "translations" in built["sw.js"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lang", "said"), [("de", 'lang="de"'), ("sv", 'lang="en"'), ("ar", 'lang="ar" dir="rtl"')]
)
def test_the_offline_page_of_an_app_in_one_language(tmp_path: Path, lang: str, said: str) -> None:
    (tmp_path / "pwagen.yaml").write_text(f"app: {{name: N, lang: {lang}}}\n")
    built = {
        artifact.path: artifact.content.decode()
        for artifact in plan(read_project(tmp_path))
        if artifact.path.endswith((".html", ".js"))
    }
    assert f"<html {said}>" in built["offline.html"]
    assert ("\u2068N\u2069" in built["offline.html"]) == (lang == "ar")
    assert "texts" not in built["register.js"].partition("/* ---- page/core.js")[0]
