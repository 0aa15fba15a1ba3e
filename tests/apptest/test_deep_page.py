"""Which page below the start page is opened offline."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pwagen.apptest.step import StepSkippedError
from pwagen.apptest.steps.offline import deepest

PAGES = ["https://news.example/about/", "https://news.example/of/2026/tides/", "https://news.example/of/"]
NEVER = "offline.never"


def deepest_of(links: list[str], others: Sequence[str] = (), left: str = "-", no_page: str = "-") -> str:
    """Return it where what ends so is left to the network, and what ends otherwise is no page."""
    return deepest(
        links,
        list(others),
        lambda url: NEVER if url.endswith(left) else "",
        lambda url: not url.endswith(no_page),
    )


def test_the_deepest_linked_page_that_is_not_left_to_the_network_comes_first() -> None:
    assert deepest_of(PAGES) == PAGES[1]
    assert deepest_of([f"{PAGES[1]}?page=2", *PAGES]) == PAGES[1]
    assert deepest_of(PAGES, left="tides/") == PAGES[0]
    assert deepest_of(PAGES, no_page="tides/") == PAGES[0]
    assert deepest_of(PAGES[:1], PAGES[1:]) == PAGES[0]
    assert deepest_of(PAGES[:1], PAGES[1:], left="about/") == PAGES[1]


def test_a_site_without_such_a_page_is_skipped_with_the_reason() -> None:
    with pytest.raises(StepSkippedError, match=f"{NEVER} leaves {PAGES[1]} to the network"):
        deepest_of(PAGES, left="/")
    with pytest.raises(StepSkippedError, match="the site has one page"):
        deepest_of(PAGES, no_page="/")
