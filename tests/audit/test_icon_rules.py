"""The rules about icons as pictures: what each must notice, and what may look like it and is fine."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pwagen.audit.finding import Finding
from pwagen.cli import app
from tests.audit.examples import DRAWINGS, findings_by, painted, write_example

pytestmark = pytest.mark.slow  # each case audits a whole site

MASKABLE, ICON = "icons/maskable-512.png", "icons/icon-512.png"


def drawing(shapes: str, px: int = 512) -> str:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="{px}" height="{px}" viewBox="0 0 100 100">'
    return f"{svg}{shapes}</svg>"


def findings_of(rule: str, folder: Path, example: dict[str, str], **pictures: bytes) -> list[Finding]:
    write_example(folder, example)
    for name, content in pictures.items():
        (folder / "icons" / f"{name.replace('_', '-')}.png").write_bytes(content)
    return findings_by(rule, folder)


PLATE = '<rect width="100" height="100" fill="#7a3e12"/>'


@pytest.mark.parametrize(
    "shapes",
    [
        PLATE + '<path d="M2 45h96v10H2z" fill="#fff"/>',
        PLATE + '<text x="50" y="57" font-size="21" text-anchor="middle" fill="#fff">BAKERY!</text>',
        PLATE + '<circle cx="50" cy="50" r="47" fill="none" stroke="#fff" stroke-width="2"/>',
    ],
    ids=["a bar", "a word", "a ring"],
)
def test_what_a_round_mask_cuts_off_is_noticed(shapes: str, tmp_path: Path) -> None:
    (finding,) = findings_of("icon-safe-zone", tmp_path, {MASKABLE: drawing(shapes)})
    x, y = map(int, finding.where.part.removeprefix("pixel ").split(","))
    assert math.hypot(x - 256, y - 256) > 0.45 * 512


@pytest.mark.parametrize(
    "shapes",
    [
        PLATE + '<circle cx="50" cy="50" r="40" fill="#fff"/>',
        PLATE + '<circle cx="50" cy="50" r="49" fill="#fff"/><path d="M40 40h20v20H40z"/>',
        PLATE + '<rect x="4" y="4" width="92" height="92" rx="18" fill="#fff"/>',
        '<path d="M0 0h100v50H0z" fill="#fff"/><path d="M0 50h100v50H0z" fill="#7a3e12"/>',
        PLATE + '<path d="M30 60L100 130V60L70 40z" fill="#5a2e02"/><path d="M30 40h40v20H30z" fill="#fff"/>',
        PLATE + '<path d="M2 45h96v10H2z" fill="#824619"/>',
        '<circle cx="50" cy="50" r="48" fill="#7a3e12"/>',
    ],
    ids=["inside", "a disc", "a plate", "full bleed", "a long shadow", "hardly seen", "transparent"],
)
def test_what_a_mask_may_cut_off_is_not(shapes: str, tmp_path: Path) -> None:
    assert findings_of("icon-safe-zone", tmp_path, {MASKABLE: drawing(shapes)}) == []


@pytest.mark.parametrize(
    ("shapes", "ground"),
    [
        ('<path d="M30 30h40v40H30z" fill="#fff"/>', "white"),
        ('<path d="M30 30h40v40H30z" fill="#f4f4f0" fill-opacity=".9"/>', "white"),
        ('<path d="M30 30h40v40H30z" fill="#000"/>', "dark"),
        ('<path d="M30 30h40v40H30z" fill="#1d1f24"/>', "dark"),
    ],
)
def test_an_icon_that_is_not_seen_is_noticed(shapes: str, ground: str, tmp_path: Path) -> None:
    (finding,) = findings_of("icon-contrast", tmp_path, {ICON: drawing(shapes)})
    assert ground in finding.message


@pytest.mark.parametrize(
    "shapes",
    [
        '<path d="M30 30h40v40H30z" fill="#ffeb3b"/>',
        '<path d="M30 30h40v40H30z" fill="#fff" stroke="#000" stroke-width="3"/>',
        '<rect width="100" height="100" fill="#fff"/>',
        '<path d="M30 30h40v40H30z" fill="#7a3e12"/>',
    ],
    ids=["yellow", "an outline", "opaque", "a colour"],
)
def test_an_icon_that_is_seen_is_not(shapes: str, tmp_path: Path) -> None:
    assert findings_of("icon-contrast", tmp_path, {ICON: drawing(shapes)}) == []


@pytest.mark.parametrize("kernel", ["linear", "cubic", "lanczos3"])
@pytest.mark.parametrize("px", [64, 128])
def test_a_small_picture_that_was_scaled_up_is_noticed(px: int, kernel: str, tmp_path: Path) -> None:
    import pyvips

    drawn = DRAWINGS[ICON].replace('width="512" height="512"', f'width="{px}" height="{px}"')
    small = pyvips.Image.new_from_buffer(painted(drawn), "")
    large = small.premultiply().resize(512 / px, kernel=kernel).unpremultiply().cast("uchar")
    (finding,) = findings_of("icon-blurred", tmp_path, {}, icon_512=large.pngsave_buffer())
    assert finding.where.part.startswith("pixel ")


@pytest.mark.parametrize(
    "shapes",
    [
        '<defs><radialGradient id="g"><stop stop-color="#fff"/><stop offset="1" stop-color="#7a3e12"/>'
        '</radialGradient></defs><rect width="100" height="100" fill="url(#g)"/>',
        '<defs><filter id="b"><feGaussianBlur stdDeviation="3"/></filter></defs>'
        '<rect width="100" height="100" fill="#7a3e12"/>'
        '<circle cx="50" cy="50" r="30" filter="url(#b)"/><path d="M40 40h20v20H40z" fill="#fff"/>',
        "<path d='M20.1 20.1l60 30-60 30z' fill='#7a3e12'/>",
    ],
    ids=["a gradient", "a soft shadow", "slanting edges"],
)
def test_a_soft_picture_is_not(shapes: str, tmp_path: Path) -> None:
    assert findings_of("icon-blurred", tmp_path, {ICON: drawing(shapes)}) == []


def test_pixel_art_is_not(tmp_path: Path) -> None:
    import pyvips

    small = pyvips.Image.new_from_buffer(painted(drawing(PLATE + '<path d="M20 20l60 9-20 50z"/>', 32)), "")
    large = small.resize(16, kernel="nearest").pngsave_buffer()
    assert findings_of("icon-blurred", tmp_path, {}, icon_512=large) == []


MONOCHROME = (
    '{"icons": [{"src": "icons/icon-512.png", "sizes": "512x512"},'
    ' {"src": "icons/badge-96.png", "sizes": "96x96", "purpose": "monochrome"}]}'
)


@pytest.mark.parametrize(
    ("shapes", "count"),
    [(PLATE, 1), ("", 1), ('<path d="M30 30h40v40H30z"/>', 0)],
    ids=["full", "empty", "a shape"],
)
def test_a_monochrome_icon_is_a_shape(shapes: str, count: int, tmp_path: Path) -> None:
    example = {"manifest.json": MONOCHROME, "icons/badge-96.png": drawing(shapes, 96), "sw.js#push": ""}
    assert len(findings_of("icon-monochrome", tmp_path, example)) == count


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (drawing('<circle cx="50" cy="50" r="40" fill="#7a3e12"/>', 180), "transparent"),
        (drawing(PLATE, 60), "60x60"),
        (drawing(PLATE, 180).replace('height="180"', 'height="120" preserveAspectRatio="none"'), "square"),
    ],
    ids=["transparent", "small", "not square"],
)
def test_an_apple_icon_that_ios_spoils_is_noticed(content: str, words: str, tmp_path: Path) -> None:
    (finding,) = findings_of("icon-apple", tmp_path, {"icons/apple-touch-icon.png": content})
    assert words in finding.message


@pytest.mark.parametrize(
    "content",
    [drawing(PLATE.replace("<rect", '<rect rx="16"'), 180), drawing(PLATE, 512), drawing(PLATE, 152)],
    ids=["rounded corners", "large", "for tablets"],
)
def test_an_apple_icon_that_looks_right_is_not(content: str, tmp_path: Path) -> None:
    assert findings_of("icon-apple", tmp_path, {"icons/apple-touch-icon.png": content}) == []


@pytest.mark.parametrize(
    ("example", "count"),
    [
        ({}, 1),
        ({"apple-touch-icon.png": DRAWINGS["icons/apple-touch-icon.png"]}, 0),
        ({"index.html#head": '<link rel="apple-touch-icon-precomposed" href="icons/icon-192.png">'}, 0),
        ({"index.html#manifest": ""}, 0),
        ({"index.html#script": "<script>head.append(link('apple-touch-icon'))</script>"}, 0),
    ],
    ids=["none", "at the usual place", "precomposed", "no app", "by a script"],
)
def test_a_page_without_an_apple_icon(example: dict[str, str], count: int, tmp_path: Path) -> None:
    example = {"index.html#icons": '<link rel="icon" href="icons/icon-192.png">', **example}
    assert len(findings_of("head-apple-icon", tmp_path, example)) == count


def test_the_icons_of_a_white_logo_are_seen_on_both_grounds(tmp_path: Path) -> None:
    logo = drawing('<path d="M20 20l60 30-60 30z" fill="#fff"/>')
    (tmp_path / "logo.svg").write_text(logo)
    (tmp_path / "pwagen.yaml").write_text("app: {name: Bakery}\nicons: {source: logo.svg}\n")
    assert CliRunner().invoke(app, ["build", str(tmp_path)]).exit_code == 0
    assert findings_by("icon-contrast", tmp_path / "dist") == []
