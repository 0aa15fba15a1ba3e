"""Fixtures that more than one test file uses."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def node() -> Path:
    """Return a Node.js executable: the machine's own, else the one that the development tools bring."""
    for candidate in (shutil.which("node"), Path(sys.executable).with_name("node")):
        if candidate and Path(candidate).exists():
            return Path(candidate)
    pytest.fail("no Node.js: install the development tools (pip install --group dev)")


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
    """Add --slow, which `make test` gives."""
    parser.addoption("--slow", action="store_true", help="run the tests marked slow, too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run what fails quickly first: plain tests, then slow ones, then those that drive a browser.

    Slow tests of their own file or name run without --slow as well: whoever names them wants them. Of a whole
    run, a browser's test that fails is tried once more, and the summary names it: one hiccup in hundreds says
    nothing of the change that is tested.
    """
    named = any(".py" in argument for argument in config.invocation_params.args)
    if not config.getoption("--slow") and not named:
        slow = [item for item in items if item.get_closest_marker("slow")]
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if not item.get_closest_marker("slow")]
    for item in items:
        if not named and item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))
    items.sort(
        key=lambda item: 2 * bool(item.get_closest_marker("browser")) + bool(item.get_closest_marker("slow"))
    )
