"""``pwagen init`` in real folders: what it writes, what it never touches, where the private key goes."""

from __future__ import annotations

import json
import os
import pty
import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import pyvips
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from pwagen.artifacts.icons.monogram import own_color
from pwagen.cli import app as cli
from pwagen.config import load
from pwagen.config.config_schema import json_schema_text
from pwagen.config.model import Config, Monogram
from pwagen.errors import ConfigError, PwagenError
from pwagen.keys.key_pair import generate_key_pair, load_key_pair
from pwagen.site.existing_pwa import ExistingManifest
from pwagen.starter.draft import short_form
from pwagen.starter.starter_files import write_files
from pwagen.starter.takeover import app_members
from pwagen.starter.yaml_text import yaml_value
from tests.folders import ROOT
from tests.site.test_detect import SVG, WORKER, tree

# Each looks at a site and makes a key pair.
pytestmark = pytest.mark.slow

LOGO = SVG.replace("<circle", '<circle fill="#0b3d5c"')
HEAD = """<!doctype html><html lang="en-GB"><head><title>Harbour News</title>
<meta name="description" content="News from the harbour"><meta name="theme-color" content="#0b3d5c">"""


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return tree(tmp_path / "news", {"public/index.html": HEAD})


@pytest.fixture
def drawn(project: Path) -> Path:
    """Return the project with a picture for its icons, which takes a moment to try out."""
    return tree(project, {"public/logo.svg": LOGO})


def init(project: Path, *options: str) -> Result:
    return CliRunner().invoke(cli, ["init", str(project), "--yes", *options])


def made(project: Path, *options: str) -> Config:
    result = init(project, *options)
    assert result.exit_code == 0, result.output
    return load(project / "pwagen.yaml")


def files_in(folder: Path) -> list[str]:
    """Return the files in a folder, the cache's left out."""
    files = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    return sorted(path for path in files if ".pwagen/" not in path)


# --- what is written -----------------------------------------------------------------------------


def test_found_values_become_a_config_that_loads(drawn: Path) -> None:
    config = made(drawn)
    assert config.app.name == "Harbour News"
    assert config.app.short_name is None
    assert (config.app.description, config.app.lang) == ("News from the harbour", "en-GB")
    assert (config.app.theme_color, config.icons.source, config.site) == (
        "#0b3d5c",
        "public/logo.svg",
        "public",
    )
    assert config.notifications and config.notifications.default.title == "Harbour News"
    assert [action.action for action in config.notifications.actions] == ["view", "later"]
    assert config.badge and config.badge.on_push == "add"


def test_only_what_differs_from_the_defaults_is_written(drawn: Path) -> None:
    made(drawn)
    members = yaml.safe_load((drawn / "pwagen.yaml").read_text())
    assert list(members) == ["app", "icons", "site", "notifications", "push", "badge"]
    assert list(members["app"]) == ["name", "description", "theme_color", "background_color", "lang"]


def test_public_key_belongs_to_the_private_one(project: Path) -> None:
    config = made(project)
    pair = load_key_pair((project / "vapid-private.pem").read_bytes())
    assert config.push and config.push.vapid_public_key == pair.public_key
    assert pair.private_key not in (project / "pwagen.yaml").read_text()


def test_each_project_gets_a_pair_of_its_own(project: Path, tmp_path: Path) -> None:
    first, second = (made(path).push for path in (project, tree(tmp_path / "other", {"a/index.html": HEAD})))
    assert first and second and first.vapid_public_key != second.vapid_public_key


def test_empty_folder_is_enough(tmp_path: Path) -> None:
    project = tree(tmp_path / "My app", {})
    project.mkdir()
    result = init(project)
    assert result.exit_code == 0
    assert (
        "note: no picture was found that could become the icon. The letters MA are a placeholder"
        in result.stderr
    )
    config = load(project / "pwagen.yaml")
    assert (config.app.name, config.site, config.icons.source) == ("My app", None, None)
    assert config.icons.monogram == Monogram(text="MA")


