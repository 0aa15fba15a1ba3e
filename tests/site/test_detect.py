"""What a first look finds in folders of every kind, broken and hostile ones included."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
import pyvips

from pwagen.artifacts.icons.ico import ico
from pwagen.site.detect import SiteFacts, detect_site
from pwagen.site.existing_pwa import ExistingWorker

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><circle cx="32" cy="32" r="30"/></svg>'
WIDE_SVG = SVG.replace("0 0 64 64", "0 0 640 64")
PAGE = "<!doctype html><html lang=en><title>Tides</title><body>"


def tree(root: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def png(width: int, height: int | None = None) -> bytes:
    content: bytes = pyvips.Image.black(width, height or width).pngsave_buffer()
    return content


# --- generators and published folders ------------------------------------------------------------

SHAPES: dict[str, tuple[dict[str, str | bytes], str | None, str | None]] = {
    "plain": ({"index.html": PAGE}, None, "."),
    "plain public": ({"public/index.html": PAGE, "index.html": PAGE}, None, "public"),
    "plain www": ({"www/index.html": PAGE}, None, "www"),
    "nothing": ({"notes.txt": ""}, None, None),
    "mkdocs": ({"mkdocs.yml": "site_name: Tides", "site/index.html": PAGE}, "MkDocs", "site"),
    "mkdocs elsewhere": (
        {"mkdocs.yml": "site_name: Tides\nsite_dir: 'out/html' # here", "out/html/index.html": PAGE},
        "MkDocs", "out/html",
    ),
    "hugo": ({"hugo.toml": "title = 'Tides'", "public/index.html": PAGE}, "Hugo", "public"),
    "hugo moved": (
        {"config.toml": 'baseURL = "https://example.org"\npublishDir = "web"', "web/index.html": PAGE},
        "Hugo", "web",
    ),
    "sphinx": ({"conf.py": "project = 'Tides'", "_build/html/index.html": PAGE}, "Sphinx", "_build/html"),
    "sphinx docs": (
        {"docs/conf.py": "project = 'Tides'", "docs/_build/html/index.html": PAGE},
        "Sphinx", "docs/_build/html",
    ),
    "sphinx source": (
        {"docs/source/conf.py": "project = 'Tides'", "docs/build/html/index.html": PAGE},
        "Sphinx", "docs/build/html",
    ),
    "pelican": ({"pelicanconf.py": "SITENAME = 'Tides'", "output/index.html": PAGE}, "Pelican", "output"),
    "jekyll": (
        {"_config.yml": "title: Tides", "index.html": "---\n---\n", "_site/index.html": PAGE},
        "Jekyll", "_site",
    ),
    "eleventy": ({".eleventy.js": "module.exports = {}", "_site/index.html": PAGE}, "Eleventy", "_site"),
    "eleventy moved": (
        {"eleventy.config.mjs": 'export const config = {\n  output: "web",\n};', "web/index.html": PAGE},
        "Eleventy", "web",
    ),
    "astro": ({"astro.config.mjs": "export default {}", "dist/index.html": PAGE}, "Astro", "dist"),
    "vite": (
        {"vite.config.ts": "export default {}", "index.html": "<title>App</title>", "dist/index.html": PAGE},
        "Vite", "dist",
    ),
    "zola": ({"config.toml": 'base_url = "/"\ntitle = "Tides"', "public/index.html": PAGE}, "Zola", "public"),
    "zola moved": (
        {"zola.toml": 'base_url = "/"\noutput_dir = "web"\ntitle = "Tides"', "web/index.html": PAGE},
        "Zola", "web",
    ),
    "next export": (
        {"next.config.mjs": 'export default { output: "export" };', "out/index.html": PAGE}, "Next", "out",
    ),
    "next server": ({"next.config.js": "module.exports = {}", "public/index.html": PAGE}, "Next", None),
    "django": ({"manage.py": "import django", "site/index.html": PAGE}, "Django", None),
    "flask": ({"app.py": "from flask import Flask\n"}, "Flask", None),
    "fastapi": ({"main.py": "from fastapi import FastAPI\n"}, "FastAPI", None),
    "other app": ({"app.py": "print('flask')", "public/index.html": PAGE}, None, "public"),
    "other config": ({"config.yaml": "debug: true", "public/index.html": PAGE}, None, "public"),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_generator_and_published_folder(tmp_path: Path, shape: str) -> None:
    files, generator, site = SHAPES[shape]
    facts = detect_site(tree(tmp_path, files))
    assert (facts.generator, facts.site) == (generator, site)


UNBUILT = [
    "mkdocs",
    "hugo",
    "sphinx",
    "sphinx docs",
    "sphinx source",
    "pelican",
    "jekyll",
    "eleventy moved",
    "zola",
    "zola moved",
]


@pytest.mark.parametrize("shape", UNBUILT)
def test_site_that_is_not_built_yet_is_announced(tmp_path: Path, shape: str) -> None:
    files, generator, site = SHAPES[shape]
    facts = detect_site(tree(tmp_path, {name: text for name, text in files.items() if text != PAGE}))
    assert (facts.generator, facts.site, facts.unbuilt) == (generator, None, site)
    assert facts.title == ("" if "eleventy" in shape else "Tides")


@pytest.mark.parametrize("title", ["title()", "{title}", "$TITLE", "names[0]"])
def test_a_setting_that_is_an_expression_is_no_text(tmp_path: Path, title: str) -> None:
    facts = detect_site(tree(tmp_path, {"conf.py": f"html_theme = 'furo'\nproject = {title}\n"}))
    assert (facts.generator, facts.title) == ("Sphinx", "")


def test_output_folder_outside_of_the_project_is_not_taken(tmp_path: Path) -> None:
    tree(tmp_path, {"out/index.html": PAGE, "project/mkdocs.yml": "site_dir: ../out"})
    facts = detect_site(tmp_path / "project")
    assert (facts.site, facts.unbuilt) == (None, None)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("mkdocs-1.6.1, mkdocs-material-9.5", "MkDocs"),
        ("Hugo 0.139.0", "Hugo"),
        ("Eleventy v3", "Eleventy"),
        ("X", None),
    ],
)
def test_generator_is_known_from_a_finished_page(tmp_path: Path, content: str, name: str | None) -> None:
    tree(tmp_path, {"index.html": f'<meta name="generator" content="{content}">'})
    assert detect_site(tmp_path).generator == name


def test_given_folder_counts(tmp_path: Path) -> None:
    tree(tmp_path, {"index.html": PAGE, "web/index.html": PAGE.replace("Tides", "Web")})
    facts = detect_site(tmp_path, "web")
    assert (facts.site, facts.title) == ("web", "Web")


# --- the page ------------------------------------------------------------------------------------


def facts_of(tmp_path: Path, html: str | bytes) -> SiteFacts:
    return detect_site(tree(tmp_path, {"index.html": html}))


def test_page_tells_what_the_site_is(tmp_path: Path) -> None:
    facts = facts_of(
        tmp_path,
        """<!DOCTYPE html><HTML Lang="pt-BR" dir=RTL><head>
        <META content="Mar&eacute;s  &amp; portos" name=Description>
        <meta name="theme-color" content="#071622" media="(prefers-color-scheme: dark)">
        <meta name="theme-color" content="#0b3d5c" media="(prefers-color-scheme: light)">
        <title>
           Marés — início </title><meta property="og:site_name" content="Marés"></head>
        <body><title>no</title><meta name=theme-color content=red>""",
    )
    assert (facts.title, facts.description) == ("Marés", "Marés & portos")
    assert (facts.lang, facts.dir) == ("pt-BR", "rtl")
    assert (facts.theme_color, facts.dark_theme_color) == ("#0b3d5c", "#071622")


@pytest.mark.parametrize(
    ("html", "title"),
    [
        (b"\xef\xbb\xbf<title>M\xc3\xa4rz</title>", "März"),
        ("<title>März</title>".encode("utf-16"), "März"),
        (b"<meta charset=iso-8859-1><title>M\xe4rz \x80</title>", "März €"),
        (b"<meta charset=no-such><title>M\xc3\xa4rz</title>", "März"),
        (b"<meta charset=hex><title>M\xc3\xa4rz</title>", "März"),
        (b"<title>M\xe4rz</title>", "M\ufffdrz"),
        (b"<title>a</title><title>b</title>", "a"),
        (b"<title>{% block title %}{{ page.title }}{% endblock %}</title>", ""),
        (b"<title></title>", ""),
        (b"<title>never ends", "never ends"),
        (b"", ""),
    ],
)
def test_title_in_any_encoding(tmp_path: Path, html: bytes, title: str) -> None:
    assert facts_of(tmp_path, html).title == title


def test_template_that_pages_share_is_read_where_none_is_published(tmp_path: Path) -> None:
    files = {"manage.py": "django", "shop/templates/base.html": "<html lang=fr><title>Boutique</title>"}
    facts = detect_site(tree(tmp_path, dict(files)))
    assert (facts.title, facts.lang) == ("Boutique", "fr")


HOSTILE = {
    "open tags": "<" * 300_000,
    "open comments": "<!--" * 60_000,
    "open declarations": "<![" * 80_000,
    "attributes": "<a " + "x " * 100_000,
    "quotes": "<a href='" * 30_000,
    "script sources": "<script src" * 20_000,
    "register": "serviceWorker.register(" * 10_000,
    "references": "&" * 200_000,
    "nulls": "\0" * 200_000,
    "marked section": "<![if x]><!DOCTYPE [<!x",
    "title": "<title>" + "x" * 200_000,
}


@pytest.mark.parametrize("html", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_page_costs_little(tmp_path: Path, html: str) -> None:
    started = time.process_time()
    facts_of(tmp_path, html)
    assert time.process_time() - started < 1


# --- icons ---------------------------------------------------------------------------------------


def test_linked_icons_are_preferred_to_named_ones_and_svg_to_png(tmp_path: Path) -> None:
    head = """<link rel="shortcut icon" href="/img/brand.png?v=2"><link rel="apple-touch-icon" href="big.png">
        <link rel=icon href="drawn.svg"><link rel="mask-icon" href="mask.svg"><link rel=icon href="wide.svg">
        <link rel=icon href="favicon.ico"><link rel=icon href="https://cdn.example/x.svg">"""
    tree(tmp_path, {"img/brand.png": png(192), "big.png": png(512), "drawn.svg": SVG, "mask.svg": SVG})
    tree(
        tmp_path,
        {"wide.svg": WIDE_SVG, "favicon.ico": b"\0\0\1\0", "img/logo.svg": SVG, "photo.png": png(900)},
    )
    tree(
        tmp_path,
        {"img/icon-512x512.png": png(512), "node_modules/x/logo.svg": SVG, "img/icon-32.png": png(32)},
    )
    facts = facts_of(tmp_path, head)
    assert facts.icons == ("drawn.svg", "big.png", "img/brand.png", "img/logo.svg", "img/icon-512x512.png")


def test_icon_of_the_manifest_is_found_but_not_its_maskable_one(tmp_path: Path) -> None:
    icons = [
        {"src": "m.png", "purpose": "maskable"},
        {"src": "a.png"},
        {"src": "../b.png", "purpose": "any monochrome"},
        "x", {}, {"src": 5},
    ]  # fmt: skip
    tree(tmp_path, {"public/pwa/m.png": png(512), "public/pwa/a.png": png(192), "public/b.png": png(256)})
    tree(tmp_path, {"public/pwa/app.json": json.dumps({"name": "x", "icons": icons})})
    tree(tmp_path, {"public/index.html": "<link rel=manifest href=pwa/app.json>"})
    assert detect_site(tmp_path).icons == ("public/b.png", "public/pwa/a.png")


def test_address_with_a_host_or_a_project_prefix_is_found(tmp_path: Path) -> None:
    tree(tmp_path, {"img/a.png": png(192), "img/b.png": png(256)})
    facts = facts_of(
        tmp_path,
        "<link rel=icon href=https://example.org/img/a.png><link rel=icon href='/my%2Dsite/img/b.png'>",
    )
    assert facts.icons == ("img/b.png", "img/a.png")


def test_broken_pictures_are_passed_over(tmp_path: Path) -> None:
    tree(
        tmp_path,
        {"logo.svg": "<svg", "icon.svg": "<html/>", "icon.png": b"\x89PNG\r\n\x1a\n", "favicon.png": b""},
    )
    assert detect_site(tree(tmp_path, {"index.html": PAGE, "site-icon.png": png(300)})).icons == (
        "site-icon.png",
    )


def picture(width: int, height: int | None = None, suffix: str = ".png") -> bytes:
    image = pyvips.Image.black(width, height or width, bands=3).copy(interpretation="srgb")
    content: bytes = image.write_to_buffer(suffix)
    return content


def test_icon_is_found_in_every_format_that_browsers_show(tmp_path: Path) -> None:
    files = {f"{name}.{name}": picture(200, suffix=f".{name}") for name in ("jpg", "webp", "gif", "avif")}
    files["favicon.ico"] = ico({48: png(48), 255: png(255)})
    head = "".join(f"<link rel=icon href={name}>" for name in files)
    facts = facts_of(tree(tmp_path, {**files, "logo.webp": picture(300, suffix=".webp")}), head)
    assert facts.icons == ("favicon.ico", "jpg.jpg", "webp.webp", "gif.gif", "avif.avif", "logo.webp")


def test_small_and_long_pictures_are_passed_over(tmp_path: Path) -> None:
    files = {"logo.jpg": picture(100, suffix=".jpg"), "favicon.ico": ico({48: png(48)})}
    tree(tmp_path, {**files, "logo.png": picture(900, 300), "logo.svg": WIDE_SVG, "icon.svg": SVG + "<"})
    assert facts_of(tmp_path, "<link rel=icon href=favicon.ico>").icons == ()


def test_square_pictures_come_before_others(tmp_path: Path) -> None:
    tree(tmp_path, {"icon.png": picture(200), "wide.png": picture(400, 250)})
    assert facts_of(tmp_path, "<link rel=icon href=wide.png>").icons == ("icon.png", "wide.png")


def test_logo_is_found_in_the_header_and_in_css(tmp_path: Path) -> None:
    page = """<link rel=stylesheet href="css/site.css">
        <style>.site-brand{background:url('img/inline.png')}</style>
        <body><header><a href=/><img src="img/top.png"></a></header>
        <div class="site-logo"><img src="/img/mark.webp?v=3"></div>
        <div class=sponsors><img class=logo src=img/other.png></div>
        <article><img src=img/photo.png alt="a brand"></article>
        <footer><img class=logo src=img/foot.png></footer>"""
    css = (
        "/* .logo{background:url(no.png)} */ @media all{ .logo > a{ background: #fff url(../img/css.png) } }"
    )
    names = ("inline", "top", "other", "photo", "foot", "css", "no")
    tree(tmp_path, {f"img/{name}.png": picture(200) for name in names})
    tree(tmp_path, {"img/mark.webp": picture(200, suffix=".webp"), "css/site.css": css})
    assert facts_of(tmp_path, page).icons == ("img/mark.webp", "img/top.png", "img/css.png", "img/inline.png")


@pytest.mark.parametrize(
    "css", ["{" * 50_000, "a{" * 50_000, "}" * 50_000, "/*" * 50_000, ".logo{background:url(" * 9_000]
)
def test_broken_style_sheet_is_read_in_no_time(tmp_path: Path, css: str) -> None:
    started = time.process_time()
    assert facts_of(tmp_path, f"<style>{css}</style>").icons == ()
    assert time.process_time() - started < 1


# --- manifest and worker -------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["manifest.webmanifest", "manifest.json", "site.webmanifest"])
def test_manifest_with_a_usual_name_is_found(tmp_path: Path, name: str) -> None:
    facts = detect_site(tree(tmp_path, {"index.html": PAGE, name: '{"name": "Tides", "x": 1}'}))
    assert facts.manifest
    assert (facts.manifest.path, facts.manifest.members) == (name, {"name": "Tides", "x": 1})


@pytest.mark.parametrize("text", ["", "[]", "{", '{"assets": []}', "[" * 100_000, '"name"', "\ufeff{}"])
def test_other_json_is_no_manifest(tmp_path: Path, text: str) -> None:
    assert detect_site(tree(tmp_path, {"index.html": PAGE, "manifest.json": text})).manifest is None


WORKER = "self.addEventListener('fetch', (event) => {});"


def test_worker_that_page_or_script_registers_is_found(tmp_path: Path) -> None:
    tree(tmp_path, {"js/app.js": 'navigator.serviceWorker\n .register("/pwa/mine.js")', "pwa/mine.js": "//"})
    tree(tmp_path, {"other.js": "//", "sw.js": WORKER, "worker.js": "onmessage = () => 1"})
    facts = facts_of(
        tmp_path,
        "<body><script src=js/app.js></script><script>navigator.serviceWorker.register(`other.js`)</script>",
    )
    assert [worker.path for worker in facts.workers] == ["other.js", "pwa/mine.js", "sw.js"]
    assert not any(worker.by_pwagen for worker in facts.workers)


def test_our_own_worker_is_recognised(tmp_path: Path) -> None:
    from pwagen.render import source

    facts = detect_site(tree(tmp_path, {"index.html": PAGE, "sw.js": source("sw.js.jinja") + WORKER}))
    assert facts.workers == (ExistingWorker("sw.js", by_pwagen=True),)


# --- nothing outside, nothing special ------------------------------------------------------------


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    tree(tmp_path, {"out/index.html": PAGE, "out/manifest.json": '{"name": "Secret"}', "out/logo.svg": SVG})
    tree(tmp_path, {"out/sw.js": WORKER, "in/mkdocs.yml/x": ""})
    project = tmp_path / "in"
    for name in ("index.html", "manifest.json", "logo.svg", "sw.js"):
        (project / name).symlink_to(tmp_path / "out" / name)
    (project / "public").symlink_to(tmp_path / "out")
    assert detect_site(project) == SiteFacts()
    (project / "index.html").unlink()
    head = "<link rel=manifest href=../out/manifest.json><link rel=icon href=/../out/logo.svg>"
    assert detect_site(tree(project, {"index.html": head})) == SiteFacts(site=".")


def test_special_files_are_passed_over(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "index.html")
    os.mkfifo(tmp_path / "mkdocs.yml")
    os.mkfifo(tmp_path / "logo.svg")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert detect_site(tmp_path) == SiteFacts()


@pytest.mark.parametrize("url", ["http://[", "x" * 5000, "%00", "//", "?", "data:,x", "\\", "a\nb", ".", "/"])
def test_strange_addresses_are_survived(tmp_path: Path, url: str) -> None:
    html = f"<link rel=manifest href='{url}'><link rel=icon href='{url}'><script src='{url}'></script>"
    html += f"<script>navigator.serviceWorker.register('{url}')</script>"
    facts = facts_of(tmp_path, html)
    assert (facts.manifest, facts.icons, facts.workers) == (None, (), ())
