"""Fixtures that more than one test file uses."""

from __future__ import annotations

import gc
import os
import re
import shutil
import sys
from collections import defaultdict
from collections.abc import Generator, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pwagen.testing.pytest_plugin import running_chromium, running_firefox
from tests.folders import share_icons
from tests.push.databases import empty_database, postgresql
from tests.quick_limit import QuickLimit
from tests.reruns import Reruns
from tests.shared_browser import SharedBrowser

if TYPE_CHECKING:
    from pwagen.testing.chromium.chromium import Chromium
    from pwagen.testing.desktop import Desktop
    from pwagen.testing.firefox.firefox import Firefox
    from pwagen.testing.push_service import PushService

LONGEST_ID = 40
SHARED = pytest.StashKey[dict[str, SharedBrowser[Any]]]()
"""The browsers that files of tests share, by the fixture's name, as far as one has asked for them."""
LONG_FILES = {
    "test_pwagen_test.py": 100.0,
    "test_packaging.py": 60.0,
    "test_install_commands.py": 60.0,
    "test_generators.py": 20.0,
    "test_random.py": 40.0,
    "test_ci_hooks.py": 30.0,
    "test_manifest_verdicts.py": 20.0,
    "test_javascript.py": 6.0,
    "test_build.py": 2.0,
    "test_sending.py": 1.0,
    "test_throttling.py": 1.0,
}
"""Seconds that a file takes beyond what the number of its tests lets expect."""
WAITING_FILES = (
    "test_celery.py",
    "test_celery_outages.py",
    "test_celery_vendors.py",
    "test_store_sending.py",
    "test_serve_subscriptions.py",
    "test_install_commands.py",
    "test_cli_send_celery.py",
    "test_dead_subscriptions.py",
    "test_site_server.py",
)
"""Files that wait for brokers, locks and registries, and compute little: each runs beside a browser's."""
MARKED_SECONDS = (("browser", 2), ("slow", 0.5))
"""What a test takes on average."""
MOST_SECONDS = 3
"""Of processor time, for a test that isn't slow: ten times what any takes, but for the JavaScript's."""
WHOLLY_SLOW = re.compile(r"^pytestmark = \[?pytest\.mark\.slow\b", re.MULTILINE)
"""The line by which every test of a file is slow."""
LONG = 30
"""Seconds of a file that must not be among the last."""


@pytest.fixture(scope="session")
def node() -> Path:
    """Return a Node.js executable: the machine's own, else the one that the development tools bring."""
    for candidate in (shutil.which("node"), Path(sys.executable).with_name("node")):
        if candidate and Path(candidate).exists():
            return Path(candidate)
    pytest.fail("no Node.js: install the development tools (pip install --group dev)")


@pytest.fixture(scope="session")
def shared_chromium(
    request: pytest.FixtureRequest, push_service: PushService, desktop: Desktop
) -> Iterator[SharedBrowser[Chromium]]:
    """Start what ``chromium`` gives to the files of tests."""
    shared = SharedBrowser(lambda: running_chromium(request, push_service, desktop))
    request.config.stash.setdefault(SHARED, {})["chromium"] = shared
    yield shared
    shared.close()


@pytest.fixture(scope="module")
def chromium(request: pytest.FixtureRequest, shared_chromium: SharedBrowser[Chromium]) -> Chromium:
    """Return a Chromium that other files may have used, clean for each test."""
    return shared_chromium.for_file(request)


@pytest.fixture(scope="session")
def shared_firefox(
    pytestconfig: pytest.Config, push_service: PushService, desktop: Desktop
) -> Iterator[SharedBrowser[Firefox]]:
    """Start what ``firefox`` gives to the files of tests."""
    shared = SharedBrowser(lambda: running_firefox(pytestconfig, push_service, desktop))
    pytestconfig.stash.setdefault(SHARED, {})["firefox"] = shared
    yield shared
    shared.close()


@pytest.fixture(scope="module")
def firefox(request: pytest.FixtureRequest, shared_firefox: SharedBrowser[Firefox]) -> Firefox:
    """Return a Firefox that other files may have used, clean for each test."""
    return shared_firefox.for_file(request)


@pytest.fixture(scope="module", autouse=True)
def no_browser_beside_other_tests(request: pytest.FixtureRequest) -> None:
    """End the browsers that a file doesn't use.

    While Playwright runs, nothing else may run it, or asyncio; and a Firefox that does nothing takes a tenth
    of a core all the same.
    """
    running = {name: one for name, one in request.config.stash.get(SHARED, {}).items() if one.is_running}
    if running:
        tests = [item for item in request.session.items if item.path == request.path]
        used = {name for item in tests for name in getattr(item, "fixturenames", ())}
        for name in running.keys() - used:
            running[name].close()


