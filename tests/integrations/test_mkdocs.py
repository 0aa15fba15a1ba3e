"""The MkDocs plug-in, in Material, in Chromium."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import chdir
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner as ClickRunner
from mkdocs.__main__ import cli as mkdocs_cli
from typer.testing import CliRunner as TyperRunner

from pwagen.cli import app
from pwagen.testing.site_server.site_server import SiteServer
from tests.audit.test_projects import findings_in
from tests.integrations.conftest import Run

if TYPE_CHECKING:
    from pwagen.testing.chromium.chromium import Chromium

pytestmark = pytest.mark.slow

PUSH_KEY = "BEl62iUYgUivxIkv69yViEuiBIa-Ib9-SkvMeAtA3LFgDzkrxZJjSgSnfckjBJuBkr3qBUYIHBQFLXYp5Nksh8U"


@pytest.fixture
def run(project: Path) -> Run:
    """Return a function that runs a command in the project, in this process: it returns the output.

    To start Python and to import MkDocs takes longer than to build.
    """
    invoke: dict[str, Callable[..., Any]] = {
        "mkdocs": partial(ClickRunner().invoke, mkdocs_cli),
        "pwagen": partial(TyperRunner().invoke, app),
    }

    def run(name: str, *arguments: str, fails: bool = False) -> str:
        with chdir(project):
            result = invoke[name](arguments)
        assert (result.exit_code != 0) == fails, result.output
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
        return str(result.output)

    return run


def build(run: Run, *options: str) -> str:
    return run("mkdocs", "build", "--strict", *options)


def configure(project: Path, plugin: str) -> None:
    config = project / "mkdocs.yml"
    config.write_text(
        config.read_text().replace("[search, pwagen]", f"\n  - search\n  - pwagen: {plugin}"),
        encoding="utf-8",
    )


@pytest.mark.browser
def test_one_word_makes_an_app_that_is_called_and_looks_as_the_theme_says(
    chromium: Chromium, serve_site: Callable[..., SiteServer], project: Path, run: Run
) -> None:
    (project / "site").mkdir()
    site = serve_site(project / "site", "/handbook/")
    # Material compares links with the addresses in its sitemap, at any host.
    config = project / "mkdocs.yml"
    config.write_text(config.read_text().replace("https://harbour.example/handbook/", site.url))
    build(run)
    the_theme_says_what_the_app_is_called_and_looks_like(project)
    page = chromium.open(site.url, wait_for_worker=True)
    assert chromium.manifest(page).errors == []
    assert chromium.installability_errors(page) == []

    # The second build, of other pages: whoever is there gets it.
    moorings = project / "docs/guide/moorings.md"
    moorings.write_text(moorings.read_text() + "\nAnother build.\n")
    build(run)
    page.evaluate("pwagen.update.check()")
    page.locator("text=Harbour Handbook").first.wait_for()
    chromium.poll(
        lambda: any(version.status == "installed" for version in chromium.workers.versions(page.url)),
        what="the new build",
    )
    with page.expect_navigation():
        page.evaluate("void pwagen.update.apply()")
    page.wait_for_load_state("networkidle")

    chromium.set_offline(True)
    # A page that was never opened, over a link that Material follows by itself.
    page.evaluate("window.stays = true")
    page.click("article >> text=moorings")
    page.locator("text=Another build.").wait_for()
    assert page.url == f"{site.url}guide/moorings/"
    assert page.evaluate("window.stays"), "the page was loaded anew: no instant navigation"
    # And its search, of which the index is not a page either.
    page.locator(".md-search__input").click()
    page.keyboard.type("halyard", delay=20)
    page.locator(".md-search-result__meta >> text=1 matching document").wait_for()
    page.goto(f"{site.url}tides/")
    assert "Tides" in page.title()
    chromium.set_offline(False)
    chromium.forget(site.url)


def the_theme_says_what_the_app_is_called_and_looks_like(project: Path) -> None:
    manifest = json.loads((project / "site/manifest.json").read_text())
    assert manifest["name"] == "Harbour Handbook"
    assert manifest["description"] == "How the harbour works"
    assert manifest["lang"] == "en"
    assert manifest["theme_color"] == "#009485"
    assert manifest["background_color"] == "#ffffff"
    assert (project / "site/icons/icon-512.png").is_file()
    worker = (project / "site/sw.js").read_text()
    assert "search/search_index.json" in worker
    assert "lunr/min" not in worker, "the stemmers of other languages are not stored"
    # Nothing that would have to be committed.
    assert not (project / "pwagen.lock").exists()
    assert findings_in(project / "site") == []


def test_without_a_logo_the_icon_is_the_themes_and_options_are_those_of_pwagen_yaml(
    project: Path, run: Run
) -> None:
    config = project / "mkdocs.yml"
    push = f"{{vapid_public_key: {PUSH_KEY}, endpoint: /push}}"
    configure(project, f"{{app: {{name: Book}}, push: {push}, hosting: nginx}}")
    config.write_text(config.read_text().replace("logo: images/anchor.svg", "icon: {logo: material/anchor}"))
    build(run)
    assert (project / "site/icons/icon-512.png").is_file()
    assert "#009485" in (project / ".pwagen/icon.svg").read_text()
    assert json.loads((project / "site/manifest.json").read_text())["name"] == "Book"
    assert PUSH_KEY in (project / "site/sw.js").read_text()
    # The headers for a host are not published.
    assert (project / "dist/hosting/README.md").is_file()
    assert not (project / "site/hosting").exists()


@pytest.mark.browser
def test_a_built_in_theme_is_an_app_too_on_read_the_docs(
    chromium: Chromium,
    serve_site: Callable[..., SiteServer],
    project: Path,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (project / "mkdocs.yml").write_text(
        "site_name: Harbour\nsite_url: https://a.example/en/latest/\ntheme: readthedocs\n"
        "plugins: [search, pwagen]\n"
    )
    # As Read the Docs builds, and as it serves: with a script of its own in every page.
    monkeypatch.setenv("READTHEDOCS", "True")
    build(run, "--clean", "--site-dir", "_readthedocs/html", "--config-file", "mkdocs.yml")
    folder = project / "_readthedocs/html"
    assert "search/search_index.json" in (folder / "sw.js").read_text()
    assert (folder / "icons/icon-512.png").is_file()
    assert findings_in(folder) == []
    for page in folder.rglob("*.html"):
        page.write_text(page.read_text().replace("</head>", '<script src="/_/addons.js"></script></head>'))
    site = serve_site(folder, "/en/latest/")
    tab = chromium.open(site.url, wait_for_worker=True)
    chromium.set_offline(True)
    tab.goto(f"{site.url}search.html?q=halyard")
    tab.locator("#mkdocs-search-results a >> text=Moorings").first.wait_for()
    tab.goto(f"{site.url}guide/moorings/")
    assert "Moorings" in tab.title()
    chromium.set_offline(False)
    chromium.forget(site.url)


@pytest.mark.parametrize(
    ("command", "folders"),
    [
        ("mkdocs gh-deploy --quiet", [""]),
        ("mike deploy --push --alias-type copy 2.0 latest", ["2.0/", "latest/"]),
    ],
)
def test_what_is_pushed_has_the_app(
    project: Path, monkeypatch: pytest.MonkeyPatch, command: str, folders: list[str]
) -> None:
    # mike calls mkdocs by its name.
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")

    def call(*arguments: str) -> str:
        done = subprocess.run(arguments, cwd=project, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def git(*arguments: str) -> str:
        return call("git", *arguments)

    git("init", "--quiet", "--initial-branch", "main")
    git("config", "user.name", "author")
    git("config", "user.email", "author@harbour.example")
    git("init", "--quiet", "--bare", "pages.git")
    git("remote", "add", "origin", "pages.git")
    git("add", "mkdocs.yml", "docs")
    git("commit", "--quiet", "--message", "handbook")
    call(*command.split())
    published = git("--git-dir", "pages.git", "ls-tree", "-r", "--name-only", "gh-pages").splitlines()
    for folder in folders:
        # Each version is an app of its own.
        assert {f"{folder}sw.js", f"{folder}manifest.json", f"{folder}register.js"} < set(published)
        page = git("--git-dir", "pages.git", "show", f"gh-pages:{folder}guide/moorings/index.html")
        assert 'src="../../register.js"' in page
        digest = base64.b64encode(hashlib.sha256(page.encode()).digest()).decode()
        assert digest in git("--git-dir", "pages.git", "show", f"gh-pages:{folder}sw.js")


def test_a_pwagen_yaml_is_taken_as_well_and_the_stemmer_of_the_sites_language_is_stored(
    project: Path, run: Run
) -> None:
    (project / "pwagen.yaml").write_text("app: {short_name: Harbour}\nupdate: auto\n")
    config = project / "mkdocs.yml"
    config.write_text(config.read_text().replace("language: en", "language: de"))
    build(run)
    manifest = json.loads((project / "site/manifest.json").read_text())
    assert (manifest["name"], manifest["short_name"]) == ("Harbour Handbook", "Harbour")
    worker = (project / "site/sw.js").read_text()
    assert "lunr.de.min.js" in worker
    assert "lunr.stemmer.support.min.js" in worker
    assert "lunr.fr.min.js" not in worker


def test_a_site_that_is_built_elsewhere_gets_the_app(project: Path, run: Run, tmp_path: Path) -> None:
    config = project / "mkdocs.yml"
    config.write_text(config.read_text().replace("[search, pwagen]", "[search]"))
    (project / "pwagen.yaml").write_text("app: {name: Harbour Handbook}\nsite: site\n")
    # As Read the Docs and gh-deploy have it: a folder that no config knows, made anew each time.
    elsewhere = tmp_path / "checkouts/latest/_readthedocs/html"
    workers = []
    for text in ("", "\nAnother build.\n"):
        moorings = project / "docs/guide/moorings.md"
        moorings.write_text(moorings.read_text() + text)
        build(run, "--clean", "--site-dir", str(elsewhere))
        assert not (elsewhere / "sw.js").exists()
        run("pwagen", "build", "--inject", "--site", str(elsewhere))
        page = (elsewhere / "guide/moorings/index.html").read_text()
        assert 'src="../../register.js"' in page
        workers.append((elsewhere / "sw.js").read_text())
        assert base64.b64encode(hashlib.sha256(page.encode()).digest()).decode() in workers[-1]
    run("pwagen", "build", "--inject", "--check", "--site", str(elsewhere))
    assert workers[0] != workers[1]
    assert not (project / "site").exists()


def test_two_configs_are_one_too_many(project: Path, run: Run) -> None:
    (project / "pwagen.yaml").write_text("app: {short_name: Harbour}\n")
    configure(project, "{update: auto}")
    output = run("mkdocs", "build", fails=True)
    assert "mkdocs.yml: has options for pwagen, and there is pwagen.yaml as well - keep one" in output


def test_a_mistake_names_the_file_and_what_to_write(project: Path, run: Run) -> None:
    configure(project, "{app: {nmae: X}, offline: {timeout: 4}}")
    output = run("mkdocs", "build", fails=True)
    assert 'mkdocs.yml:13:20: app.nmae: unknown key - did you mean "name"?' in output
    assert "mkdocs.yml:13:49: offline.timeout: " in output


def test_serving_leaves_no_worker_behind(project: Path, run: Run) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{listener.getsockname()[1]}"
    server = subprocess.Popen(
        [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", address, "--no-livereload"],
        cwd=project,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        page = read(f"http://{address}/handbook/")
        assert "register.js" not in page
        # Whoever had the worker of a real build at this address is rid of it.
        assert "made by pwagen remove" in read(f"http://{address}/handbook/sw.js")
    finally:
        server.terminate()
        server.wait()


def read(url: str, seconds: float = 30) -> str:
    end = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url) as response:
                return str(response.read().decode())
        except urllib.error.URLError:
            assert time.monotonic() < end
            time.sleep(0.1)
