"""What the browser itself says of the app."""

from __future__ import annotations

import pytest

from tests.browser.features.conftest import IN_A_FOLDER, Harbour

pytestmark = pytest.mark.browser


@IN_A_FOLDER
def test_the_browser_finds_nothing_wrong(harbour: Harbour) -> None:
    page = harbour.open()
    assert harbour.chromium.installability_errors(page) == []
    manifest = harbour.chromium.manifest(page)
    assert manifest.errors == []
    assert manifest.url == harbour.site.url + "manifest.json"
    assert manifest.app_id == harbour.site.url
    assert page.evaluate("pwagen.ready.then((registration) => registration.scope)") == harbour.site.url


@IN_A_FOLDER
def test_a_deep_page_belongs_to_the_same_app(harbour: Harbour) -> None:
    page = harbour.open("content/")
    manifest = harbour.chromium.manifest(page)
    assert manifest.url == harbour.site.url + "manifest.json"
    assert manifest.app_id == harbour.site.url
    assert page.evaluate("pwagen.ready.then((registration) => registration.scope)") == harbour.site.url


def test_every_icon_of_the_manifest_and_the_head_is_served(harbour: Harbour) -> None:
    page = harbour.open()
    failures = page.evaluate(
        """async () => {
          const manifest = await (await fetch("manifest.json")).json();
          const links = [...document.querySelectorAll("link[rel~=icon], link[rel=apple-touch-icon]")];
          const urls = [...manifest.icons.map(({ src }) => src), ...links.map(({ href }) => href)];
          const answers = await Promise.all(urls.map((url) => fetch(url)));
          return answers.filter(({ ok }) => !ok).map(({ url }) => url);
        }"""
    )
    assert failures == []
