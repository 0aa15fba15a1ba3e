"""Sites whose scripts are named from the host's root on, and whose tags are, too."""

from __future__ import annotations

from pathlib import Path

import pytest

from pwagen.inject.mount import mount_of
from tests.inject.test_in_place_build import build, undo
from tests.site.test_detect import tree

FILES = {"_next/static/main.js", "assets/main.js", "main.js", "a b.js", "register.js"}


@pytest.mark.parametrize(
    ("script", "mount"),
    [
        ("/_next/static/main.js", "/"),
        ("/pilot/_next/static/main.js", "/pilot/"),
        ("/a/b/assets/main.js?v=1", "/a/b/"),
        ("/a%20b.js", "/"),
        ("/elsewhere.js", None),
        ("assets/main.js", None),
        ("//cdn.example/main.js", None),
        ("https://cdn.example/main.js", None),
        ("/pilot/register.js", None),
        ("http://[broken/main.js", None),
    ],
)
def test_the_mount_point_is_what_comes_before_a_file_of_the_site(script: str, mount: str | None) -> None:
    assert mount_of([script], FILES) == mount


APP = "<!doctype html><html lang=en><head><title>Tides</title>{}</head><body><div id=root></div>"
SCRIPT = '<script type="module" src="/pilot/assets/main.js"></script>'


@pytest.mark.slow
def test_tags_lead_to_the_app_wherever_a_script_takes_the_page(tmp_path: Path) -> None:
    based = '<base href="/pilot/">'
    pages = {
        "site/index.html": APP.format(SCRIPT),
        "site/guide/index.html": APP.format(SCRIPT),
        "site/guide/based.html": APP.format(based + SCRIPT),
    }
    tree(tmp_path, {"pwagen.yaml": "app: {name: Tides}\nsite: site\n", "site/assets/main.js": "", **pages})
    build(tmp_path)
    for page in ("site/index.html", "site/guide/index.html"):
        text = (tmp_path / page).read_text()
        assert '<link rel="manifest" href="/pilot/manifest.json">' in text
        assert '<script src="/pilot/register.js" defer></script>' in text
    assert 'href="manifest.json"' in (tmp_path / "site/guide/based.html").read_text()

    # Where the site moves to is where its own script is then.
    index = tmp_path / "site/index.html"
    index.write_text(index.read_text().replace("/pilot/assets", "/assets"))
    build(tmp_path)
    assert 'href="/manifest.json"' in (tmp_path / "site/guide/index.html").read_text()

    undo(tmp_path)
    assert (tmp_path / "site/guide/index.html").read_text() == pages["site/guide/index.html"]