def test_logo_of_the_header_becomes_the_icon(project: Path) -> None:
    image = pyvips.Image.thumbnail_buffer(LOGO.encode(), 400).flatten(background=[255, 255, 255])
    page = HEAD + "</head><body><header><img src=img/harbour.jpg alt='Harbour News'></header>"
    tree(project, {"public/index.html": page, "public/img/harbour.jpg": image.jpegsave_buffer()})
    config = made(project)
    assert (config.icons.source, config.icons.monogram) == ("public/img/harbour.jpg", None)
    result = CliRunner().invoke(cli, ["build", str(project)])
    assert result.exit_code == 0
    assert "harbour.jpg: only 400×400 pixels" in result.stderr


def test_logo_that_the_page_draws_becomes_a_file_and_the_icon(project: Path) -> None:
    drawing = '<svg viewBox="0 0 64 64"><circle cx="32" cy="32" r="30" fill="#a01020"/></svg>'
    page = HEAD.replace("#0b3d5c", "") + f"</head><body><header><a class=logo href=/>{drawing}</a></header>"
    tree(project, {"public/index.html": page, "logo.svg": "a note"})
    before = files_in(project)
    result = init(project)
    assert "logo-2.svg         the logo that your page draws, as a file" in result.stdout
    config = load(project / "pwagen.yaml")
    assert (config.icons.source, config.app.theme_color) == ("logo-2.svg", "#a01020")
    assert CliRunner().invoke(cli, ["build", str(project)]).exit_code == 0
    (project / "pwagen.yaml").unlink()
    assert set(before) < set(files_in(project))


def test_drawn_logo_comes_with_the_config_or_not_at_all(project: Path) -> None:
    text, pair = "ap: {name: x}\n", generate_key_pair()
    with pytest.raises(ConfigError):
        write_files(project, text, project / "vapid-private.pem", pair, {"logo.svg": LOGO.encode()})
    with pytest.raises(PwagenError, match=r"index\.html exists"):
        write_files(project, text, project / "vapid-private.pem", pair, {"public/index.html": LOGO.encode()})
    assert files_in(project) == ["public/index.html"]
    assert (project / "public/index.html").read_text() == HEAD


def test_app_without_a_picture_is_installable_and_marked_as_a_placeholder(project: Path) -> None:
    made(project)
    result = CliRunner().invoke(cli, ["build", str(project), "--json"])
    assert result.exit_code == 0, result.output
    assert (
        "pwagen.yaml:13:13: icons.monogram: the icons are a placeholder, until there is a logo"
        in result.stderr
    )
    manifest = json.loads((project / "dist/manifest.json").read_text())
    assert {(icon["sizes"], icon["purpose"]) for icon in manifest["icons"]} == {
        ("192x192", "any"), ("512x512", "any"), ("192x192", "maskable"), ("512x512", "maskable"),
        ("96x96", "monochrome"),
    }  # fmt: skip


def test_name_whose_letters_cannot_be_drawn_gets_a_pattern(project: Path) -> None:
    result = init(project, "--name", "龘龘")
    assert load(project / "pwagen.yaml").icons.monogram == Monogram(design="pattern")
    assert "A pattern is a placeholder" in result.stderr


def test_result_and_notes_are_apart_and_tell_the_next_command(drawn: Path) -> None:
    result = init(drawn)
    assert result.stdout.splitlines()[-1].strip() == f"pwagen build {drawn} --inject"
    assert [line.split()[0] for line in result.stdout.splitlines()[:3]] == [
        ".gitignore", "vapid-private.pem", "pwagen.yaml",
    ]  # fmt: skip
    assert result.stderr == ""


def test_name_and_site_can_be_given(project: Path) -> None:
    tree(project, {"web/index.html": HEAD})
    config = made(project, "--name", "Tides", "--site", "web")
    assert (config.app.name, config.app.short_name, config.site) == ("Tides", None, "web")


@pytest.mark.parametrize("site", ["none", "../none", "public/index.html"])
def test_site_that_is_no_folder_of_the_project_is_refused(project: Path, site: str) -> None:
    result = init(project, "--site", site)
    assert result.exit_code != 0 and isinstance(result.exception, PwagenError)
    assert "no such folder inside" in str(result.exception)
    assert files_in(project) == ["public/index.html"]


