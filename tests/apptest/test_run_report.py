"""What a run of `pwagen test` tells: JUnit XML, JSON, the table."""

from __future__ import annotations

import io
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Error as PlaywrightError
from rich.console import Console

from pwagen.apptest.junit import junit_xml
from pwagen.apptest.run import Options, screenshots_of
from pwagen.apptest.run_report import as_data, print_table
from pwagen.apptest.run_steps import browser_failures, in_words
from pwagen.apptest.step import Result
from pwagen.testing.firefox.bidi import BidiError

HOSTILE = 'a [bold]title[/] with \x1b[31m, \x00 and "<>&'
RESULTS = [
    Result("register", "It registers", "chromium", "passed", "a worker", "a worker", "", 0.5),
    Result(
        "push-text", "Text is shown", "chromium", "failed", "a notification", HOSTILE, "site/sw.js:3", 1.25
    ),
    Result("install", "It installs", "firefox", "skipped", "an app", "not in Firefox", "", 0),
]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (TimeoutError(), "the browser gives no answer"),
        (ConnectionResetError("Cannot write to closing transport"), "the browser is gone"),
        (
            PlaywrightError("Page.goto: Target page, context or browser has been closed"),
            "the page or the browser is gone",
        ),
        (PlaywrightError("Page.goto: net::ERR_ABORTED\nCall log: …"), "Page.goto: net::ERR_ABORTED"),
        (BidiError(""), "BidiError"),
    ],
)
def test_a_browser_that_fails_is_put_into_words(error: Exception, said: str) -> None:
    assert isinstance(error, browser_failures())
    assert in_words(error) == said


def test_junit_holds_every_step_and_hostile_text_stays_text() -> None:
    suite = ElementTree.fromstring(junit_xml("site", RESULTS, 2.0)).find("testsuite")
    assert suite is not None
    assert [suite.get(name) for name in ("tests", "failures", "skipped")] == ["3", "1", "1"]
    failure = suite.find("testcase[@classname='pwagen.chromium']/failure")
    assert failure is not None
    assert failure.text is not None
    assert '"<>&' in failure.text
    assert "site/sw.js:3" in failure.text
    skipped = suite.find("testcase[@classname='pwagen.firefox']/skipped")
    assert skipped is not None


def test_json_counts() -> None:
    data = as_data("site", RESULTS, 2.0)
    assert (data["passed"], data["failed"], data["skipped"]) == (1, 1, 1)
    assert data["steps"][1]["where"] == "site/sw.js:3"


def test_the_table_names_failures_and_no_text_of_the_site_is_markup() -> None:
    out = io.StringIO()
    print_table(RESULTS, 2.0, Console(file=out, width=120))
    text = out.getvalue()
    assert "[bold]title[/]" in text
    assert "\x1b[31m" not in text
    assert "expected  a notification" in text
    assert "look at   site/sw.js:3" in text
    assert text.rstrip().endswith("1 passed, 1 failed, 1 skipped, in 2.0 s")


def test_pictures_are_in_a_folder_of_their_browser_where_there_are_several() -> None:
    shots = Path("shots")
    assert screenshots_of("chromium", Options(screenshots=shots)) == shots
    both = Options(browsers=("chromium", "firefox"), screenshots=shots)
    assert screenshots_of("firefox", both) == shots / "firefox"
    assert screenshots_of("chromium", Options()) is None