@pytest.fixture(scope="session")
def icon_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for ``share_icons()``."""
    return tmp_path_factory.mktemp("icons")


@pytest.fixture
def icons_of_another_test(tmp_path: Path, icon_cache: Path) -> None:
    """Let a project in ``tmp_path`` have its icons from a test before."""
    share_icons(tmp_path, icon_cache)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """Yield the URL of a PostgreSQL server, of which ``postgresql_database`` gives a part to each test."""
    with postgresql() as url:
        if url is None:
            pytest.skip("PostgreSQL is not installed")
        yield url


@pytest.fixture
def postgresql_database(postgresql_server: str) -> Iterator[str]:
    """Yield the URL of an empty database in PostgreSQL."""
    with empty_database(postgresql_server) as url:
        yield url


@pytest.fixture
def not_root() -> Iterator[None]:
    """Root reads everything, so be somebody else for a while."""
    if sys.platform == "win32":
        pytest.skip("POSIX permissions")
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    yield
    if root:
        os.seteuid(0)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --slow, which `make test` gives, and --readable-worker."""
    parser.addoption("--slow", action="store_true", help="run the tests marked slow, too")
    parser.addoption(
        "--readable-worker",
        action="store_true",
        help="leave sw.js of tests/browser/features as it is read",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Count what is tried again, where the run is controlled; keep quick runs quick, where tests run."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Reruns())
    if not config.getoption("--slow") and not _names_files(config):
        config.pluginmanager.register(QuickLimit(MOST_SECONDS))


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Return one worker more than there are cores: a fifth of the time tests wait for others than them.

    Not for quick runs, where a worker's own start is most of what it does.
    """
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return cores + 1 if config.getoption("--slow") else None


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name what is long after its argument: keys differ from run to run, and names must not."""
    return argname if isinstance(val, str | bytes) and len(val) > LONGEST_ID else None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for garbage in what the tests make alone: the thousands of tests themselves stay to the end."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Don't read what is slow as a whole where nothing of it would run: half of collecting is its imports."""
    if config.getoption("--slow") or _names_files(config) or collection_path.suffix != ".py":
        return None
    is_slow = WHOLLY_SLOW.search(collection_path.read_text(encoding="utf-8"))
    return True if is_slow else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Choose what runs, and in which order.

    Slow tests of their own file or name run without --slow as well: whoever names them wants them. Of a whole
    run, a browser's test that fails is tried once more (tests/reruns.py).
    """
    named = _names_files(config)
    if not config.getoption("--slow") and not named:
        slow = [item for item in items if item.get_closest_marker("slow")]
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if not item.get_closest_marker("slow")]
    for item in items:
        if not named and item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))
    if hasattr(config, "workerinput"):
        _longest_file_first(items)
    else:
        _quickest_test_first(items)


def _names_files(config: pytest.Config) -> bool:
    return any(".py" in argument for argument in config.invocation_params.args)


def _longest_file_first(items: list[pytest.Item]) -> None:
    """Let long files begin, those in browsers before others, and short ones fill the gaps at the end.

    Files in Firefox come together, so that each worker starts it once. The first of the others alternate
    with those that wait, so that one worker's browser has the cores while the other one waits.
    """
    seconds: dict[Path, float] = defaultdict(float)
    for item in items:
        seconds[item.path] += next(
            (cost for mark, cost in MARKED_SECONDS if item.get_closest_marker(mark)), 0.02
        )
    in_browsers = {item.path for item in items if item.get_closest_marker("browser")}
    in_firefox = {item.path for item in items if "firefox" in getattr(item, "fixturenames", ())}

    def order(item: pytest.Item) -> tuple[bool, bool, float]:
        expected = seconds[item.path] + LONG_FILES.get(item.path.name, 0)
        return item.path in in_firefox, item.path in in_browsers or expected > LONG, expected

    items.sort(key=order, reverse=True)
    files: dict[Path, list[pytest.Item]] = defaultdict(list)
    for item in items:
        files[item.path].append(item)
    waiting = {path: files.pop(path) for path in list(files) if path.name in WAITING_FILES}
    pairs = zip_longest(files.values(), waiting.values(), fillvalue=())
    items[:] = [item for pair in pairs for file in pair for item in file]


def _quickest_test_first(items: list[pytest.Item]) -> None:
    """Run what fails quickly first: plain tests, then slow ones, then those that drive a browser."""
    items.sort(
        key=lambda item: 2 * bool(item.get_closest_marker("browser")) + bool(item.get_closest_marker("slow"))
    )


def pytest_unconfigure() -> None:
    """Let Python end without a last look for garbage among all that the tests have made."""
    gc.freeze()