def test_site_that_is_not_built_yet_is_written_as_a_comment(tmp_path: Path) -> None:
    project = tree(tmp_path, {"mkdocs.yml": "site_name: Tides"})
    result = init(project)
    config = load(project / "pwagen.yaml")
    assert (config.app.name, config.site) == ("Tides", None)
    assert "\n# site: site  #" in (project / "pwagen.yaml").read_text()
    assert "MkDocs has not built site yet" in result.stderr


def test_an_unusable_icon_source_is_skipped_with_a_reason(drawn: Path) -> None:
    square = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'
    tree(drawn, {"public/index.html": f"{HEAD}<link rel=icon href=square.svg>", "public/square.svg": square})
    result = init(drawn)
    assert load(drawn / "pwagen.yaml").icons.source == "public/logo.svg"
    assert "note: public/square.svg is not taken over: " in result.stderr
    assert "would be a filled square" in result.stderr


COLORS = {
    "variable": ("<style>:root{--brand-color: var(--blue); --blue:#123456}</style>", "#123456", "#ffffff"),
    "framework": ("<style>:root{--bs-primary:#0d6efd}body{background:#FAF}</style>", "#0d6efd", "#FAF"),
    "header": ("<style>.top{background:navy} header{background: teal}</style>", "teal", "#ffffff"),
    "light and dark": (
        "<style>header{background:var(--top,red)}:root{--bg:#fff;--top:#036}body{background:var(--bg)}"
        "@media (prefers-color-scheme: dark){:root{--bg:#111;--top:#012}}</style>",
        "#036", "#fff",
    ),
    "logo": ("<link rel=icon href=logo.svg>", "#0b3d5c", "#ffffff"),
    "nothing": ("<style>nav{background:#0000}body{background:url(a.png)}</style>", "", "#ffffff"),
}  # fmt: skip


@pytest.mark.parametrize("name", COLORS)
def test_colours_fit_the_site(tmp_path: Path, name: str) -> None:
    head, theme, background = COLORS[name]
    files: dict[str, str | bytes] = {"index.html": f"<title>Tides</title>{head}"}
    if name == "logo":
        files["logo.svg"] = LOGO
    app = made(tree(tmp_path, files)).app
    assert (app.theme_color, app.background_color) == (theme or own_color("Tides"), background)
    if name == "light and dark":
        assert app.color_scheme_dark
        assert (app.color_scheme_dark.theme_color, app.color_scheme_dark.background_color) == ("#012", "#111")
    else:
        assert app.color_scheme_dark is None


def test_colours_of_page_and_manifest_come_first(tmp_path: Path) -> None:
    dark = "(prefers-color-scheme: dark)"
    css = f"<style>:root{{--brand:red}}body{{background:red}}@media {dark}{{body{{background:#111}}}}</style>"
    head = f'<meta name=theme-color content="#0b3d5c"><meta name=theme-color media="{dark}" content="#000">'
    manifest = '{"name": "Tides", "background_color": "#eee"}'
    app = made(tree(tmp_path, {"index.html": head + css, "manifest.json": manifest})).app
    assert (app.theme_color, app.background_color) == ("#0b3d5c", "#eee")
    assert app.color_scheme_dark
    assert (app.color_scheme_dark.theme_color, app.color_scheme_dark.background_color) == ("#000", "#111")


def test_colour_that_no_icon_can_be_painted_in_is_kept_and_the_monogram_has_another(tmp_path: Path) -> None:
    app = made(tree(tmp_path, {"index.html": "<style>:root{--brand:oklch(0.5 0.1 200)}</style>"})).app
    assert app.theme_color == "oklch(0.5 0.1 200)"
    assert CliRunner().invoke(cli, ["build", str(tmp_path)]).exit_code == 0


def test_colour_that_is_none_is_left_out_with_the_reason(project: Path) -> None:
    tree(project, {"public/index.html": HEAD.replace("#0b3d5c", "harbour-blue")})
    result = init(project)
    assert load(project / "pwagen.yaml").app.theme_color == own_color("Harbour News")
    assert "note: theme_color is not taken over: " in result.stderr


# --- nasty texts ---------------------------------------------------------------------------------

