"""Harbour News, built and copied into its site as the README says, under a strict CSP."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pwagen.artifacts.head_tags import head_tags
from pwagen.artifacts.languages.localized_manifests import manifest_for
from pwagen.build.plan import plan
from pwagen.build.project import Project, read_project
from pwagen.build.write import write
from pwagen.keys.key_pair import KeyPair
from pwagen.testing.chromium.browser_problems import BrowserProblem
from pwagen.testing.chromium.chromium import Chromium
from pwagen.testing.desktop import Desktop, ShownNotification
from pwagen.testing.push_service import PushService
from pwagen.testing.site_server.site_server import Answers, SeenRequest, SiteServer
from tests.browser.chromium_pages import value_in
from tests.browser.sender import send
from tests.folders import SAMPLE, copy_sample

if TYPE_CHECKING:
    from playwright.sync_api import Page

SUBSCRIPTIONS = "api/push/subscriptions"
BARE_PAGE = '<!DOCTYPE html><title>B</title><script src="register.js" defer></script>'
STRICT_POLICY = (
    "default-src 'self'; base-uri 'self'; object-src 'none'; "
    "require-trusted-types-for 'script'; trusted-types pwagen"
)

CHECK = "pwagen.update.check().catch(() => {})"
STORED = """async (suffix) => {
  const names = (await caches.keys()).filter((name) => name.includes(suffix));
  const stores = await Promise.all(names.map((name) => caches.open(name)));
  return (await Promise.all(stores.map((store) => store.keys()))).flat().map(({ url }) => url);
}"""
EVERYTHING_STORED = """async () => {
  const found = [];
  for (const { name, version } of await indexedDB.databases()) {
    const database = await new Promise((resolve) => {
      const opening = indexedDB.open(name, version);
      opening.onsuccess = () => resolve(opening.result);
    });
    for (const store of database.objectStoreNames) {
      const reading = database.transaction(store).objectStore(store).getAll();
      found.push(...await new Promise((resolve) => { reading.onsuccess = () => resolve(reading.result); }));
    }
    database.close();
  }
  const text = (value) => value instanceof ArrayBuffer ? new TextDecoder().decode(value) : value;
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) found.push(request.url, [...request.headers].join());
  }
  return JSON.stringify(found.map((one) => text(one)));
}"""

TAB_ICON_FAILED = re.compile(r"net::ERR_\w+ \(\S*/favicon\.\w+:1\)")


def build_sample(folder: Path, public_key: str, *, minify: bool = False) -> Path:
    """Return the published folder of a copy of the sample site that has another VAPID key."""
    if not folder.exists():
        copy_sample(folder)
    config = folder / "pwagen.yaml"
    lines = (SAMPLE / "pwagen.yaml").read_text(encoding="utf-8").replace("hosting: netlify", "").splitlines()
    text = "\n".join(
        f"  vapid_public_key: {public_key}" if "vapid_public_key:" in line else line for line in lines
    )
    config.write_text(f"{text}\nminify: {str(minify).lower()}\n", encoding="utf-8")
    return publish(folder)


def publish(folder: Path) -> Path:
    """Build the project in ``folder`` and put the files into its site, as somebody would by hand."""
    project = read_project(folder)
    assert project.site_folder
    write(plan(project), project.out, project.root)
    for page in project.site_folder.rglob("*.html"):
        if page.name != "offline.html":
            _paste_tags(page, project.site_folder, project)
    project = read_project(folder)
    assert project.site_folder
    write(plan(project), project.out, project.root)
    # The worker comes last: the browser looks for a new one by itself a second after a page was opened.
    worker = project.out / "sw.js"
    shutil.copytree(
        project.out,
        project.site_folder,
        ignore=shutil.ignore_patterns(worker.name),
        copy_function=_copy_at_once,
        dirs_exist_ok=True,
    )
    shutil.copy2(worker, project.site_folder)
    return project.site_folder


def _copy_at_once(source: str, target: str) -> None:
    """Let a browser that asks meanwhile get the old file or the new one: half a manifest is an error."""
    shutil.copy2(source, f"{target}.new")
    Path(f"{target}.new").replace(target)


def _paste_tags(page: Path, site: Path, project: Project) -> None:
    text = page.read_text(encoding="utf-8")
    if "register.js" not in text:
        prefix = "../" * (len(page.relative_to(site).parts) - 1)
        lang = text.partition('<html lang="')[2].partition('"')[0]
        manifest = manifest_for(project.config, lang)
        tags = "\n".join(head_tags(project.config, project.icons, prefix, manifest))
        page.write_text(text.replace("</head>", f"{tags}\n</head>"), encoding="utf-8")


def comes_at_any_time(problem: BrowserProblem, site: SiteServer) -> bool:
    """Tell whether a problem may be reported during any test.

    The icon of a tab is asked for without the worker, and its failure offline is reported late; a worker of
    the test before may end in an exception when its server has gone.
    """
    is_elsewhere = bool(problem.url) and not problem.url.startswith(f"{site.origin}/")
    is_of_another_worker = problem.kind == "worker exception" and is_elsewhere
    return is_of_another_worker or bool(TAB_ICON_FAILED.search(str(problem)))


@dataclass
class Harbour:
    """The sample site in a browser, with everything that surrounds it."""

    chromium: Chromium
    push_service: PushService
    desktop: Desktop
    site: SiteServer
    folder: Path
    key_pair: KeyPair

    def open(self, path: str = "", *, permission: str | None = "granted") -> Page:
        """Return a page of the site once its worker controls it; None leaves the permission as it is."""
        if permission:
            self.chromium.set_permission(self.site.origin, "notifications", permission)  # type: ignore[arg-type]
        page = self.chromium.open(self.site.url + path, wait_for_worker=True)
        self.until(page, "navigator.serviceWorker.controller !== null")
        # It claims the page first: what else it does when it takes over is done when it is "activated".
        self.chromium.workers.wait_for_status(page.url)
        return page

    def until(self, page: Page, expression: str) -> Any:
        """Return the expression's first true value; Playwright's own waiting uses eval, which CSP forbids."""
        return self.chromium.poll(lambda: value_in(page, expression), what=expression)

    def subscribe(self, page: Page) -> dict[str, Any]:
        """Click the bell and return the subscription that the site's server got."""
        page.locator("header [data-pwagen=push]").click()
        self.wait_for_state(page, "subscribed")
        posted = self.site.wait_for_request(SUBSCRIPTIONS, "POST")
        # What the server has heard is noted a moment later, under this lock.
        page.evaluate("navigator.locks.request('pwagen-push', () => true)")
        subscription: dict[str, Any] = posted.json()["subscription"]
        return subscription

    def edit(self, old: str, new: str) -> None:
        """Change the site's pwagen.yaml."""
        config = self.folder / "pwagen.yaml"
        text = config.read_text(encoding="utf-8")
        assert old in text
        config.write_text(text.replace(old, new), encoding="utf-8")

    def rebuild(self, old: str, new: str) -> None:
        """Change the site's pwagen.yaml and deploy it anew."""
        self.edit(old, new)
        publish(self.folder)

    def find_new_build(self, page: Page, asking: str = CHECK) -> None:
        """Let the page ask for the build that was deployed, until its worker waits.

        More than once, since a look of the browser's own that is under way answers the page's question,
        too, with what was there when it began (https://w3c.github.io/ServiceWorker/#dfn-job-equivalent).
        """

        def waits() -> bool:
            page.evaluate(asking)
            return any(one.status == "installed" for one in self.chromium.workers.versions(page.url))

        self.chromium.poll(waits, what="the new build's worker to wait")

    def accept_build(self, page: Page, *, stopped: bool = True) -> None:
        """Take the build that waits, in a page.

        The worker before is stopped, as browsers do when it is idle: Chromium gives one that runs a second.
        """
        if stopped:
            self.chromium.workers.stop(self.site.url)
        with page.expect_navigation():
            page.evaluate("void pwagen.update.apply()")

    def update(self, page: Page) -> None:
        """Move a page to the build that was deployed."""
        self.find_new_build(page)
        self.until(page, "document.documentElement.dataset.pwagenUpdate === 'ready'")
        self.accept_build(page)
        self.until(page, "pwagen.version().then(({ page, worker }) => page === worker)")

    def deploy(self, files: dict[str, str | bytes], *, gone: tuple[str, ...] = ()) -> None:
        """Put files into the site, take others out of it, and deploy it anew."""
        public = self.folder / "public"
        for path, content in files.items():
            (public / path).parent.mkdir(parents=True, exist_ok=True)
            (public / path).write_bytes(content.encode() if isinstance(content, str) else content)
        for path in gone:
            (public / path).unlink()
        publish(self.folder)

    def stored(self, page: Page, cache: str = "") -> list[str]:
        """Return the URLs in the origin's caches, or in those whose name contains that."""
        found: list[str] = page.evaluate(STORED, cache)
        return found

    def end_subscription(self, subscription: dict[str, Any]) -> None:
        """Let the browser replace it while no page is open: the worker gets pushsubscriptionchange."""
        record = self.push_service.subscription(subscription["endpoint"])
        self.chromium.close_pages()
        self.chromium.set_permission(self.site.origin, "notifications", "denied")
        self.push_service.wait_for(lambda: record.gone, what="the browser to end the subscription")
        self.chromium.set_permission(self.site.origin, "notifications", "granted")

    def push(self, subscription: dict[str, Any], message: object) -> None:
        """Send a message as the site's server would: encrypted, signed, through the push service."""
        answer = send(self.push_service, subscription, message, self.key_pair)
        assert answer.status == 201, answer

    def shown(self, title: str | None = None) -> ShownNotification:
        """Return the notification that the desktop shows, once it does."""
        return self.desktop.wait_for_notification(title)

    def wait_for_state(self, page: Page, state: str) -> None:
        """Wait until the page knows of a push state."""
        self.until(page, f"document.documentElement.dataset.pwagenPush === '{state}'")

    def subscription_requests(self, method: str) -> list[SeenRequest]:
        """Return what the site's server was told about subscriptions."""
        return self.site.requests_for(SUBSCRIPTIONS, method)


