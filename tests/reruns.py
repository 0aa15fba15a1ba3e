"""How often browser tests may be tried again, and what is known of those that were.

One hiccup in hundreds of tests says nothing of the change that is tested, but a race of one in ten would hide
behind it: so a whole run may have ``MOST`` of them, and tests/reruns.toml has the reason for each test. What
went wrong the first time is shown: that is where the reason is looked for.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

MOST = 2
LIST = Path(__file__).with_name("reruns.toml")


def known_reruns() -> dict[str, str]:
    """Return the reason for each test of the list, by its id without parameters."""
    entries = tomllib.loads(LIST.read_text(encoding="utf-8")).get("rerun", [])
    return {entry["test"]: entry["reason"] for entry in entries}


class Reruns:
    """Counts them where the run is controlled: with pytest-xdist its workers' reports arrive there, too."""

    def __init__(self) -> None:
        self.tests: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a test that failed and is tried again."""
        if report.outcome == "rerun":  # type: ignore[comparison-overlap]  # pytest-rerunfailures' own
            self.tests[report.nodeid] = _first_line(report)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Let a run fail that had too many."""
        if len(self.tests) > MOST and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say what is to be looked into."""
        known = known_reruns()
        for test, problem in self.tests.items():
            reason = known.get(test.partition("[")[0], f"find the reason, and add it to tests/{LIST.name}")
            terminalreporter.write_line(f"rerun: {test}: {reason}", yellow=True)
            terminalreporter.write_line(f"    {problem}")
        if len(self.tests) > MOST:
            terminalreporter.write_line(f"{len(self.tests)} reruns, at most {MOST} are accepted", red=True)


def _first_line(report: pytest.TestReport) -> str:
    """Return where a test failed, and the first line of why."""
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is None:
        return report.longreprtext.strip().rpartition("\n")[2]
    return f"{crash.path}:{crash.lineno}: {crash.message.partition(chr(10))[0]}"