NASTY = [
    "Käse & Brot 🧀", 'He said: "no" \\ {x} [y] #z', "yes", "null", "1.0", "0x10", "~", "- a", "? b", "a: b",
    "a #b", "@x", "%x", "`", "!!python/object:x", "&a", "*a", "'", '"', "\\", "{{ 7 * 7 }}", "{% raw %}", "|",
    "</script>", "a\u2028b", "\ufeffa", "a\x7fb\x85c", "  a  b  ", "x" * 5000, "العربية", "e\u0301", ">",
    "\U0001f468\u200d\U0001f469", "=", "<<", "2001-01-01", "012", "1e3", "---",
]  # fmt: skip


@pytest.mark.parametrize("title", NASTY)
def test_any_name_is_read_back_as_it_is(project: Path, title: str) -> None:
    config = made(project, "--name", title)
    assert config.app.name == title
    assert config.notifications and config.notifications.default.title == title


@pytest.mark.parametrize("title", ["a: &quot;b&quot;", "{&quot;: 🧀", "- x\n# y", "&#0;&#27;[31m"])
def test_any_title_of_a_page_gives_a_config_that_loads(project: Path, title: str) -> None:
    tree(project, {"public/index.html": f"<title>{title}</title>"})
    assert made(project).app.name


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
@example("\x00\x85\u2028\ud7ff\ue000\ufeff\ufffe\U0010ffff")
def test_yaml_text_reads_back_as_the_same_value(value: Any) -> None:
    text = yaml_value(value)
    assert "\n" not in text
    assert yaml.safe_load(f"key: {text}\n") == {"key": value}


def test_half_a_character_does_not_stop_the_file() -> None:
    assert yaml.safe_load(yaml_value("a\ud83d")) == "a\ufffd"


def test_short_form_ends_at_a_word() -> None:
    names = {
        "Harbour News": "",
        "Harbour News Daily": "Harbour News",
        "Antidisestablishment": "",
        "A & B – longer": "A & B",
    }
    assert {name: short_form(name) for name in names} == names


# --- an existing manifest and worker -------------------------------------------------------------

MANIFEST = {
    "name": "Old Harbour",
    "short_name": "Old",
    "start_url": "/?source=pwa",
    "scope": "/",
    "display": "minimal-ui",
    "background_color": "#ffffff",
    "theme_color": "navy",
    "orientation": "portrait",
    "gcm_sender_id": "103953800507",
    "categories": ["news"],
    "shortcuts": [{"name": "Tides", "url": "/tides/?a=1", "icons": [{"src": "/t.png", "sizes": "96x96"}]}],
    "icons": [{"src": "logo.svg", "sizes": "any"}],
    "share_target": {"action": "/share", "params": {"title": "t"}},
}


def test_existing_manifest_is_taken_over(project: Path) -> None:
    tree(project, {"public/manifest.json": json.dumps(MANIFEST)})
    app = made(project).app
    assert (app.name, app.short_name, app.display) == ("Old Harbour", "Old", "minimal-ui")
    assert (app.theme_color, app.background_color, app.orientation) == ("navy", "#ffffff", "portrait")
    assert (app.start_url, app.scope, app.categories) == ("./?source=pwa", "./", ("news",))
    assert (app.shortcuts[0].url, app.shortcuts[0].icons[0].src) == ("tides/?a=1", "t.png")
    assert app.share_target and app.share_target.action == "share"
    assert app.lang == "en-GB"


@pytest.mark.parametrize("icons", ["none", [{"sizes": "any"}]])
def test_icons_that_cannot_be_used_are_left_out(project: Path, icons: object) -> None:
    tree(project, {"public/manifest.json": json.dumps({"name": "Old", "icons": icons})})
    result = init(project)
    assert load(project / "pwagen.yaml").icons.files == ()
    assert re.search(r"^left out +icons +none can be used", result.stdout, re.MULTILINE), result.stdout


def test_members_that_cannot_be_kept_are_told_and_the_rest_is(project: Path) -> None:
    members = {"name": "Old", "display": "widescreen", "orientation": 5, "shortcuts": "none", "lang": "de"}
    tree(project, {"public/manifest.json": json.dumps(members)})
    result = init(project)
    app = load(project / "pwagen.yaml").app
    assert (app.name, app.display, app.orientation, app.shortcuts, app.lang) == (
        "Old",
        "standalone",
        None,
        (),
        "de",
    )
    for name in ("display", "orientation", "shortcuts"):
        assert re.search(rf"^left out +{name} +\S", result.stdout, re.MULTILINE)


