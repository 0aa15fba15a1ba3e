"""Which sites are applications of one page: outputs as the tools make them, and sites that look alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from pwagen.site.detect import detect_site
from tests.site.test_detect import tree

VITE: dict[str, str | bytes] = {
    "dist/index.html": """<!doctype html>
<html lang="en">
  <head>
    <meta charset="UTF-8" />
    <link rel="icon" type="image/svg+xml" href="/vite.svg" />
    <title>Tides</title>
    <script type="module" crossorigin src="/assets/index-BxYz12Ab.js"></script>
    <link rel="stylesheet" crossorigin href="/assets/index-DiwrgTda.css">
  </head>
  <body>
    <div id="root"></div>
  </body>
</html>
""",
    "dist/assets/index-BxYz12Ab.js": "const root = document.querySelector('#root');"
    "root.textContent = 'App at ' + location.pathname;",
    "dist/assets/index-DiwrgTda.css": "body { color: navy; }",
}
REACT: dict[str, str | bytes] = {
    "build/index.html": '<!doctype html><html lang="en"><head><title>Tides</title>'
    '<script defer="defer" src="/static/js/main.3f9ac21b.js"></script></head><body><noscript>You need '
    'to enable JavaScript to run this app.</noscript><div id="root"></div></body></html>',
    "build/static/js/main.3f9ac21b.js": "1",
}
VUE: dict[str, str | bytes] = {
    "dist/index.html": '<!DOCTYPE html><html><head><title>Tides</title><script defer="defer" '
    'src="/js/app.7d5d1a2b.js"></script></head><body><div id="app"><!-- built files --></div></body></html>',
    "dist/404.html": "<title>missing</title>",
}
ANGULAR: dict[str, str | bytes] = {
    "dist/tides/browser/index.html": "<!DOCTYPE html><html><head><title>Tides</title><base href='/'></head>"
    '<body><app-root></app-root><script src="main-5CWHVYH3.js" type="module"></script></body></html>',
}


@pytest.mark.parametrize(
    ("files", "site"),
    [(VITE, "dist"), (REACT, "build"), (VUE, "dist"), (ANGULAR, "dist/tides/browser")],
    ids=["Vite", "React", "Vue", "Angular"],
)
def test_an_app_of_one_page_is_noticed(tmp_path: Path, files: dict[str, str | bytes], site: str) -> None:
    facts = detect_site(tree(tmp_path, files))
    assert (facts.site, facts.is_single_page) == (site, True)


@pytest.mark.parametrize(
    "files",
    [
        VITE | {"dist/about/index.html": "<title>About</title>"},
        {"dist/index.html": "<title>x</title><div id=root></div>"},
        {"dist/index.html": "<title>x</title><div id=root>Text</div><script type=module src=a.js></script>"},
        {"dist/index.html": "<title>x</title><div></div><script type=module src=a.js></script>"},
        {"dist/index.html": "<title>x</title><div id=app></div><script src=site.js></script>"},
    ],
    ids=["two pages", "no script", "a page with a text", "no root", "an ordinary script"],
)
def test_other_sites_are_not(tmp_path: Path, files: dict[str, str | bytes]) -> None:
    assert not detect_site(tree(tmp_path, files)).is_single_page
