"""pytest fixtures: a push service, a desktop, Chromium and Firefox, and pages to test in them.

Loaded by pytest itself when pwagen is installed, so nothing heavy is imported before a fixture is used.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from pwagen.testing.chromium.chromium import Chromium
    from pwagen.testing.chromium.installed_app import InstalledApp
    from pwagen.testing.desktop import Desktop
    from pwagen.testing.firefox.firefox import Firefox
    from pwagen.testing.push_service import PushService
    from pwagen.testing.site_server.site_server import SiteServer

T = TypeVar("T")

SKIP_PREFIX = "pwagen: "
_BEFORE = pytest.StashKey[dict[str, Callable[[], None]]]()
_AFTER = pytest.StashKey[dict[str, Callable[[], None]]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what a project sets once, and what a run may change."""
    parser.addini("pwagen_site", "the published folder that pwa_site serves, relative to the ini file")
    group = parser.getgroup("pwagen", "browsers without a network")
    group.addoption("--pwagen-headed", action="store_true", help="show the browsers' windows")
    group.addoption(
        "--pwagen-require-browsers",
        action="store_true",
        help="fail instead of skipping when a browser or D-Bus is missing",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Describe the marker."""
    config.addinivalue_line(
        "markers", "pwa_site(folder, mount='/'): the folder that the pwa_site fixture serves for this test"
    )


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Name and count the browser tests that did not run."""
    reasons: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else ""
        reason = reason.removeprefix("Skipped: ")
        if reason.startswith(SKIP_PREFIX):
            cause = reason.removeprefix(SKIP_PREFIX)
            reasons[cause] = reasons.get(cause, 0) + 1
    for cause, count in reasons.items():
        tests = "test" if count == 1 else "tests"
        terminalreporter.write_line(f"pwagen: {count} browser {tests} skipped: {cause}", yellow=True)


def available(config: pytest.Config, start: Callable[[], T]) -> T:
    """Return what ``start`` makes; skips the test, by name, where the machine lacks something."""
    from pwagen.testing.desktop import DesktopMissingError
    from pwagen.testing.find_browser import BrowserMissingError

    try:
        return start()
    except (BrowserMissingError, DesktopMissingError) as error:
        missing = str(error)
    except ImportError as error:
        from pwagen.imports.optional_packages import install_command

        missing = f"{error}: {install_command('test')}"
    if config.getoption("--pwagen-require-browsers"):
        pytest.fail(missing, pytrace=False)
    pytest.skip(SKIP_PREFIX + missing)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Start each test clean, whatever arrived since the last one."""
    _clean(item, _BEFORE)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    """Close a test's pages before the sites that they are from, which end even if the pages stay.

    The browsers' problems are kept until the next test: a fixture that ends may look at them.
    """
    try:
        _clean(item, _AFTER)
    finally:
        yield


def _clean(item: pytest.Item, when: pytest.StashKey[dict[str, Callable[[], None]]]) -> None:
    for name, clean in item.config.stash.get(when, {}).items():
        if name in getattr(item, "fixturenames", ()):
            clean()


# --- one of each for the whole run, clean for each test ---


@pytest.fixture(scope="session")
def push_service(pytestconfig: pytest.Config) -> Iterator[PushService]:
    """The push service on loopback; messages and planned faults are forgotten after each test."""

    def start() -> PushService:
        from pwagen.testing.push_service import PushService

        return PushService()

    with available(pytestconfig, start) as service, _cleaned(pytestconfig, "push_service", service.reset):
        yield service


@pytest.fixture(scope="session")
def desktop(pytestconfig: pytest.Config) -> Iterator[Desktop]:
    """The desktop that shows notifications; empty at the start of each test."""

    def start() -> Desktop:
        from pwagen.testing.desktop import Desktop

        return Desktop()

    with available(pytestconfig, start) as desktop, _cleaned(pytestconfig, "desktop", desktop.clear):
        yield desktop


@pytest.fixture(scope="session")
def chromium(
    request: pytest.FixtureRequest, push_service: PushService, desktop: Desktop
) -> Iterator[Chromium]:
    """Chromium; online, without pages and without problems at the start of each test."""
    with running_chromium(request, push_service, desktop) as chromium:
        yield chromium


@contextmanager
def running_chromium(
    request: pytest.FixtureRequest, push_service: PushService, desktop: Desktop
) -> Iterator[Chromium]:
    """Run what the fixture ``chromium`` gives, for a fixture of the same name and another scope."""

    def start() -> Chromium:
        from pwagen.testing.chromium.chromium import Chromium

        # Playwright runs once a thread: where pytest-playwright has started it, it is shared.
        shared = request.config.pluginmanager.hasplugin("playwright")
        return Chromium(
            push_service,
            desktop,
            headless=not request.config.getoption("--pwagen-headed"),
            playwright=request.getfixturevalue("playwright") if shared else None,
        )

    config = request.config
    with (
        available(config, start) as chromium,
        _cleaned(config, "chromium", chromium.reset, chromium.leave),
    ):
        yield chromium


@pytest.fixture(scope="session")
def firefox(pytestconfig: pytest.Config, push_service: PushService, desktop: Desktop) -> Iterator[Firefox]:
    """Firefox; online, without pages and without problems at the start of each test."""
    with running_firefox(pytestconfig, push_service, desktop) as firefox:
        yield firefox


@contextmanager
def running_firefox(
    pytestconfig: pytest.Config, push_service: PushService, desktop: Desktop
) -> Iterator[Firefox]:
    """Run what the fixture ``firefox`` gives, for a fixture of the same name and another scope."""

    def start() -> Firefox:
        from pwagen.testing.firefox.firefox import Firefox

        return Firefox(push_service, desktop, headless=not pytestconfig.getoption("--pwagen-headed"))

    with (
        available(pytestconfig, start) as firefox,
        _cleaned(pytestconfig, "firefox", firefox.reset, firefox.leave),
    ):
        yield firefox


@contextmanager
def _cleaned(
    config: pytest.Config, name: str, before: Callable[[], None], after: Callable[[], None] | None = None
) -> Iterator[None]:
    """Let the two, or ``before`` twice, run round each test that uses the fixture, as long as it is there."""
    tidying = {_BEFORE: before, _AFTER: after or before}
    for when, clean in tidying.items():
        config.stash.setdefault(when, {})[name] = clean
    try:
        yield
    finally:
        for when in tidying:
            del config.stash[when][name]


# --- what a test works with ---


@pytest.fixture
def serve_site() -> Iterator[Callable[..., SiteServer]]:
    """Return a function that serves a folder at an origin of its own until the test ends."""
    from pwagen.testing.site_server.site_server import SiteServer

    with ExitStack() as servers:

        def serve(folder: Path | str, mount: str = "/", **options: Any) -> SiteServer:
            return servers.enter_context(SiteServer(Path(folder), mount, **options))

        yield serve


@pytest.fixture
def pwa_site(request: pytest.FixtureRequest, serve_site: Callable[..., SiteServer]) -> SiteServer:
    """The folder of the marker ``pwa_site(folder)``, or of the ini option ``pwagen_site``, served."""
    marker = request.node.get_closest_marker("pwa_site")
    if marker is not None:
        folder, *rest = marker.args
        return serve_site(request.path.parent / folder, *rest, **marker.kwargs)
    configured = str(request.config.getini("pwagen_site"))
    if not configured:
        pytest.fail("pwa_site: set pwagen_site in pytest's ini file, or mark the test with pwa_site(folder)")
    return serve_site(request.config.rootpath / configured)


@pytest.fixture
def pwa_url(request: pytest.FixtureRequest) -> str:
    """The app under test: PWAGEN_URL, else pwa_site. Override it for an app that runs elsewhere."""
    return os.environ.get("PWAGEN_URL") or str(request.getfixturevalue("pwa_site").url)


@pytest.fixture
def pwa_page(chromium: Chromium, pwa_url: str) -> Iterator[Page]:
    """A Chromium page at ``pwa_url``; nothing is granted, and nothing of the origin stays afterwards."""
    yield chromium.open(pwa_url)
    chromium.forget(pwa_url)


@pytest.fixture
def installed_app(chromium: Chromium, pwa_page: Page) -> Iterator[InstalledApp]:
    """The app of ``pwa_page``, installed for this test."""
    app = chromium.install(pwa_page)
    yield app
    app.uninstall()
