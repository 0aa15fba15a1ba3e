"""Which of a browser's registrations a URL belongs to."""

from __future__ import annotations

import pytest

from pwagen.testing.chromium.workers import registration_of

SITE = "http://localhost:8000/"


@pytest.mark.parametrize(
    ("scopes", "expected"),
    [
        ({}, None),
        ({"1": "http://localhost:8001/"}, None),
        ({"1": SITE, "2": "http://localhost:8001/"}, "1"),
        ({"3": f"{SITE}app/", "4": SITE}, "3"),
        ({"9": SITE, "10": SITE}, "10"),  # the first one's installation failed
        ({"100": SITE, "99": SITE}, "100"),
    ],
)
def test_the_longest_scope_counts_and_of_several_the_newest(
    scopes: dict[str, str], expected: str | None
) -> None:
    assert registration_of(f"{SITE}app/index.html", scopes) == expected
