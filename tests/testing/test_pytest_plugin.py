"""The fixtures as another project meets them: cheap, optional, and loud about what is missing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pwagen.imports.optional_packages import install_command

PLUGIN = "pwagen.testing.pytest_plugin"
TEST = """
def test_one(chromium):
    pass

def test_two(desktop):
    pass

def test_three():
    pass
"""
# The desktop can not be cleaned after the first test, as a browser whose pages stay open.
HANGS_ONCE = """
import pytest
from pwagen.testing import pytest_plugin

@pytest.fixture(scope="session")
def desktop(pytestconfig):
    tries = []

    def clean():
        tries.append(1)
        if len(tries) == 1:
            raise RuntimeError("it hangs")

    with pytest_plugin._cleaned(pytestconfig, "desktop", clean):
        yield
"""
OWN_FOLDERS = """
import pytest

def test_one(desktop, tmp_path):
    assert tmp_path.name.startswith("test_one")

def test_two(desktop, tmp_path):
    assert tmp_path.name.startswith("test_two")

def test_three(tmp_path):
    assert tmp_path.name.startswith("test_three")
"""

# Each runs a pytest of its own.
pytestmark = pytest.mark.slow


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n")
    (tmp_path / "test_app.py").write_text(TEST)
    return tmp_path


def run(project: Path, *arguments: str, code: str = "pass") -> subprocess.CompletedProcess[str]:
    """Run pytest in the project, with the plugin from its entry point."""
    start = f"import sys, pytest; {code}; sys.exit(pytest.main(sys.argv[1:]))"
    return subprocess.run(
        [sys.executable, "-c", start, "-p", "no:cacheprovider", *arguments],
        cwd=project,
        env={"PATH": "/nowhere", "PLAYWRIGHT_BROWSERS_PATH": "/nowhere", "HOME": str(project)},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_missing_browsers_are_skipped_counted_and_named(project: Path) -> None:
    ran = run(project)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    expected = "pwagen: 2 browser tests skipped: dbus-daemon is not installed: install the package dbus"
    assert expected in ran.stdout
    assert "1 passed, 2 skipped" in ran.stdout


def test_they_fail_where_they_are_required(project: Path) -> None:
    ran = run(project, "--pwagen-require-browsers")
    assert (ran.returncode, "1 passed, 2 errors" in ran.stdout) == (1, True)


def test_a_missing_extra_is_named(project: Path) -> None:
    ran = run(project, code="sys.modules['aiohttp'] = None")
    assert "pwagen: 1 browser test skipped: import of aiohttp halted" in ran.stdout
    assert install_command("test") in ran.stdout


def test_loading_costs_nothing_and_can_be_refused(project: Path) -> None:
    heavy = "{'aiohttp', 'playwright', 'cryptography', 'dbus_fast', 'asyncio'}"
    (project / "test_app.py").write_text(
        "import sys\n\n"
        "def test_light():\n"
        f"    assert not {heavy} & set(sys.modules)\n"
        f"    assert '{PLUGIN}' in sys.modules\n"
    )
    ran = run(project, "-p", "no:anyio", "-p", "no:hypothesispytest")
    assert "1 passed" in ran.stdout, ran.stdout
    (project / "test_app.py").write_text("def test_it():\n    pass\n")
    ran = run(project, "-p", "no:pwagen")
    assert "1 passed" in ran.stdout, ran.stdout


def test_a_site_must_be_named(project: Path) -> None:
    (project / "test_app.py").write_text("def test_it(pwa_site):\n    pass\n")
    assert "set pwagen_site in pytest's ini file" in run(project).stdout


def test_a_site_is_served(project: Path) -> None:
    (project / "public").mkdir()
    (project / "public/index.html").write_text("home")
    (project / "pytest.ini").write_text("[pytest]\npwagen_site = public\n")
    (project / "test_app.py").write_text(
        "import urllib.request\n\n"
        "def test_it(pwa_site, pwa_url):\n"
        "    assert pwa_url == pwa_site.url\n"
        "    with urllib.request.urlopen(pwa_url) as answer:\n"
        "        assert answer.read() == b'home'\n"
    )
    ran = run(project)
    assert "1 passed" in ran.stdout, ran.stdout


@pytest.mark.parametrize(
    ("mark", "outcome"),
    [("", "3 passed, 1 error in"), ("pytestmark = pytest.mark.flaky(reruns=1)\n", "4 passed, 1 rerun in")],
    ids=["once", "tried again"],
)
def test_pages_that_do_not_close_leave_the_next_test_its_own_fixtures(
    project: Path, mark: str, outcome: str
) -> None:
    (project / "conftest.py").write_text(HANGS_ONCE)
    (project / "test_app.py").write_text(OWN_FOLDERS + mark)
    ran = run(project)
    assert outcome in ran.stdout, ran.stdout
