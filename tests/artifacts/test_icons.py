"""Real pixels of every icon, what is refused before painting, and the cache."""

from __future__ import annotations

import base64
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import pyvips
from PIL.IcoImagePlugin import IcoImageFile

from pwagen.artifacts.icons import (
    IconSources,
    Picture,
    icon_list,
    make_icons,
    read_icon_sources,
    warnings_about,
)
from pwagen.artifacts.icons import css_color as color
from pwagen.artifacts.icons.artwork import Artwork
from pwagen.artifacts.icons.contrast import INK
from pwagen.artifacts.icons.ico import ico, icon_in
from pwagen.artifacts.icons.icon_cache import cache_key, load, store
from pwagen.artifacts.icons.ink import share_seen
from pwagen.artifacts.icons.monogram import draw
from pwagen.artifacts.icons.paint import check_paintable, paint
from pwagen.artifacts.icons.svg import inspect_svg
from pwagen.config import model
from pwagen.errors import ConfigError, PwagenError

# Real pixels take their time.
pytestmark = pytest.mark.slow

PATHS = [
    "icons/icon-192.png",
    "icons/icon-512.png",
    "icons/icon-maskable-192.png",
    "icons/icon-maskable-512.png",
    "icons/badge-96.png",
    "icons/apple-touch-icon.png",
    "favicon.ico",
    "icons/favicon.svg",
]


def svg(inner: str, attributes: str = 'viewBox="0 0 100 100"', before: str = "") -> Picture:
    names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return Picture("logo.svg", f"{before}<svg {names} {attributes}>{inner}</svg>".encode())


def png(picture: Picture, width: int, height: int | None = None, **flatten: list[int]) -> Picture:
    image = pyvips.Image.thumbnail_buffer(picture.content, width, height=height or width, size="force")
    if flatten:
        image = image.flatten(**flatten)
    return Picture("logo.png", image.pngsave_buffer())


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def chunk_kinds(content: bytes) -> set[bytes]:
    kinds, position = set(), 8
    while position < len(content):
        (length,) = struct.unpack_from(">I", content, position)
        kinds.add(content[position + 4 : position + 8])
        position += 12 + length
    return kinds


