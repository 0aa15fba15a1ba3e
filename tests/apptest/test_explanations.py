"""What stood in the way, in words, and what to write."""

from __future__ import annotations

import pytest

from pwagen.apptest.explanations import (
    PERSONAL,
    SENDS_NO_STORE,
    forbidding_directive,
    header_in_the_way,
    install_hint,
)
from pwagen.apptest.sites.left_to_network import member_for
from pwagen.globs import to_regex
from pwagen.testing.chromium.browser_problems import BrowserProblem

CONNECT, DEFAULT = "connect-src 'none'", "default-src 'none'"
VIOLATION = (
    "Connecting to 'http://localhost:1/a' violates the following Content Security Policy directive: "
    '"{}". The action has been blocked.'
)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, ("", "")),
        ({"vary": "Accept-Encoding", "cache-control": "no-cache"}, ("", "")),
        ({"vary": "Accept-Language, Cookie"}, ("Vary: Accept-Language, Cookie", PERSONAL)),
        ({"cache-control": "private, max-age=0"}, ("Cache-Control: private, max-age=0", PERSONAL)),
        ({"vary": "Cookie", "cache-control": "no-store"}, ("Cache-Control: no-store", SENDS_NO_STORE)),
    ],
)
def test_the_header_in_the_way_is_the_one_that_has_to_change(
    headers: dict[str, str], expected: tuple[str, str]
) -> None:
    assert header_in_the_way(headers) == expected


@pytest.mark.parametrize(
    ("problem", "directive"),
    [
        (
            BrowserProblem("worker console error", VIOLATION.format(CONNECT)),
            "connect-src 'none'",
        ),
        (
            BrowserProblem("worker console error", VIOLATION.format(DEFAULT)),
            "default-src 'none'",
        ),
        (BrowserProblem("console error", VIOLATION.format(CONNECT)), ""),
        (BrowserProblem("worker exception", "Uncaught TypeError: Failed to fetch"), ""),
    ],
)
def test_only_a_policy_over_the_worker_keeps_it_from_installing(
    problem: BrowserProblem, directive: str
) -> None:
    assert forbidding_directive([problem]) == directive


def test_what_an_app_lacks_is_written_once() -> None:
    hint = install_hint(["manifest-missing-suitable-icon", "no-acceptable-icon", "start-url-not-valid"])
    assert hint.count("icons:") == 1
    assert "start_url" in hint
    assert install_hint(["platform-not-supported-on-android"]) == ""


@pytest.mark.parametrize(
    ("path", "member"),
    [
        ("admin/", "offline.never"),
        ("admin/help/", ""),
        ("api/news", "a network-only route of offline.routes"),
        ("news/today", ""),
        ("news/live", ""),
    ],
)
def test_a_page_is_left_to_the_network_by_the_first_rule_that_says_so(path: str, member: str) -> None:
    offline = {
        "never": [to_regex("admin/**")],
        "routes": [
            {"match": to_regex("news/**"), "strategy": "network-first"},
            {"match": to_regex("{api,news}/**"), "strategy": "network-only"},
        ],
        "precache": [["admin/help/index.html", "hash", 0]],
    }
    assert member_for(offline, path) == member
