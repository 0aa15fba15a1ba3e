"""A site in a folder of its host: addresses that leave the folder, and those that only look so."""

from __future__ import annotations

from pathlib import Path

import pytest

from pwagen.audit.audit_target import open_audit_target
from pwagen.audit.finding import Finding
from pwagen.testing.site_server.site_server import SiteServer
from tests.audit.examples import findings_by, rule_by, write_example

pytestmark = pytest.mark.slow  # each case audits a whole site

BUNDLED = {"index.html#script": '<script src="/bakery/app.js" defer></script>'}
BASED = {"index.html#head": '<base href="/bakery/">'}
OUTSIDE: list[tuple[dict[str, str], str]] = [
    ({"index.html#manifest": '<link rel="manifest" href="/manifest.json">'}, "/manifest.json"),
    ({"index.html#icons": '<link rel="icon" href="/icons/icon-192.png">'}, "/icons/icon-192.png"),
    ({"app.js#registration": 'navigator.serviceWorker.register("/sw.js");'}, "/sw.js"),
    ({"manifest.json": '{"start_url": "/", "scope": "/"}'}, "/"),
    ({"manifest.json": '{"shortcuts": [{"name": "About", "url": "/about/"}]}'}, "/about/"),
    (
        {"manifest.json": '{"icons": [{"src": "/icons/icon-512.png", "sizes": "512x512"}]}'},
        "/icons/icon-512.png",
    ),
]
INSIDE = [
    {"index.html#manifest": '<link rel="manifest" href="/bakery/manifest.json">'},
    {"manifest.json": '{"start_url": "/bakery/", "scope": "/bakery"}'},
    {"manifest.json": '{"id": "/"}'},
    {"app.js#registration": 'navigator.serviceWorker.register("/bakery/sw.js");'},
    {"index.html#icons": '<link rel="icon" href="//cdn.example/a.png"><link rel="icon" href="/other/a.png">'},
]


def findings_at(folder: Path, path: str) -> list[Finding]:
    with SiteServer(folder) as server:
        site = open_audit_target(server.url + path)
        rule = rule_by("publish-sub-path")
        return rule.findings(site, rule.severity)


@pytest.mark.parametrize("sign", [BUNDLED, BASED], ids=["bundled for it", "by its base"])
@pytest.mark.parametrize(("example", "address"), OUTSIDE)
def test_an_address_outside_is_noticed(
    sign: dict[str, str], example: dict[str, str], address: str, tmp_path: Path
) -> None:
    (finding,) = findings_by("publish-sub-path", write_example(tmp_path, {**sign, **example}))
    assert f'"{address}"' in finding.message
    assert "/bakery/" in finding.message


@pytest.mark.parametrize("example", INSIDE)
def test_an_address_inside_is_not(example: dict[str, str], tmp_path: Path) -> None:
    assert findings_by("publish-sub-path", write_example(tmp_path, {**BUNDLED, **example})) == []


@pytest.mark.parametrize(
    "sign",
    [
        {},
        {"index.html#script": '<script src="/app.js"></script><script src="/bakery/app.js"></script>'},
        {"index.html#head": '<base href="/">'},
        {"index.html#head": '<base href="{{ root }}">'},
        {"index.html#script": '<script src="/BASE_REPLACE_PLACEHOLDER/app.js"></script>'},
        {**BUNDLED, "bakery/index.html": "<title>Bakery</title>"},
    ],
    ids=["no sign", "two", "the root", "a template", "a placeholder", "the host's root"],
)
def test_where_a_site_is_published_has_to_be_known(sign: dict[str, str], tmp_path: Path) -> None:
    example = {**sign, "manifest.json": '{"start_url": "/", "scope": "/"}'}
    assert findings_by("publish-sub-path", write_example(tmp_path, example)) == []


@pytest.mark.parametrize(("example", "address"), OUTSIDE)
def test_a_server_has_nothing_outside(example: dict[str, str], address: str, tmp_path: Path) -> None:
    write_example(tmp_path / "bakery", example)
    (finding,) = findings_at(tmp_path, "bakery/")
    assert f'"{address}"' in finding.message


def test_a_server_has_something_else_outside(tmp_path: Path) -> None:
    write_example(tmp_path / "bakery", {"manifest.json": '{"start_url": "/", "scope": "/"}'})
    (tmp_path / "index.html").write_text("<!doctype html><title>The host</title>")
    assert len(findings_at(tmp_path, "bakery/")) == 1


def test_a_page_below_the_start_page_of_its_app(tmp_path: Path) -> None:
    example = {
        "manifest.json": '{"start_url": "/", "scope": "/"}',
        "app.js#registration": 'navigator.serviceWorker.register("/sw.js");',
    }
    assert findings_at(write_example(tmp_path, example), "about/") == []


def test_a_page_of_an_app_behind_a_log_in(tmp_path: Path) -> None:
    """Its root shows the log-in, which links no manifest."""
    example = {
        "manifest.json": '{"start_url": "/", "scope": "/"}',
        "about/index.html": '<title>About</title><link rel="manifest" href="/manifest.json">',
        "index.html": "<title>Log in</title>",
    }
    assert findings_at(write_example(tmp_path, example), "about/") == []