def huge_png(side: int) -> bytes:
    """Return a small file that decodes to a very large picture."""
    row = bytes(1 + side // 8)
    pixels = zlib.compress(row * side, 9)
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def painted(sources: IconSources, *paths: str) -> dict[str, bytes]:
    """Return the icons with these paths, all if none are given."""
    wanted = [name for name in icon_list(sources) if name.path in paths or not paths]
    return {name.path: content for name, content in paint(sources, wanted).files.items()}


def one(sources: IconSources, path: str) -> bytes:
    return painted(sources, path)[path]


def image_of(content: bytes) -> pyvips.Image:
    return pyvips.Image.new_from_buffer(content, "")


def data_url(content: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(content).decode()}"


def alpha_share(content: bytes) -> float:
    return float(image_of(content)[3].avg()) / 255


BADGE = "icons/badge-96.png"
STAR = svg('<path fill="#c00" d="M50 0 61 39 100 39 69 61 79 100 50 76 21 100 31 61 0 39 39 39z"/>')
DISC = '<circle cx="50" cy="50" r="20" fill="#fff"/>'
PLATE = svg(f'<rect width="100" height="100" rx="22" fill="#036"/>{DISC}')
BLUE = '<rect width="100" height="100" fill="#00f"/>'
SQUARE = svg('<rect width="100" height="100" fill="#c00"/>')


# --- the set -------------------------------------------------------------------------------------


def test_icons_have_the_size_and_transparency_that_they_are_for() -> None:
    files = painted(IconSources(STAR))
    assert list(files) == PATHS
    found = {path: image_of(files[path]) for path in PATHS[:6]}
    assert {path: (image.width, image.height) for path, image in found.items()} == {
        path: (px, px) for path, px in zip(PATHS, (192, 512, 192, 512, 96, 180), strict=False)
    }
    assert [image.hasalpha() for image in found.values()] == [True, True, False, False, True, False]
    assert files["icons/favicon.svg"] == STAR.content


def test_names_are_known_without_painting() -> None:
    for picture in (STAR, png(STAR, 600)):
        sources = IconSources(picture)
        made = make_icons(sources, None)
        assert [(n.path, n.sizes, n.type, n.purpose, n.rel) for n in icon_list(sources)] == [
            (i.artifact.path, i.sizes, i.type, i.purpose, i.rel) for i in made
        ]
    assert (icon_list(IconSources()), make_icons(IconSources(), None)) == ((), ())


def test_no_file_serves_two_purposes() -> None:
    purposes = [icon.purpose for icon in icon_list(IconSources(STAR))]
    assert purposes == ["any", "any", "maskable", "maskable", "monochrome", None, None, None]


def test_manifest_icons_and_head_icons_say_their_sizes() -> None:
    for icon in make_icons(IconSources(STAR), None):
        if icon.type == "image/png":
            image = image_of(icon.artifact.content)
            assert icon.sizes == f"{image.width}x{image.height}"


def test_same_sources_give_the_same_bytes_without_metadata() -> None:
    content = png(STAR, 700).content
    picture = Picture("logo.png", content[:33] + chunk(b"tEXt", b"Author\0somebody") + content[33:])
    first, second = (painted(IconSources(picture)) for _ in range(2))
    assert first == second
    pngs = [content for path, content in first.items() if path.endswith(".png")]
    palette = {b"PLTE", b"tRNS"}
    kinds = {kind for content in pngs for kind in chunk_kinds(content)}
    assert kinds - palette == {b"IHDR", b"pHYs", b"IDAT", b"IEND"}


def ico_entries(content: bytes) -> list[tuple[int, int]]:
    reserved, kind, count = struct.unpack_from("<HHH", content)
    assert (reserved, kind) == (0, 1)
    entries = []
    for index in range(count):
        width, height, _, _, _, bits, length, offset = struct.unpack_from(
            "<BBBBHHII", content, 6 + 16 * index
        )
        picture = image_of(content[offset : offset + length])
        assert (picture.width, picture.height, picture.bands * 8) == (width, height, bits)
        entries.append((width, offset + length))
    return entries


def test_favicon_holds_three_whole_pngs_and_nothing_else() -> None:
    content = one(IconSources(STAR), "favicon.ico")
    entries = ico_entries(content)
    assert [width for width, _ in entries] == [16, 32, 48]
    assert entries[-1][1] == len(content)


@pytest.mark.parametrize("picture", [STAR, PLATE], ids=["star", "plate"])
def test_favicon_is_read_by_another_decoder(picture: Picture) -> None:
    content = one(IconSources(picture), "favicon.ico")
    file = IcoImageFile(BytesIO(content))
    assert sorted(file.info["sizes"]) == [(16, 16), (32, 32), (48, 48)]
    for px in (16, 32, 48):
        frame = file.ico.getimage((px, px)).convert("RGBA")
        assert frame.size == (px, px)
        assert frame.tobytes() == bytes(Artwork(picture).tight(px).write_to_memory())


def test_dark_drawing_of_a_tab_is_light_in_a_dark_scheme() -> None:
    media = b"@media (prefers-color-scheme:dark)"
    dark = svg('<path fill="#112" d="M0 0h80v90z"/>', before="<?xml version='1.0'?><!-- <svg> -->")
    content = one(IconSources(dark), "icons/favicon.svg")
    assert content.index(b'viewBox="0 0 100 100"') < content.index(media) < content.index(b"<path")
    inspect_svg("favicon.svg", content)
    own = svg(f"<style>{media.decode()}{{path{{fill:#fff}}}}</style><path d='M0 0h80v90z'/>")
    for unchanged in (STAR, PLATE, own):
        assert one(IconSources(unchanged), "icons/favicon.svg") == unchanged.content


# --- maskable and Apple --------------------------------------------------------------------------


def outside_safe_zone(content: bytes, background: tuple[int, int, int]) -> float:
    """Return the largest difference from the background among the pixels that a mask may cut off."""
    image = image_of(content)
    px = image.width
    offsets = (pyvips.Image.xyz(px, px) - (px - 1) / 2) ** 2
    outside = (offsets[0] + offsets[1]) ** 0.5 > 0.4 * px
    differences = [(image[band] - background[band]).abs() for band in range(3)]
    return max(float(outside.ifthenelse(one, 0).max()) for one in differences)


SOURCES = {"svg": STAR, "plate": PLATE, "png": png(STAR, 800), "small": png(PLATE, 100)}


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES.keys())
def test_artwork_lies_inside_the_safe_zone(source: Picture) -> None:
    for content in painted(IconSources(source, background="#ff8800"), *PATHS[2:4]).values():
        assert outside_safe_zone(content, (0xFF, 0x88, 0)) <= 8
        image = image_of(content)
        # And it is not merely a plain square: something differs, and reaches out to the zone.
        _, _, width, _ = image.find_trim(threshold=12, background=[0xFF, 0x88, 0])
        assert width > 0.5 * image.width


def test_artwork_that_is_safe_already_is_not_made_smaller() -> None:
    circle = svg('<circle cx="50" cy="50" r="30" fill="#c00"/>')
    image = image_of(one(IconSources(circle), "icons/icon-maskable-512.png"))
    _, _, width, height = image.find_trim(threshold=12, background=[255, 255, 255])
    assert width == height == pytest.approx(0.6 * 512, abs=3)


def corner(content: bytes) -> list[int]:
    return [round(value) for value in image_of(content)(0, 0)]


def raster(suffix: str) -> Picture:
    image = pyvips.Image.thumbnail_buffer(PLATE.content, 256)
    if suffix == ".bmp in .ico":
        image = image[2].bandjoin([image[1], image[0], image[3]]).flipver()
        header = struct.pack("<IiiHHIIiiII", 40, 256, 512, 1, 32, 0, 0, 0, 0, 0, 0)
        bitmap = header + image.write_to_memory()
        entry = struct.pack("<BBBBHHII", 0, 0, 0, 0, 1, 32, len(bitmap), 22)
        return Picture("logo.ico", struct.pack("<HHH", 0, 1, 1) + entry + bitmap)
    if suffix == ".ico":
        small, large = image.resize(0.5).pngsave_buffer(), image.crop(0, 0, 255, 255).pngsave_buffer()
        return Picture("logo.ico", ico({128: small, 255: large}))
    if suffix == ".jpg":
        image = image.flatten(background=[255, 255, 255])
    lossless = {"lossless": True}
    choices: dict[str, dict[str, Any]] = {".webp": lossless, ".avif": lossless, ".jpg": {"Q": 95}}
    options = choices.get(suffix, {})
    return Picture(f"logo{suffix}", image.write_to_buffer(suffix, **options))


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".gif", ".webp", ".avif", ".ico", ".bmp in .ico"])
def test_every_raster_format_gives_the_same_icon(suffix: str) -> None:
    sources = IconSources(raster(suffix))
    image = image_of(one(sources, "icons/icon-192.png"))
    drawn = image_of(one(IconSources(PLATE), "icons/icon-192.png"))
    for place in ((96, 96), (96, 15)):
        assert image(*place)[:3] == pytest.approx(drawn(*place)[:3], abs=12)
    assert (image.hasalpha() and image(1, 1)[3] == 0) == (suffix != ".jpg")
    assert "icons/favicon.svg" not in [name.path for name in icon_list(sources)]


