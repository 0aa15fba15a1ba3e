"""The rules about the head of pages: what each must notice, and what may look like it and is fine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.audit.examples import findings_by, write_example
from tests.audit.test_rules import findings_in

pytestmark = pytest.mark.slow  # each case audits a whole site

LINK = '<link rel="manifest" href="manifest.json">'
HEAD = '<!doctype html>\n<meta name="viewport" content="width=device-width">\n<title>Bakery</title>'


def count(rule: str, folder: Path, example: dict[str, str]) -> int:
    return len(findings_by(rule, write_example(folder, example)))


@pytest.mark.parametrize(
    ("metas", "expected"),
    [
        ("", 1),
        ('<meta name="theme-color" content="#000">', 1),
        ('<meta name="theme-color" content="#7A3E12">', 0),
        ('<meta name="theme-color" content="rgb(122, 62, 18)">', 0),
        (
            '<meta name="theme-color" content="#111" media="(prefers-color-scheme: dark)">'
            '<meta name="theme-color" content="#7a3e12" media="(prefers-color-scheme: light)">',
            0,
        ),
        ('<meta name="theme-color" content="#111" media="(prefers-color-scheme: dark)">', 0),
        ('<meta name="theme-color" content="var(--theme)">', 0),
        ('<meta name="theme-color" content="{{ color }}">', 0),
        ("<script>document.querySelector('meta[name=theme-color]').content = '#000';</script>", 0),
    ],
)
def test_theme_color(metas: str, expected: int, tmp_path: Path) -> None:
    assert count("head-theme-color", tmp_path, {"index.html#theme": metas}) == expected


@pytest.mark.parametrize("color", ["null", '"nonsense"', "7"])
def test_a_manifest_without_a_color_has_none_to_hold_to(color: str, tmp_path: Path) -> None:
    example = {"index.html#theme": "", "manifest.json": f'{{"theme_color": {color}}}'}
    assert count("head-theme-color", tmp_path, example) == 0


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (f"{HEAD}<body>{LINK}", 1),
        (f"<!doctype html><html><head>{HEAD}<div></div>{LINK}</head><body>", 1),
        (f"<!doctype html><html><head>{HEAD}<p>Bread{LINK}</head><body>", 1),
        (f"<!doctype html><html><head>{HEAD}</head>{LINK}<body>", 0),
        (f"{HEAD}{LINK}<body>", 0),
        (f"{HEAD}{LINK}<body>{LINK}", 0),
        (f"{HEAD}<template><div></div></template>{LINK}<body>", 0),
        (f"{HEAD}<noscript><p>No scripts</p></noscript>{LINK}<body>", 0),
        (f'{HEAD}<script>document.write("<body>")</script>{LINK}<body>', 0),
        (f"{HEAD}<!-- <body> -->{LINK}<body>", 0),
        (f"{HEAD}%SCRIPTS%{LINK}<body>", 0),
        (f"{HEAD}<body><script src=/_next/static/main.js></script>{LINK}", 0),
    ],
)
def test_a_manifest_that_is_linked_in_the_body(page: str, expected: int, tmp_path: Path) -> None:
    """Chromium has been asked about each of the ways into the body."""
    assert count("head-manifest-place", tmp_path, {"index.html": page}) == expected


STYLED = '<link rel="stylesheet" href="style.css">'
LINKED = f"{HEAD}\n{LINK}\n{STYLED}\n<p>"
FORGOTTEN = f"{HEAD}\n{STYLED}\n<p>"


def site(**pages: str) -> dict[str, str]:
    names = {f"{name.replace('_', '/')}.html": text for name, text in pages.items()}
    return {"index.html#head": STYLED, "style.css": "", "a.html": LINKED, "b.html": LINKED, **names}


def test_pages_that_were_forgotten_are_one_finding(tmp_path: Path) -> None:
    folder = write_example(tmp_path, site(c=FORGOTTEN, d=FORGOTTEN, e=FORGOTTEN))
    (finding,) = findings_by("head-manifest-everywhere", folder)
    assert str(finding.where).endswith("c.html")
    assert finding.message.startswith("3 of 6 pages")
    assert "c.html, d.html" in finding.message


@pytest.mark.parametrize(
    "example",
    [
        site(c=f"{STYLED}<p>A fragment"),
        site(c=f"{HEAD}<p>Another app"),
        site(c=f'{HEAD}{STYLED}<meta http-equiv="refresh" content="0; url=a.html">'),
        site(**{"404": FORGOTTEN, "500": FORGOTTEN, "offline": FORGOTTEN}),
        site(c=f"{HEAD}{STYLED}<p>{{{{ text }}}}"),
        site(c=FORGOTTEN) | {"index.html#head": f'{STYLED}<iframe src="c.html"></iframe>'},
        site(c=f"{HEAD}{STYLED}<script>add({{rel: 'manifest'}})</script>"),
        site(c=FORGOTTEN) | {"manifest.json": '{"scope": "./about/", "start_url": "./about/"}'},
        site(c=FORGOTTEN, d=FORGOTTEN, e=FORGOTTEN, f=FORGOTTEN),
        site(c=FORGOTTEN) | {"sw.js#more": "// made by pwagen"},
    ],
    ids=[
        *("fragment", "other app", "redirect", "errors", "template"),
        *("in a frame", "by a script", "out of scope", "most", "left out"),
    ],
)
def test_pages_that_need_no_manifest(example: dict[str, str], tmp_path: Path) -> None:
    assert count("head-manifest-everywhere", tmp_path, example) == 0


@pytest.mark.parametrize("address", ["//[x", "http://[x/", "/[x", "http://a:b:c/", "\\\\[", "/\x00"])
def test_what_is_no_address_stops_no_rule(address: str, tmp_path: Path) -> None:
    tags = (
        f'<link rel="stylesheet" href="{address}"><script src="{address}"></script>'
        f'<iframe src="{address}"></iframe>'
        f'<link rel="apple-touch-icon" href="{address}"><link rel="manifest" href="{address}">'
    )
    members = {"start_url": address, "scope": address, "icons": [{"src": address, "sizes": "512x512"}]}
    example = {
        "index.html#head": tags,
        "index.html#script": '<script src="/bakery/app.js"></script>',
        "b.html": LINKED,
        "manifest.json": json.dumps(members),
        "app.js#registration": f"navigator.serviceWorker.register({json.dumps(address)});",
    }
    findings_in(write_example(tmp_path, example))
    findings_in(write_example(tmp_path / "first", {"index.html#manifest": "", **example}))
    findings_in(
        write_example(tmp_path / "based", {"index.html#viewport": f'<base href="{address}">', **example})
    )