@pytest.fixture(scope="session")
def sample_template(
    tmp_path_factory: pytest.TempPathFactory, key_pair: KeyPair, pytestconfig: pytest.Config
) -> Path:
    """Build the sample once; every test gets a copy of it.

    Its worker is minified, since that is where more can go wrong. As it is by default it is tested in
    tests/browser/apptest, in tests/applications and in the other folders, and here with --readable-worker.
    """
    folder = tmp_path_factory.mktemp("sample") / "project"
    build_sample(folder, key_pair.public_key, minify=not pytestconfig.getoption("readable_worker"))
    return folder


@pytest.fixture
def mount() -> str:
    """Return where the site is mounted; test_mount.py has another place."""
    return "/"


@pytest.fixture
def harbour(
    chromium: Chromium,
    push_service: PushService,
    desktop: Desktop,
    serve_site: Callable[..., SiteServer],
    sample_template: Path,
    key_pair: KeyPair,
    tmp_path: Path,
    mount: str,
) -> Iterator[Harbour]:
    """Serve a copy of the built sample; a console error, exception or worker error fails the test."""
    folder = shutil.copytree(sample_template, tmp_path / "project")
    answers = Answers(
        headers={"Content-Security-Policy": STRICT_POLICY, "Cache-Control": "no-cache"},
        accepts={SUBSCRIPTIONS, "api/closed"},
    )
    site = serve_site(folder / "public", mount, answers=answers)
    yield Harbour(chromium, push_service, desktop, site, folder, key_pair)
    problems = [str(problem) for problem in chromium.problems if not comes_at_any_time(problem, site)]
    chromium.forget(site.url)
    assert problems == []