def icon_file(*pictures: bytes, side: int = 48) -> Picture:
    """Return an ICO whose directory says that each picture has the same side."""
    offset, entries = 6 + 16 * len(pictures), b""
    for content in pictures:
        entries += struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(content), offset)
        offset += len(content)
    return Picture("logo.ico", struct.pack("<HHH", 0, 1, len(pictures)) + entries + b"".join(pictures))


def bitmap(side: int, bits: int) -> bytes:
    header = struct.pack("<IiiHHIIiiII", 40, side, 2 * side, 1, bits, 0, 0, 0, 0, 0, 0)
    return header + bytes(range(256)) * (side * side * bits // 8 // 256 + 1)


def test_largest_picture_of_an_ico_is_taken_whatever_its_directory_says() -> None:
    sizes = [small := png(STAR, 64).content, b"not a picture", bitmap(96, 8), png(STAR, 200).content]
    assert Artwork(icon_file(*sizes)).reference.width == 200
    assert Artwork(icon_file(small[:20], bitmap(96, 24), small)).reference.width == 64
    assert Artwork(icon_file(bitmap(32, 32), side=64)).reference.width == 32


@pytest.mark.parametrize("bits", [1, 4, 8, 24])
def test_bitmaps_with_a_palette_are_refused_in_words(bits: int) -> None:
    with pytest.raises(
        ConfigError, match=r"logo\.ico: has no whole PNG or bitmap of 32 bits .* save it as a PNG"
    ):
        Artwork(icon_file(bitmap(48, bits)))


def test_large_picture_in_a_small_icon_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(ConfigError, match="9000×9000 pixels are too many"):
        Artwork(icon_file(huge_png(9_000)))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_drawing_in_utf_16_is_painted_and_examined(encoding: str) -> None:
    def written(text: str) -> Picture:
        mark = "\ufeff" if encoding == "utf-16-be" else ""
        return Picture("logo.svg", f'{mark}<?xml version="1.0" encoding="UTF-16"?>\n{text}'.encode(encoding))

    plain = one(IconSources(STAR), "icons/icon-192.png")
    assert one(IconSources(written(STAR.content.decode())), "icons/icon-192.png") == plain
    mixed = svg("<style>\n path{fill:color-mix(in srgb, red, blue)}</style><path/>").content.decode()
    with pytest.raises(ConfigError, match=r"logo\.svg:3:7: color-mix\(\) is not painted"):
        Artwork(written(mixed))


def test_photograph_is_turned_as_it_was_taken() -> None:
    # Grey, which needs no ground of its own to be seen.
    image = (pyvips.Image.black(200, 100, bands=3) + 128).cast("uchar").copy(interpretation="srgb")
    image.set_type(pyvips.GValue.gint_type, "orientation", 6)
    picture = Picture("logo.jpg", image.write_to_buffer(".jpg"))
    content = one(IconSources(picture, badge=STAR), "icons/icon-192.png")
    assert [image_of(content)(x, y)[3] for x, y in ((2, 96), (96, 2))] == [0, 255]


def test_icon_background_is_chosen_then_edge_color_then_app_color() -> None:
    opaque = png(STAR, 600, background=[0, 0, 255])
    own_edge = svg(f'{BLUE}<circle cx="50" cy="50" r="9"/>')
    no_single_edge = svg(f'{BLUE}<circle cy="50" r="9"/>')
    cases: list[tuple[IconSources, list[int]]] = [
        (IconSources(STAR, background="rebeccapurple", fallback="red"), [0x66, 0x33, 0x99]),
        (IconSources(STAR, fallback="red"), [255, 0, 0]),
        (IconSources(STAR), [255, 255, 255]),
        (IconSources(opaque, background="#00ff00"), [0, 255, 0]),
        (IconSources(own_edge, fallback="red"), [0, 0, 255]),
        (IconSources(no_single_edge, fallback="red"), [255, 0, 0]),
    ]
    for sources, expected in cases:
        files = painted(sources, "icons/icon-maskable-192.png", "icons/apple-touch-icon.png")
        assert [corner(content) for content in files.values()] == [expected, expected]


def test_picture_made_for_masks_is_taken_as_it_is() -> None:
    sources = IconSources(STAR, maskable=SQUARE)
    image = image_of(one(sources, "icons/icon-maskable-512.png"))
    assert [image(x, y) for x, y in ((0, 0), (511, 511), (256, 256))] == [[204, 0, 0]] * 3
    assert image_of(one(sources, "icons/icon-512.png"))(0, 0)[3] == 0


@pytest.mark.parametrize("attributes", ['viewBox="0 0 200 100"', 'width="200" height="100"'])
def test_non_square_picture_is_fitted(attributes: str) -> None:
    wide = svg('<ellipse cx="100" cy="50" rx="100" ry="50" fill="#c00"/>', attributes)
    image = image_of(one(IconSources(wide), "icons/icon-512.png"))
    left, top, width, height = (image[3] > 128).find_trim(threshold=10, background=[0])
    assert (left, top) == (pytest.approx(0, abs=1), pytest.approx(128, abs=1))
    assert (width, height) == (pytest.approx(512, abs=2), pytest.approx(256, abs=2))


def test_extreme_shapes_are_survived() -> None:
    assert len(painted(IconSources(png(STAR, 1), badge=STAR, background="red"))) == 7
    assert len(painted(IconSources(png(STAR, 900, 1), badge=STAR))) == 7
    assert len(painted(IconSources(png(STAR, 900, 1, background=[9, 9, 9]), name="Tides"))) == 7


def test_colour_of_the_edge_is_told_from_others_in_any_channel() -> None:
    for other in ("#ff0040", "#ff4000", "#c00000"):
        content = f'<rect width="100" height="100" fill="red"/><rect width="100" height="9" fill="{other}"/>'
        assert Artwork(svg(content)).plain_edge() is None


@pytest.mark.parametrize(
    ("fill", "theme", "expected"),
    [
        ("#fff", "#036", [0, 0x33, 0x66]),
        ("#fff", None, [20, 20, 20]),
        ("#fff", "#fffff0", [20, 20, 20]),
        ("#fff", "oklch(0.5 0.1 200)", [0, 116, 122]),
        ("#f4f4f4", "#036", [0, 0x33, 0x66]),
        ("#036", "#c00", [255, 255, 255]),
        ("#fd0", "#c00", [255, 255, 255]),
    ],
)
def test_logo_is_seen_on_its_background(fill: str, theme: str | None, expected: list[int]) -> None:
    logo = svg(f'<path fill="{fill}" d="M20 20h60v20H60v40H40V40H20z"/>')
    files = painted(IconSources(logo, theme=theme), *PATHS[2:4], "icons/apple-touch-icon.png")
    assert [corner(content) for content in files.values()] == [expected] * 3


GRADIENTS = {
    "diagonal": '<linearGradient id="a" x2="1" y2="1"><stop stop-color="#ff7043"/>'
    '<stop offset="1" stop-color="#7b1fa2"/></linearGradient>',
    "three colours": '<linearGradient id="a" x2="1"><stop stop-color="#0b3d5c"/>'
    '<stop offset=".5" stop-color="#0bf"/><stop offset="1" stop-color="#7b1fa2"/></linearGradient>',
    "radial": '<radialGradient id="a" cx=".3" cy=".2" r="1"><stop stop-color="#8ff"/>'
    '<stop offset="1" stop-color="#036"/></radialGradient>',
    "plain": '<linearGradient id="a"><stop stop-color="#0b3d5c"/></linearGradient>',
    "black": '<linearGradient id="a"><stop stop-color="#000"/></linearGradient>',
}
PLATE_SHAPES = {
    "circle": '<circle cx="50" cy="50" r="48" fill="url(#a)"/>',
    "rounded": '<rect x="3" y="3" width="94" height="94" rx="21" fill="url(#a)"/>',
    "square": '<rect width="100" height="100" fill="url(#a)"/>',
    "framed": '<rect x="2" y="2" width="96" height="96" rx="20" fill="url(#a)" stroke="#fff" '
    'stroke-width="2"/>',
    "with a shadow": '<rect x="5" y="7" width="90" height="90" rx="20" opacity=".3"/>'
    '<rect x="5" y="4" width="90" height="90" rx="20" fill="url(#a)"/>',
}
SIGN = '<path d="M34 66V34h32" fill="none" stroke="#fff" stroke-width="8"/>'


def largest_step(image: pyvips.Image) -> float:
    """Return how much neighbours in the outermost tenth of a picture differ at most, as CIE76."""
    image = image.colourspace("srgb")[:3].thumbnail_image(128)
    lab = image.copy(interpretation="srgb").colourspace("lab")
    steps: list[float] = []
    for left, top in ((1, 0), (0, 1)):
        change = lab - lab.embed(left, top, 128, 128, extend="copy")
        length = (change[0] ** 2 + change[1] ** 2 + change[2] ** 2) ** 0.5
        steps.append(length.draw_rect(0, 26, 26, 76, 76, fill=True).max())
    return max(steps)


@pytest.mark.parametrize(
    ("gradient", "shape"),
    [*zip(GRADIENTS, PLATE_SHAPES, strict=True), ("three colours", "framed"), ("radial", "circle")],
)
def test_plate_goes_on_up_to_the_edge(gradient: str, shape: str) -> None:
    sources = IconSources(svg(GRADIENTS[gradient] + PLATE_SHAPES[shape] + SIGN), fallback="#00ff00")
    for content in painted(sources, PATHS[3], PATHS[5]).values():
        assert largest_step(image_of(content)) < 6


def test_sign_on_a_plate_is_in_the_safe_zone_and_no_smaller() -> None:
    ring = '<circle cx="50" cy="50" r="30" fill="none" stroke="#fff" stroke-width="8"/>'
    plate = svg(GRADIENTS["diagonal"] + PLATE_SHAPES["rounded"] + ring)
    content = one(IconSources(plate), PATHS[3])
    white = image_of(content)[:3].colourspace("lab")[0] > 97
    _, _, width, height = white.find_trim(threshold=10, background=[0])
    assert 0.66 * 512 <= width <= 0.7 * 512
    assert abs(width - height) <= 4


@pytest.mark.parametrize(
    "inner",
    [
        '<path d="M50 0L94 25V75L50 100L6 75V25Z" fill="#c00"/>' + SIGN,
        '<path d="M6 6h88v47q0 31-44 47Q6 84 6 53z" fill="#c00"/>' + SIGN,
        '<rect width="100" height="100" rx="22" fill="#0bf"/>'
        '<path d="M0 60q25-15 50 0t50 0v40H0z" fill="#036"/>',
        '<rect width="100" height="70" y="15" rx="15" fill="#c00"/>' + SIGN,
        '<rect width="100" height="100" rx="22" fill="#0bf" fill-opacity=".6"/>' + SIGN,
    ],
    ids=["hexagon", "shield", "cut sign", "banner", "glass"],
)
def test_shape_that_says_something_is_kept(inner: str) -> None:
    assert corner(one(IconSources(svg(inner), fallback="#ffffff"), PATHS[3])) == [255, 255, 255]


@pytest.mark.parametrize("fill", ["#fff", "#000", "#181818"])
def test_logo_in_a_taskbar_or_a_tab_is_seen_on_light_and_on_dark(fill: str) -> None:
    files = painted(
        IconSources(svg(f'<path fill="{fill}" d="M20 20h60v20H60v40H40V40H20z"/>')),
        "icons/icon-192.png",
        "favicon.ico",
    )
    pictures = [image_of(files["icons/icon-192.png"]), icon_in(files["favicon.ico"])]
    for picture in pictures:
        for ground in ((255, 255, 255), (32, 33, 36)):
            shown = picture if picture.hasalpha() else picture.addalpha()
            assert share_seen(shown, ground, 30) > 0.06


def test_white_plate_with_a_sign_stays_on_white() -> None:
    plate = svg(f'<rect width="100" height="100" rx="22" fill="#fff"/>{DISC.replace("#fff", "#c00")}')
    assert corner(one(IconSources(plate, theme="#036"), "icons/icon-maskable-192.png")) == [255, 255, 255]


def test_words_of_which_a_part_is_white_are_seen_as_a_whole() -> None:
    white = '<path fill="#fff" d="M0 40h50v3H0zM0 57h50v3H0z"/>'
    words = svg(f'{white}<path fill="#c0c" d="M60 40h30v3H60zM60 57h30v3H60z"/>')
    assert corner(one(IconSources(words, theme="#036"), "icons/icon-maskable-192.png")) == [0, 0x33, 0x66]


def test_drawing_beside_the_middle_is_moved_there_rather_than_made_small() -> None:
    aside = svg('<circle cx="28" cy="24" r="22" fill="#c00"/>')
    image = image_of(one(IconSources(aside), "icons/icon-maskable-512.png"))
    left, top, width, height = image.find_trim(threshold=12, background=[255, 255, 255])
    assert width == height == pytest.approx(0.44 * 512, abs=3)
    assert (left + width / 2, top + height / 2) == (pytest.approx(256, abs=2), pytest.approx(256, abs=2))


def test_favicon_has_no_margin_at_16_pixels() -> None:
    small = svg('<rect x="25" y="25" width="50" height="50" fill="#c00"/>')
    content = one(IconSources(small, badge=STAR), "favicon.ico")
    (length, offset) = struct.unpack_from("<II", content, 6 + 8)
    image = image_of(content[offset : offset + length])
    assert image.width == 16
    assert [image(x, y) for x, y in ((0, 0), (15, 15), (8, 8))] == [[204, 0, 0, 255]] * 3


# --- badge ---------------------------------------------------------------------------------------


def test_badge_is_white_with_the_shape_in_its_alpha() -> None:
    content = one(IconSources(STAR), BADGE)
    image = image_of(content)
    assert image[:3].min() == 255
    assert image[3].max() == 255
    assert 0.2 < alpha_share(content) < 0.5
    assert image(0, 0)[3] == image(95, 95)[3] == 0


@pytest.mark.parametrize(
    "plate",
    [
        PLATE,
        png(PLATE, 512),
        png(PLATE, 512, background=[0, 0x33, 0x66]),
        svg(
            '<linearGradient id="g"><stop stop-color="#036"/><stop offset="1" stop-color="#93c"/>'
            f'</linearGradient><rect width="100" height="100" rx="22" fill="url(#g)"/>{DISC}'
        ),
    ],
    ids=["svg", "png", "opaque", "gradient"],
)
def test_badge_of_a_sign_on_a_plate_is_the_sign(plate: Picture) -> None:
    content = one(IconSources(plate), BADGE)
    # The disc fills the badge but for the margin, and its corners are empty: not a white square.
    assert alpha_share(content) == pytest.approx(0.785 * (88 / 96) ** 2, abs=0.03)
    assert [image_of(content)(x, y)[3] for x, y in ((6, 6), (89, 6), (48, 48))] == [0, 0, 255]


@pytest.mark.parametrize("inner", ["", '<circle r="50" opacity="0"/>'])
def test_a_picture_that_shows_nothing_is_refused(inner: str) -> None:
    for picture in (svg(inner), png(svg(inner), 512)):
        with pytest.raises(ConfigError, match="is transparent everywhere"):
            make_icons(IconSources(source=picture), None)


@pytest.mark.parametrize("square", [SQUARE, png(SQUARE, 512), png(SQUARE, 512, background=[0, 0, 0])])
def test_filled_square_is_refused_as_badge(square: Picture) -> None:
    with pytest.raises(ConfigError, match=r"logo\.\w+: would be a filled square .* `icons\.badge`"):
        one(IconSources(square), BADGE)
    with pytest.raises(ConfigError, match="draw the shape on a transparent background"):
        one(IconSources(STAR, badge=square), BADGE)


UNRECOGNIZABLE = {
    "disc": '<circle cx="50" cy="50" r="50" fill="#c00"/>',
    "rounded plate": '<rect width="100" height="100" rx="22" fill="#c00"/>',
    "plate of three colours": GRADIENTS["three colours"] + PLATE_SHAPES["rounded"] + SIGN,
    "hairlines": '<path d="M0 0L100 100M100 0L0 100" stroke="#000" stroke-width=".6" fill="none"/>',
    "bar": '<rect width="100" height="100" fill="#036"/><path fill="#fff" d="M40 20h20v60H40z"/>',
}


@pytest.mark.parametrize("inner", UNRECOGNIZABLE.values(), ids=UNRECOGNIZABLE)
def test_picture_that_makes_no_badge_gets_the_initials(inner: str) -> None:
    badge = one(IconSources(svg(inner), name="Harbour News"), BADGE)
    letters = draw("Harbour News", "HN", INK, "plate").badge
    assert badge == one(IconSources(STAR, badge=letters), BADGE)


@pytest.mark.parametrize("picture", [STAR, PLATE, png(PLATE, 512)], ids=["star", "plate", "png"])
def test_picture_that_makes_a_badge_keeps_it(picture: Picture) -> None:
    assert one(IconSources(picture, name="Tides"), BADGE) == one(IconSources(picture), BADGE)


def test_own_badge_picture_counts_by_its_transparency_alone() -> None:
    two_tone = svg('<circle cx="50" cy="50" r="50"/><circle cx="50" cy="50" r="20" fill="#fff"/>')
    content = one(IconSources(SQUARE, badge=two_tone), BADGE)
    assert image_of(content)(48, 48)[3] == image_of(content)(48, 8)[3] == 255


def raster_cut(suffix: str) -> bytes:
    content: bytes = pyvips.Image.thumbnail_buffer(STAR.content, 300).write_to_buffer(suffix)
    return content[: len(content) // 2]


# --- hostile and broken sources ------------------------------------------------------------------

CANARY = "file:///etc/hostname"
REFUSED = {
    "file": svg(f'<image href="{CANARY}" width="100" height="100"/>'),
    "xlink": svg(f'<image xlink:href="{CANARY}" width="100" height="100"/>'),
    "network": svg('<image href="http://127.0.0.1:9/x.png" width="9" height="9"/>'),
    "relative": svg('<image href="other.png" width="9" height="9"/>'),
    "use": svg('<use href="other.svg#x"/>'),
    "filter": svg('<filter id="f"><feImage href="other.png"/></filter>'),
    "nested": svg('<image href="data:image/svg+xml,%3Csvg/%3E"/>'),
    "external entity": svg("<text>&x;</text>", before=f'<!DOCTYPE svg [<!ENTITY x SYSTEM "{CANARY}">]>'),
    "unused entity": svg("", before=f'<!DOCTYPE svg [<!ENTITY x SYSTEM "{CANARY}">]>'),
    "parameter entity": svg("", before=f'<!DOCTYPE svg [<!ENTITY % x SYSTEM "{CANARY}"> %x;]>'),
    "laughs": svg(
        "<text>&b;</text>",
        before='<!DOCTYPE svg [<!ENTITY a "aaaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
    ),
    "long entity": svg("<text>&a;</text>", before=f'<!DOCTYPE svg [<!ENTITY a "{"a" * 9999}">]>'),
    "html": Picture("logo.svg", b"<html><body>404</body></html>"),
    "not well-formed": Picture("logo.svg", STAR.content[:-4]),
    "empty": Picture("logo.svg", b""),
    "gif": Picture("logo.gif", raster_cut(".gif")),
    "webp": Picture("logo.webp", raster_cut(".webp")),
    "avif": Picture("logo.avif", raster_cut(".avif")),
    "ico": Picture("logo.ico", b"\0\0\1\0\1\0" + bytes(16)),
    "jpeg": Picture("logo.png", b"\xff\xd8\xff\xe0" + bytes(100)),
    "gzip": Picture("logo.svgz", b"\x1f\x8b" + bytes(100)),
    "truncated": Picture("logo.png", png(STAR, 600).content[:2000]),
    "last rows missing": Picture("logo.png", png(STAR, 600).content[:-200]),
    "header only": Picture("logo.png", png(STAR, 600).content[:33]),
    "signature only": Picture("logo.png", b"\x89PNG\r\n\x1a\n"),
    "bomb": Picture("logo.png", huge_png(9_000)),
    "embedded bomb": svg(f'<image href="{data_url(huge_png(9_000))}" width="9" height="9"/>'),
}


@pytest.mark.parametrize("picture", REFUSED.values(), ids=REFUSED.keys())
def test_unsafe_or_broken_picture_is_refused_in_words(picture: Picture) -> None:
    with pytest.raises(ConfigError) as raised:
        make_icons(IconSources(picture, badge=STAR), None)
    (problem,) = raised.value.problems
    assert problem.path == picture.name
    assert problem.message and problem.fix
    assert "\n" not in str(problem) and "hostname" not in problem.fix


@pytest.mark.parametrize(
    "sources",
    [
        IconSources(REFUSED["truncated"]),
        IconSources(STAR, maskable=REFUSED["webp"]),
        IconSources(STAR, badge=SQUARE),
        IconSources(SQUARE, name="x"),
        IconSources(svg("")),
        IconSources(REFUSED["embedded bomb"]),
    ],
    ids=["source", "maskable", "badge", "no shape", "nothing to see", "bomb"],
)
def test_what_cannot_be_painted_is_known_without_painting(sources: IconSources) -> None:
    with pytest.raises(PwagenError) as painting:
        make_icons(sources, None)
    with pytest.raises(PwagenError) as looking:
        check_paintable(sources)
    assert str(looking.value) == str(painting.value)


def test_place_of_a_mistake_in_an_svg_is_told() -> None:
    with pytest.raises(ConfigError, match=r"^logo\.svg:3:2: <image> shows 'x\.png'"):
        make_icons(IconSources(svg('\n\n <image href="x.png"/>')), None)


PAINTED_ONLY = {
    "script": "<script>alert(1)</script>",
    "handler": '<g onload="alert(1)"/>',
    "link": '<a href="javascript:alert(1)"><path d="M0 0"/></a>',
    "foreign": "<foreignObject><p>x</p></foreignObject>",
    "import": "<style>@import 'x.css';</style>",
    "font": "<style>@font-face{src:url(https://example.com/f.woff)}</style>",
    "escaped css": r"<style>p{fill:u\72l(x)}</style>",
    "style attribute": '<path style="fill:url(http://example.com/x)" d="M0 0"/>',
    "paint attribute": '<path fill="url(http://example.com/x#a)" d="M0 0"/>',
    "animation": '<a><set attributeName="href" to="javascript:alert(1)"/></a>',
}


@pytest.mark.parametrize("inner", PAINTED_ONLY.values(), ids=PAINTED_ONLY.keys())
def test_svg_that_is_more_than_a_drawing_is_painted_but_not_published(inner: str) -> None:
    sources = IconSources(svg(inner + '<circle cx="50" cy="50" r="50" fill="#c00"/>'))
    assert "icons/favicon.svg" not in [name.path for name in icon_list(sources)]
    assert image_of(one(sources, "icons/icon-192.png"))(96, 96) == [0xCC, 0, 0, 255]


def test_stylesheet_instruction_is_not_published() -> None:
    sources = IconSources(svg("", before='<?xml-stylesheet href="x.css"?>'))
    assert "icons/favicon.svg" not in [name.path for name in icon_list(sources)]


HARMLESS = {
    "doctype": svg(
        "", before='<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://example.com/svg11.dtd">'
    ),
    "fragment": svg('<path id="p" d="M0 0"/><use href="#p"/><path fill="url(#p)" d="M0 0"/>'),
    "style": svg("<style>.a{fill:url( '#p' )}</style>"),
    "raster": svg(f'<image href="{data_url(png(STAR, 8).content)}"/>'),
    "bom": Picture("a.svg", b"\xef\xbb\xbf" + STAR.content),
}


@pytest.mark.parametrize("picture", HARMLESS.values(), ids=HARMLESS.keys())
def test_plain_drawing_is_published(picture: Picture) -> None:
    assert "icons/favicon.svg" in [name.path for name in icon_list(IconSources(picture))]


# --- reading -------------------------------------------------------------------------------------


def test_sources_are_read_with_every_problem_at_once(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_bytes(STAR.content)
    (tmp_path / "bad.svg").write_bytes(REFUSED["file"].content)
    (tmp_path / "folder.png").mkdir()
    app = model.App(name="x", background_color="navy")
    icons = model.Icons(source="logo.svg", background="red")
    expected = IconSources(STAR, background="red", fallback="navy", name="x")
    assert read_icon_sources(icons, app, tmp_path) == expected
    with pytest.raises(ConfigError) as raised:
        read_icon_sources(model.Icons(source="no.svg", maskable="folder.png", badge="bad.svg"), app, tmp_path)
    assert [problem.path for problem in raised.value.problems] == ["no.svg", "folder.png", "bad.svg"]


def test_too_large_file_is_refused_without_reading_all_of_it(tmp_path: Path) -> None:
    with (tmp_path / "logo.svg").open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(ConfigError, match="larger than 10 MiB"):
        read_icon_sources(model.Icons(source="logo.svg"), model.App(name="x"), tmp_path)


def test_existing_icons_need_no_sources(tmp_path: Path) -> None:
    icons = model.Icons(source="no.svg", files=(model.ImageResource(src="a.png"),))
    assert read_icon_sources(icons, model.App(name="x"), tmp_path) == IconSources()


def test_small_png_gives_a_warning() -> None:
    (warning,) = warnings_about(IconSources(png(STAR, 200, 100)))
    assert str(warning).startswith("logo.png: only 200×100 pixels")
    assert warnings_about(IconSources(png(STAR, 512))) == warnings_about(IconSources(STAR)) == ()


# --- cache ---------------------------------------------------------------------------------------


def test_unchanged_icons_do_not_load_libvips(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_bytes(STAR.content)
    script = """
import sys
from pathlib import Path
from pwagen.config import model
from pwagen.artifacts.icons import make_icons, read_icon_sources
root = Path(sys.argv[1])
sources = read_icon_sources(model.Icons(source="logo.svg"), model.App(name="x"), root)
print(len(make_icons(sources, root / "cache")), "pyvips" in sys.modules)
"""
    runs = [
        subprocess.run([sys.executable, "-c", script, tmp_path], capture_output=True, text=True, check=True)
        for _ in range(2)
    ]
    assert [run.stdout.split() for run in runs] == [["8", "True"], ["8", "False"]]
    assert [path.suffix for path in (tmp_path / "cache").iterdir()] == [".bin"]


Damage = Callable[[bytes], bytes]


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"",
        lambda data: data[:40],
        lambda data: data[:-1],
        lambda data: data[:500] + b"!" + data[501:],
    ],
    ids=["empty", "header", "truncated", "flipped"],
)
def test_damaged_cache_entry_is_not_used(tmp_path: Path, damage: Damage) -> None:
    contents = [b"", bytes(1000), b"three"]
    store(tmp_path, "key", contents)
    assert load(tmp_path, "key", 3) == contents
    assert load(tmp_path, "key", 2) is load(tmp_path, "other", 3) is None
    (entry,) = tmp_path.iterdir()
    entry.write_bytes(damage(entry.read_bytes()))
    assert load(tmp_path, "key", 3) is None


def test_damaged_cache_is_made_again(tmp_path: Path) -> None:
    good = make_icons(IconSources(STAR), tmp_path)
    (entry,) = tmp_path.iterdir()
    whole = entry.read_bytes()
    entry.write_bytes(whole[:500] + b"!" + whole[501:])
    assert make_icons(IconSources(STAR), tmp_path) == good
    assert entry.read_bytes() == whole


def test_cache_tells_every_input_apart() -> None:
    variants = [
        IconSources(STAR),
        IconSources(PLATE),
        IconSources(STAR, maskable=PLATE),
        IconSources(STAR, badge=svg(DISC)),
        IconSources(STAR, background="red"),
        IconSources(STAR, fallback="red"),
        IconSources(STAR, theme="red"),
        IconSources(STAR, name="x"),
    ]
    assert len({cache_key(sources) for sources in variants}) == len(variants)


def test_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert len(make_icons(IconSources(STAR), tmp_path / "file" / "cache")) == 8


# --- colours -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#0b3d5c", (11, 61, 92)),
        ("#FFF", (255, 255, 255)),
        ("RebeccaPurple", (0x66, 0x33, 0x99)),
        ("rgb(1, 2, 3)", (1, 2, 3)),
        ("hsl(120 100% 50%)", (0, 255, 0)),
        ("#ff000000", (255, 255, 255)),
        ("transparent", (255, 255, 255)),
        ("black", (0, 0, 0)),
        ("white", (255, 255, 255)),
    ],
)
def test_color_is_what_css_says(text: str, expected: tuple[int, int, int]) -> None:
    assert color.rgb(text) == expected


