"""The applications, built and served, with a browser in front of them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pwagen.keys.key_pair import KeyPair, generate_key_pair
from pwagen.testing.chromium.chromium import Chromium
from pwagen.testing.desktop import Desktop
from pwagen.testing.push_service import PushService
from pwagen.testing.site_server.site_server import Answers
from tests.applications.application import Application
from tests.browser.features.conftest import SUBSCRIPTIONS, Harbour, publish

if TYPE_CHECKING:
    from playwright.sync_api import Page

SITE = Path(__file__).with_name("site")
FRAMEWORKS = Path(__file__).with_name("frameworks")
PACKAGES = Path(__file__).parents[1] / "js/node_modules"
VENDOR = {
    "react.js": "react/umd/react.production.min.js",
    "react-dom.js": "react-dom/umd/react-dom.production.min.js",
    "vue.js": "vue/dist/vue.global.prod.js",
    "turbo.js": "@hotwired/turbo/dist/turbo.es2017-umd.js",
}
CONFIG = """
app: {{name: Shop}}
site: public
notifications: {{default: {{title: Shop}}}}
push: {{vapid_public_key: {key}, endpoint: api/push/subscriptions}}
badge: {{on_push: add, clear_on: [open]}}
"""


def add_frameworks(folder: Path) -> None:
    """Deploy the project in a folder with pages of frameworks, elements and editors beside its own."""
    if not all((PACKAGES / file).exists() for file in VENDOR.values()):
        pytest.skip("pwagen: the npm packages of tests/js are not installed")
    shutil.copytree(FRAMEWORKS, folder / "public", dirs_exist_ok=True)
    (folder / "public/vendor").mkdir()
    for name, file in VENDOR.items():
        shutil.copy2(PACKAGES / file, folder / "public/vendor" / name)
    publish(folder)


def deploy_next(folder: Path) -> None:
    """Publish a build whose every page differs from the last one's."""
    for file in (folder / "public").glob("*.html"):
        if file.name != "offline.html":
            file.write_text(file.read_text() + "<!-- next -->\n", encoding="utf-8")
    publish(folder)


class App(Harbour):
    """An application in Chromium; ``site`` has handlers beside its files."""

    site: Application

    def configure(self, text: str) -> None:
        """Add to the config, and deploy."""
        with (self.folder / "pwagen.yaml").open("a", encoding="utf-8") as config:
            config.write(text + "\n")
        publish(self.folder)

    def add_frameworks(self) -> None:
        """Deploy pages of React, Vue and Turbo, of elements and of editors beside the shop's own."""
        add_frameworks(self.folder)

    def deploy_next(self) -> None:
        """Deploy a build whose every page differs from the last one's."""
        deploy_next(self.folder)

    def let_in_next(self, page: Page) -> None:
        """Deploy another build, find it in a page and accept it there; returns when that has moved."""
        self.deploy_next()
        self.find_new_build(page)
        self.until(page, "document.documentElement.dataset.pwagenUpdate === 'ready'")
        self.accept_build(page)
        self.until(page, "pwagen.version().then(({ page, worker }) => page === worker)")

    def click_push(self, page: Page, target: str) -> None:
        """Push a notification that leads to a page, and click on it."""
        subscription = self.chromium.subscribe(page, self.key_pair.public_key)
        self.push(subscription, {"title": "News", "navigate": self.site.url + target})
        self.desktop.click(self.shown("News"))

    def offline(self) -> None:
        """Cut the network."""
        self.chromium.set_offline(True)

    def windows(self) -> list[str]:
        """Return the paths of all windows, in any order."""
        return sorted(page.url.removeprefix(self.site.url) for page in self.chromium.windows)

    def until_only_window_shows(self, path: str) -> None:
        """Wait until there is one window, at this path."""
        self.chromium.poll(lambda: self.windows() == [path], what=f"the window to show {path}")


@pytest.fixture(scope="session")
def key_pair() -> KeyPair:
    """Return the application server's VAPID keys."""
    return generate_key_pair()


@pytest.fixture(scope="session")
def app_template(tmp_path_factory: pytest.TempPathFactory, key_pair: KeyPair) -> Path:
    """Build the application once; every test gets a copy of it."""
    folder = tmp_path_factory.mktemp("application") / "project"
    shutil.copytree(SITE, folder / "public")
    (folder / "pwagen.yaml").write_text(CONFIG.format(key=key_pair.public_key), encoding="utf-8")
    publish(folder)
    return folder


@pytest.fixture
def app(
    chromium: Chromium,
    push_service: PushService,
    desktop: Desktop,
    app_template: Path,
    key_pair: KeyPair,
    tmp_path: Path,
) -> Iterator[App]:
    """Serve a copy of the built application."""
    folder = shutil.copytree(app_template, tmp_path / "project")
    answers = Answers(accepts={SUBSCRIPTIONS})
    with Application(folder / "public", "/", answers) as site:
        yield App(chromium, push_service, desktop, site, folder, key_pair)
        chromium.set_offline(False)
        chromium.forget(site.url)


Serve = Callable[..., Application]
