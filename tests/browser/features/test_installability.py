"""What the browser itself says of the app."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.features.conftest import Harbour

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

FAILED_ICONS = """async () => {
  const manifest = await (await fetch("manifest.json")).json();
  const links = [...document.querySelectorAll("link[rel~=icon], link[rel=apple-touch-icon]")];
  const urls = [...manifest.icons.map(({ src }) => src), ...links.map(({ href }) => href)];
  const answers = await Promise.all(urls.map((url) => fetch(url)));
  return answers.filter(({ ok }) => !ok).map(({ url }) => url);
}"""


def test_the_browser_finds_no_fault_a_deep_page_is_the_same_app_and_icons_are_served(
    harbour: Harbour,
) -> None:
    page = harbour.open()
    assert_same_app(harbour, page)
    assert harbour.chromium.installability_errors(page) == []
    assert page.evaluate(FAILED_ICONS) == []
    page.goto(harbour.site.url + "content/")
    assert_same_app(harbour, page)


def assert_same_app(harbour: Harbour, page: Page) -> None:
    manifest = harbour.chromium.manifest(page)
    assert manifest.errors == []
    assert manifest.url == harbour.site.url + "manifest.json"
    assert manifest.app_id == harbour.site.url
    assert page.evaluate("pwagen.ready.then((registration) => registration.scope)") == harbour.site.url