def table(output: str) -> list[str]:
    """Return the rows of what became of a manifest, each on one line with single spaces."""
    rows = re.findall(r"^(?:taken|changed|added|left out) .*(?:\n {10}.*)*", output, re.MULTILINE)
    return [" ".join(re.sub(r"-\n\s+", "-", row).split()) for row in rows]


def test_what_became_of_each_member_is_listed(project: Path) -> None:
    manifest = """{ // of the former site
        "name": "Old Harbour", "short_name": "", "start_url": "/app/start?x=1", "theme_color": "navy",
        "categories": [], "gcm_sender_id": "1", "orientation": 5, "version": 3,
    }"""
    tree(project, {"public/manifest.json": manifest})
    assert table(init(project).stdout) == [
        "taken name",
        "taken start_url",
        "taken theme_color",
        "changed manifest.json has comments and trailing commas, which JSON does not have",
        'changed display is now "standalone", not a tab',
        "changed scope is the whole site, not app/ alone",
        "added background_color is #ffffff, for the splash screen",
        "left out orientation 5 is not allowed here - write any, natural, landscape, portrait, "
        "portrait-primary, portrait-secondary, landscape-primary or landscape-secondary",
        "left out categories is empty",
        "left out short_name is empty",
        "left out gcm_sender_id browsers don't know it",
        "left out version browsers don't know it",
    ]


@pytest.mark.parametrize("where", [{"start_url": "/app/", "scope": "/app/"}, {"start_url": "/"}, {}])
def test_members_that_say_what_the_app_gets_anyway_are_not_listed_as_changed(
    project: Path, where: dict[str, str]
) -> None:
    members = {"name": "Old Harbour", "display": "fullscreen", "id": "/old"} | where
    tree(project, {"public/manifest.json": json.dumps(members)})
    assert [row for row in table(init(project).stdout) if row.startswith("changed")] == []


def test_the_next_command_can_be_pasted(tmp_path: Path) -> None:
    folder = tree(tmp_path / "s ü", {"public/index.html": HEAD})
    assert init(folder).stdout.splitlines()[-1].strip() == f"pwagen build '{folder}' --inject"


