"""Icons look as they did: each by the distance that people see, to a picture of it that is kept."""

from __future__ import annotations

from dataclasses import replace

import pytest
import pyvips

from pwagen.artifacts.icons import Picture
from tests.artifacts.golden_icons import CASES, file_of, sheet

pytestmark = pytest.mark.slow

# CIEDE2000: 1 is hardly seen, 10 at a glance. Versions of the renderer smooth edges each in its own way.
MOST_ON_AVERAGE = 0.3
CLEARLY_SEEN = 10
MOST_CLEARLY_SEEN = 0.003


def looks_alike(one: pyvips.Image, other: pyvips.Image) -> bool:
    difference = one.colourspace("lab").dE00(other.colourspace("lab"))
    seen = (difference > CLEARLY_SEEN).avg() / 255
    return bool(difference.avg() <= MOST_ON_AVERAGE and seen <= MOST_CLEARLY_SEEN)


@pytest.mark.parametrize("case", CASES)
def test_icons_look_as_they_did(case: str) -> None:
    kept = pyvips.Image.new_from_file(str(file_of(case)))
    assert looks_alike(sheet(CASES[case]), kept), (
        f"look at {file_of(case)}, and make it again if that is meant"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"#0b3d5c", b"#1b4d6c"),  # another blue
        (b"M34 18v22h14z", b"M36 20v22h14z"),  # moved by two of 64
        (b'rx="14"', b'rx="20"'),  # rounder
        (b"M14 44h36", b"M15 45h34"),  # thinner
        (b"#f4a340", b"#f45a40"),  # another sail
    ],
)
def test_changed_drawing_is_noticed(before: bytes, after: bytes) -> None:
    sources = CASES["plate"]
    assert sources.source and before in sources.source.content
    changed = Picture("logo.svg", sources.source.content.replace(before, after))
    kept = pyvips.Image.new_from_file(str(file_of("plate")))
    assert not looks_alike(sheet(replace(sources, source=changed)), kept)
