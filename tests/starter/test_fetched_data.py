"""What `pwagen init` writes for the search and the links of a generated site."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from pwagen.cli import app as cli
from pwagen.globs import matcher
from tests.site.test_detect import PAGE, tree

pytestmark = pytest.mark.slow
LUNR = "assets/javascripts/lunr"
LUNR_SHARED = ["min/lunr.multi.min.js", "min/lunr.stemmer.support.min.js"]
LUNR_FILES = [
    *(f"{LUNR}/min/lunr.{code}.min.js" for code in ("de", "fr", "ja", "multi", "stemmer.support")),
    *(f"{LUNR}/{name}.js" for name in ("tinyseg", "wordcut")),
]


def offline_section(folder: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str]) -> dict[str, Any]:
    """Return what init writes below `offline` for a published folder ``public`` with ``files``."""
    monkeypatch.setenv("HOME", str(folder))
    published: dict[str, str | bytes] = {"public/index.html": PAGE}
    published |= {f"public/{name}": text for name, text in files.items()}
    project = tree(folder / "project", published)
    assert CliRunner().invoke(cli, ["init", str(project), "--yes"]).exit_code == 0
    config: dict[str, Any] = yaml.safe_load((project / "pwagen.yaml").read_text())
    offline: dict[str, Any] = config.get("offline", {})
    return offline


@pytest.mark.parametrize(
    ("files", "globs", "parameters"),
    [
        (["pagefind/pagefind-entry.json"], ["pagefind/**"], []),
        (["search/search_index.json"], ["search/search_index.json"], ["q"]),
        (["searchindex.js", "_static/searchtools.js"], None, ["q", "check_keywords", "area", "highlight"]),
        (["search_index.en.json"], ["search_index.*.json"], []),
        (["_next/static/b/_buildManifest.js", "index.txt"], ["**/*.txt"], ["_rsc"]),
        (["_next/data/b/tides.json"], ["_next/data/**"], []),
        (["search_index.en.json", "sitemap.xml"], ["search_index.*.json"], []),
    ],
)
def test_what_pages_fetch_is_stored(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    files: list[str],
    globs: list[str] | None,
    parameters: list[str],
) -> None:
    offline = offline_section(tmp_path, monkeypatch, dict.fromkeys(files, "{}"))
    assert offline.get("precache_add") == globs
    ignored = ["utm_*", "fbclid", "gclid", *parameters] if parameters else None
    assert offline.get("ignore_params") == ignored


def test_the_sitemap_of_a_generator_is_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = PAGE.replace("<title>", '<meta name=generator content="mkdocs-1.6.1"><title>')
    files = {"index.html": page, "search/search_index.json": "{}", "sitemap.xml": "<urlset/>"}
    offline = offline_section(tmp_path, monkeypatch, files)
    assert offline["precache_add"] == ["search/search_index.json", "sitemap.xml"]


@pytest.mark.parametrize(
    ("languages", "used"),
    [
        ('["en"]', []),
        ('["en", "de-AT"]', ["min/lunr.de.min.js", *LUNR_SHARED]),
        ('["ja"]', ["min/lunr.ja.min.js", *LUNR_SHARED, "tinyseg.js"]),
    ],
)
def test_the_languages_that_a_search_does_not_need_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, languages: str, used: list[str]
) -> None:
    index = f'{{"config":{{"lang":{languages},"separator":" "}},"docs":[]}}'
    files = {"search/search_index.json": index} | dict.fromkeys(LUNR_FILES, "")
    left_out = offline_section(tmp_path, monkeypatch, files)["exclude"]
    is_left_out = matcher(left_out)
    assert [name for name in LUNR_FILES if not is_left_out(name)] == [f"{LUNR}/{name}" for name in used]
    assert len(left_out) <= 3