def test_the_next_command_is_the_one_of_the_readme(tmp_path: Path) -> None:
    folder = tree(tmp_path / "harbour", {"public/index.html": HEAD})
    ran = subprocess.run(
        [sys.executable, "-m", "pwagen", "init", "--yes"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    command = ran.stdout.splitlines()[-1].strip()
    assert f"pwagen init --site public --yes\n{command}\n" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_where_pages_are_templates_nothing_is_injected(tmp_path: Path) -> None:
    folder = tree(tmp_path / "shop", {"manage.py": "", "templates/base.html": "<title>Shop</title>"})
    assert init(folder).stdout.splitlines()[-1].strip() == f"pwagen build {folder}"


def test_a_site_outside_is_told_apart_from_none(project: Path) -> None:
    (project.parent / "built").mkdir()
    said = str(init(project, "--site", "../built").exception)
    assert f"../built: lies outside of {project}" in said
    assert "`site: ../built`" in said
    assert files_in(project) == ["public/index.html"]


def test_editors_find_the_schema(project: Path) -> None:
    init(project)
    first = (project / "pwagen.yaml").read_text().splitlines()[0]
    schema = project / first.removeprefix("# yaml-language-server: $schema=")
    assert schema.read_text() == json_schema_text()
    schema.write_text("of an earlier version")
    CliRunner().invoke(cli, ["build", str(project)])
    assert schema.read_text() == json_schema_text()


@pytest.mark.parametrize(
    ("prefix", "members", "start_url", "identity"),
    [
        ("/", {"start_url": "/"}, "./", None),
        ("/", {"start_url": "."}, "./", None),
        ("/", {"start_url": "/app/?x#y"}, "app/?x#y", None),
        ("/repo/", {"start_url": "/repo/"}, "./", None),
        ("/repo/", {"start_url": "./a"}, "a", None),
        ("/repo/", {"start_url": "/"}, "./", "/"),
        ("/", {"start_url": "/", "id": "/?homescreen=1"}, "./", "/?homescreen=1"),
    ],
)
def test_app_keeps_its_identity(
    prefix: str, members: dict[str, Any], start_url: str, identity: str | None
) -> None:
    taken = app_members(ExistingManifest("manifest.json", prefix, members))
    assert (taken["start_url"], taken.get("id")) == (start_url, identity)


def test_addresses_are_relative_to_the_manifest_that_has_them() -> None:
    members = {
        "start_url": "../",
        "shortcuts": [{"name": "x", "url": "a"}, {"name": "y", "url": "//other.example/b"}],
    }
    taken = app_members(ExistingManifest("pwa/app.json", "/", members))
    assert taken["start_url"] == "./"
    assert [shortcut["url"] for shortcut in taken["shortcuts"]] == ["pwa/a", "//other.example/b"]


def test_existing_worker_is_reported_and_left_alone(project: Path) -> None:
    tree(project, {"public/sw.js": WORKER})
    result = init(project)
    assert "note: the site has a service worker already, sw.js" in result.stderr
    assert "worker: {hooks: …}" in result.stderr
    assert (project / "public/sw.js").read_text() == WORKER


# --- never overwritten, all or nothing -----------------------------------------------------------


def test_existing_config_is_never_touched(project: Path) -> None:
    (project / "pwagen.yaml").write_text("mine")
    before = files_in(project)
    result = init(project)
    assert isinstance(result.exception, PwagenError) and "is left as it is" in str(result.exception)
    assert files_in(project) == before
    assert (project / "pwagen.yaml").read_text() == "mine"


def test_config_that_appears_meanwhile_is_not_replaced(project: Path) -> None:
    made(project)
    text = (project / "pwagen.yaml").read_text()
    for name in (".gitignore", "vapid-private.pem"):
        (project / name).unlink()
    (project / "pwagen.yaml").write_text("mine")
    with pytest.raises(PwagenError, match="is left as it is"):
        write_files(project, text, project / "vapid-private.pem", generate_key_pair())
    assert files_in(project) == ["public/index.html", "pwagen.yaml"]
    assert (project / "pwagen.yaml").read_text() == "mine"


def test_text_with_a_mistake_is_not_written(project: Path) -> None:
    before = files_in(project)
    with pytest.raises(ConfigError, match=r"pwagen\.yaml:1"):
        write_files(project, "ap: {name: x}\n", project / "vapid-private.pem", generate_key_pair())
    assert files_in(project) == before


def test_link_in_place_of_the_config_is_not_followed(project: Path) -> None:
    (project / "pwagen.yaml").symlink_to(project.parent / "elsewhere.yaml")
    assert isinstance(init(project).exception, PwagenError)
    assert not (project.parent / "elsewhere.yaml").exists()
    assert not (project / "vapid-private.pem").exists()


def test_second_run_changes_nothing(project: Path) -> None:
    made(project)
    before = {name: (project / name).read_bytes() for name in files_in(project)}
    assert isinstance(init(project).exception, PwagenError)
    assert {name: (project / name).read_bytes() for name in files_in(project)} == before


def test_existing_key_is_used_not_replaced(project: Path) -> None:
    first = made(project)
    key = (project / "vapid-private.pem").read_bytes()
    (project / "pwagen.yaml").unlink()
    result = init(project)
    assert "it was there already" in result.stdout
    assert load(project / "pwagen.yaml").push == first.push
    assert (project / "vapid-private.pem").read_bytes() == key


def test_file_that_is_no_key_stops_everything(project: Path) -> None:
    (project / "vapid-private.pem").write_text("not a key")
    before = files_in(project)
    assert isinstance(init(project).exception, PwagenError)
    assert files_in(project) == before


def test_failure_at_the_last_step_leaves_nothing_behind(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / ".gitignore").write_text("*.log")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "pwagen.yaml")

    monkeypatch.setattr("pwagen.starter.starter_files._publish", full)
    result = init(project)
    assert "No space left on device - nothing was written" in str(result.exception)
    assert files_in(project) == [".gitignore", "public/index.html"]
    assert (project / ".gitignore").read_text() == "*.log"


def test_missing_folder_is_told(tmp_path: Path) -> None:
    result = init(tmp_path / "none")
    assert "no such folder" in str(result.exception)
    assert not (tmp_path / "none").exists()


# --- the private key -----------------------------------------------------------------------------


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_private_key_is_for_its_owner_alone_and_the_config_for_all(project: Path) -> None:
    old = os.umask(0o022)
    try:
        made(project)
    finally:
        os.umask(old)
    assert (mode(project / "vapid-private.pem"), mode(project / "pwagen.yaml")) == (0o600, 0o644)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, b"vapid-private.pem\n"),
        (b"", b"vapid-private.pem\n"),
        (b"*.log", b"*.log\nvapid-private.pem\n"),
        (b"*.log\r\n", b"*.log\r\nvapid-private.pem\n"),
        (b"/vapid-private.pem\nx\n", b"/vapid-private.pem\nx\n"),
        (b"x\nvapid-private.pem", b"x\nvapid-private.pem"),
        (b"!vapid-private.pem\n", b"!vapid-private.pem\nvapid-private.pem\n"),
    ],
)
def test_git_ignores_the_key(project: Path, before: bytes | None, after: bytes) -> None:
    if before is not None:
        (project / ".gitignore").write_bytes(before)
    made(project)
    assert (project / ".gitignore").read_bytes() == after
    subprocess.run(["git", "init", "-q", project], check=True)
    ignored = subprocess.run(["git", "-C", project, "check-ignore", "-q", "vapid-private.pem"], check=False)
    assert ignored.returncode == 0