# As Chromium paints them on white, with the colour profile sRGB. Not rec2020: CSS changed its curve since.
WIDE_COLORS = {
    "oklch(0.6 0.2 30)": (222, 62, 45),
    "oklch(60% 50% 0.5turn / 50%)": (127, 208, 193),
    "oklab(0.5 0.1 -0.1)": (129, 69, 154),
    "oklab(50% 25% 25%)": (161, 66, 3),
    "lab(50% 40 59.5)": (191, 87, 0),
    "lab(29 -20% 40%)": (41, 78, 0),
    "lch(52% 72 50)": (204, 85, 26),
    "lch(52 40% 400grad)": (212, 69, 127),
    "color(display-p3 1 0.5 0)": (255, 118, 0),
    "color(srgb 0.2 0.4 60%)": (51, 102, 153),
    "color(srgb-linear 0.5 0.1 0)": (188, 89, 0),
    "color(a98-rgb 0.4 0.6 0.2)": (67, 154, 34),
    "color(prophoto-rgb 0.4 0.3 0.6)": (119, 87, 178),
    "color(xyz 0.2 0.3 0.4)": (0, 167, 164),
    "color(xyz-d50 0.2 0.3 0.1)": (86, 166, 83),
    "oklch(none 0.1 20)": (1, 0, 0),
    "oklch(0.9 0.4 140)": (0, 255, 0),
    "oklch(0.5 0.1 200)": (0, 116, 122),
    "lab(120 0 0)": (255, 255, 255),
    "oklch(0.7 0.1 3.14rad)": (75, 179, 161),
    "color(display-p3 0 1 0)": (0, 255, 0),
    "lch(0.8 20 -30)": (28, 0, 23),
    "lab(5 0 0)": (17, 17, 17),
}


@pytest.mark.parametrize("text", WIDE_COLORS)
def test_colour_outside_of_srgb_is_what_a_browser_paints(text: str) -> None:
    # Chromium cuts off fractions where half of a colour is transparent.
    assert all(abs(one - other) <= 1 for one, other in zip(color.rgb(text), WIDE_COLORS[text], strict=True))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "#12",
        'red"/><script/>',
        "red;fill:blue",
        "color-mix(in srgb, red, blue)",
        "color(cmyk 0 0 0)",
    ],
)
def test_other_text_is_no_color(text: str) -> None:
    with pytest.raises(PwagenError, match="write it as #rrggbb"):
        color.rgb(text)
