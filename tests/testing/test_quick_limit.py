"""A test that takes too long for `make quick` fails, whatever else the machine does."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.folders import ROOT

CONFTEST = """
from tests.quick_limit import QuickLimit

def pytest_configure(config):
    config.addinivalue_line("markers", "slow: for another run")
    config.pluginmanager.register(QuickLimit(0.2))
"""
TESTS = """
import subprocess, sys, time
import pytest

BUSY = "import time\\nwhile time.process_time() < 0.4: pass"

def test_busy():
    start = time.process_time()
    while time.process_time() - start < 0.25: pass

def test_busy_child():
    subprocess.run([sys.executable, "-c", BUSY], check=True)

def test_waiting():
    time.sleep(0.5)

@pytest.mark.slow
def test_slow():
    test_busy()
"""


@pytest.mark.slow
def test_processor_time_is_limited_and_waiting_is_not(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_times.py").write_text(TESTS)
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:pwagen", "--rootdir", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    summary = done.stdout.partition("short test summary")[2]
    assert "4 passed, 2 errors" in done.stdout, done.stdout
    failed = re.findall(r"^ERROR .*::(\w+)", summary, re.MULTILINE)
    assert failed == ["test_busy", "test_busy_child"]
    assert "mark it slow" in done.stdout