@pytest.mark.parametrize("options", [[], ["--site", "."]])
def test_key_of_a_project_that_is_published_itself_goes_elsewhere(
    tmp_path: Path, home: Path, options: list[str]
) -> None:
    project = tree(tmp_path / "site", {"index.html": HEAD})
    config = made(project, *options)
    assert config.site == "."
    assert files_in(project) == ["index.html", "pwagen.yaml"]
    (key,) = (home / ".config" / "pwagen").glob("*/*")
    assert key.parent.name.startswith("harbour-news-")
    assert (mode(key), mode(key.parent)) == (0o600, 0o700)
    text = (project / "pwagen.yaml").read_text()
    assert f"~/.config/pwagen/{key.parent.name}/vapid-private.pem" in text
    assert str(home) not in text


def test_configuration_folder_of_the_user_is_respected(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "xdg"))
    result = init(tree(tmp_path, {"index.html": HEAD}))
    (key,) = (home / "xdg" / "pwagen").glob("*/vapid-private.pem")
    assert f"~/xdg/pwagen/{key.parent.name}/vapid-private.pem" in result.stdout


def test_key_is_refused_where_even_the_home_folder_is_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    result = init(tree(tmp_path, {"index.html": HEAD}))
    assert "would be published, too" in str(result.exception)
    assert files_in(tmp_path) == ["index.html"]


# --- asking --------------------------------------------------------------------------------------


