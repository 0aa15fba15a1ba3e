"""What is tried again is counted, named, and limited."""

from __future__ import annotations

import pytest

from tests.folders import ROOT
from tests.reruns import known_reruns

pytest_plugins = ["pytester"]

FLAKY = """
import pytest

from pathlib import Path

@pytest.mark.parametrize("number", range({count}))
@pytest.mark.flaky(reruns=1)
def test_flaky(number):
    tried = Path(__file__).with_suffix(f".{{number}}")
    if not tried.exists():
        tried.touch()
        pytest.fail("the first time")
"""
PLUGIN = """
from tests.reruns import Reruns

def pytest_configure(config):
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Reruns())
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "count", "code"),
    [((), 2, 0), ((), 3, 1), (("-n", "2", "--dist", "loadfile"), 3, 1)],
    ids=["two", "three", "three side by side"],
)
def test_more_than_two_reruns_fail_the_run(
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    options: tuple[str, ...],
    count: int,
    code: int,
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makeconftest(PLUGIN)
    pytester.makepyfile(test_a=FLAKY.format(count=1), test_b=FLAKY.format(count=count - 1))
    run = pytester.runpytest_subprocess("-p", "no:cacheprovider", *options)
    assert run.ret == code, run.outlines
    run.assert_outcomes(passed=count)
    run.stdout.fnmatch_lines(
        [
            "rerun: test_a.py::test_flaky?0?: find the reason, and add it to tests/reruns.toml",
            "*test_a.py:*: Failed: the first time",
        ]
    )
    assert (f"{count} reruns, at most 2 are accepted" in run.outlines) is bool(code)


def test_each_entry_names_a_test_and_a_reason() -> None:
    for test, reason in known_reruns().items():
        path, _, name = test.partition("::")
        assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8")
        assert len(reason) > 20