def run(project: Path, *options: str, **streams: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pwagen", "init", str(project), *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, **streams)


def test_yes_asks_nothing(drawn: Path) -> None:
    result = run(drawn, "--yes", stdin=subprocess.DEVNULL)
    assert (result.returncode, result.stderr) == (0, "")
    assert load(drawn / "pwagen.yaml").app.name == "Harbour News"


def test_without_a_terminal_nothing_is_asked_and_that_is_told(project: Path) -> None:
    result = run(project, input="")
    assert result.returncode == 0
    assert result.stderr.startswith("There is nobody to ask")


def test_mistakes_exit_with_2_and_without_a_traceback(project: Path) -> None:
    (project / "pwagen.yaml").write_text("")
    result = run(project, "--yes", stdin=subprocess.DEVNULL)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    assert len(result.stderr.splitlines()) == 1


def asked(project: Path, answers: list[str], *options: str) -> tuple[str, Config]:
    """Return what was asked for at a real terminal, and the config that the answers gave."""
    terminal, stdin = pty.openpty()
    try:
        os.write(terminal, "".join(f"{answer}\n" for answer in answers).encode())
        result = run(project, *options, stdin=stdin)
    finally:
        os.close(terminal)
        os.close(stdin)
    assert result.returncode == 0, result.stderr
    return result.stderr, load(project / "pwagen.yaml")


def test_found_values_are_the_answers_of_who_only_presses_enter(drawn: Path, tmp_path: Path) -> None:
    questions, config = asked(drawn, [""] * 5)
    assert "Name [Harbour News]:" in questions
    other = tree(tmp_path / "other", {"public/index.html": HEAD, "public/logo.svg": LOGO})
    assert config.app == made(other).app
    assert config.icons == load(other / "pwagen.yaml").icons


def test_wrong_answers_are_asked_for_again(project: Path) -> None:
    tree(project, {"web/index.html": "<title>Web</title>", "mark.svg": LOGO})
    questions, config = asked(
        project, ["nowhere", "web", "My: app", "My", "bluish", "#fff", "no.svg", "mark.svg"]
    )
    assert (config.site, config.app.name, config.app.short_name) == ("web", "My: app", "My")
    assert (config.app.theme_color, config.icons.source) == ("#fff", "mark.svg")
    assert "nowhere: no such folder" in questions and "no.svg: cannot be read" in questions
    assert questions.count("Theme colour") == 2


def test_name_that_was_given_is_not_asked_for(project: Path) -> None:
    questions, config = asked(project, [""] * 4, "--name", "Tides")
    assert config.app.name == "Tides"
    assert "Harbour" not in questions


# --- what comes after ----------------------------------------------------------------------------


def test_build_works_on_what_init_wrote(drawn: Path) -> None:
    made(drawn)
    result = CliRunner().invoke(cli, ["build", str(drawn)])
    assert result.exit_code == 0, result.output
    manifest = json.loads((drawn / "dist" / "manifest.json").read_text())
    assert manifest["name"] == "Harbour News"
    assert (drawn / "dist" / "sw.js").is_file()


def test_builds_of_a_project_that_is_published_itself_agree(tmp_path: Path) -> None:
    project = tree(tmp_path / "site", {"index.html": HEAD, "logo.svg": LOGO})
    made(project)
    for _ in range(2):
        assert CliRunner().invoke(cli, ["build", str(project)]).exit_code == 0
    assert CliRunner().invoke(cli, ["build", str(project), "--check"]).exit_code == 0
    assert "dist/" not in (project / "dist" / "sw.js").read_text()


# --- what other pages than the start page have of an app ------------------------------------------


@pytest.mark.parametrize(
    ("files", "noted"),
    [
        (
            {"public/tides/index.html": f'{HEAD}<link rel="manifest" href="https://cdn.example/m.json">'},
            "tides/",
        ),
        ({"public/manifest.json": "{no: json}"}, "manifest.json is there already"),
        ({"public/bundle.js": "navigator.serviceWorker.register(url)"}, "bundle.js registers"),
        ({"public/offline.html": HEAD, "public/offline.css": "a {}"}, ""),
    ],
    ids=["a manifest on a CDN", "a broken manifest", "a worker of a bundle", "an offline page"],
)
def test_what_init_writes_is_enough_to_build_in_place(
    project: Path, files: dict[str, str | bytes], noted: str
) -> None:
    tree(project, files)
    assert noted in init(project).stderr
    result = CliRunner().invoke(cli, ["build", str(project), "--inject"])
    assert result.exit_code == 0, result.output + str(result.exception)


def test_a_site_that_an_earlier_build_went_into_has_no_conflict(project: Path) -> None:
    init(project)
    assert CliRunner().invoke(cli, ["build", str(project), "--inject"]).exit_code == 0
    (project / "pwagen.yaml").unlink()
    assert "registers a service worker" not in init(project).stderr
    assert "worker: ignore" not in (project / "pwagen.yaml").read_text()


@pytest.mark.parametrize(
    ("files", "edit", "page"),
    [
        (
            {"manage.py": "import django"},
            '"pwagen.integrations.django" into INSTALLED_APPS',
            "docs/django.md",
        ),
        ({"app.py": "from flask import Flask"}, "FlaskPwagen(app)", "docs/flask.md"),
        ({"main.py": "from fastapi import FastAPI"}, "StarlettePwagen(app)", "docs/fastapi.md"),
    ],
)
def test_a_framework_that_serves_the_app_itself_gets_edits_rather_than_a_build(
    tmp_path: Path, files: dict[str, str | bytes], edit: str, page: str
) -> None:
    folder = tree(tmp_path / "shop", files)
    last = init(folder).stdout.partition("Next: ")[2]
    assert edit in last
    assert page in last
    assert "pwagen build" not in last
