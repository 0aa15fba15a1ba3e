"""Write the letters in templates/monogram: ``python tools/monogram_letters.py FOLDER``, the fonts' folder.

The fonts are Noto Sans in bold, under the SIL Open Font License (templates/monogram/OFL.txt): the Debian
packages fonts-noto-core and fonts-noto-cjk have them. Needs fonttools.

A line is a letter, its advance and its outline, in relative commands, y pointing down. Outlines of Hangul and
Han are rounded to parts of an em that are not seen in an icon, which makes their files a third smaller.
"""

from __future__ import annotations

import lzma
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

from fontTools.pens.basePen import BasePen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont

TARGET = Path(__file__).resolve().parents[1] / "templates" / "monogram"
CJK = "NotoSansCJK-Bold.ttc"
# Files, and the blocks of Unicode that are taken from them: the letters of languages in wide use.
FONTS = {
    "NotoSans-Bold.ttf": "0030-024F 0370-03FF 0400-04FF 1E80-1EFF",
    "NotoSansArmenian-Bold.ttf": "0530-058F",
    "NotoSansHebrew-Bold.ttf": "05D0-05EA",
    "NotoSansArabic-Bold.ttf": "0620-06D5",
    "NotoSansThaana-Bold.ttf": "0780-07A5",
    "NotoSansDevanagari-Bold.ttf": "0904-097F",
    "NotoSansBengali-Bold.ttf": "0980-09FF",
    "NotoSansGurmukhi-Bold.ttf": "0A00-0A7F",
    "NotoSansGujarati-Bold.ttf": "0A80-0AFF",
    "NotoSansOriya-Bold.ttf": "0B00-0B7F",
    "NotoSansTamil-Bold.ttf": "0B80-0BFF",
    "NotoSansTelugu-Bold.ttf": "0C00-0C7F",
    "NotoSansKannada-Bold.ttf": "0C80-0CFF",
    "NotoSansMalayalam-Bold.ttf": "0D00-0D7F",
    "NotoSansSinhala-Bold.ttf": "0D80-0DFF",
    "NotoSansThai-Bold.ttf": "0E00-0E7F",
    "NotoSansLao-Bold.ttf": "0E80-0EFF",
    "NotoSansMyanmar-Bold.ttf": "1000-102A",
    "NotoSansGeorgian-Bold.ttf": "10D0-10FF",
    "NotoSansEthiopic-Bold.ttf": "1200-135A",
    "NotoSansKhmer-Bold.ttf": "1780-17B3",
    "NotoSerifTibetan-Bold.ttf": "0F40-0F6C",
    "NotoSansCherokee-Bold.ttf": "13A0-13F5",
    "NotoSansCanadianAboriginal-Bold.ttf": "1401-166C",
    "NotoSansSundanese-Bold.ttf": "1B83-1BA0",
    "NotoSansBalinese-Bold.ttf": "1B05-1B33",
    "NotoSansOlChiki-Bold.ttf": "1C5A-1C77",
    "NotoSansJavanese-Bold.ttf": "A984-A9B2",
    "NotoSansMeeteiMayek-Bold.ttf": "ABC0-ABE2",
    "NotoSansAdlamUnjoined-Bold.ttf": "1E900-1E921",
    # Those have no bold face.
    "NotoSansSyriac-Regular.ttf": "0710-072F",
    "NotoSansNKo-Regular.ttf": "07CA-07EA",
    "NotoSansMongolian-Regular.ttf": "1820-1842",
    "NotoSansTifinagh-Regular.ttf": "2D30-2D67",
    CJK: "3041-30FF 3105-312F",
}
# A letter that has a capital stands in a monogram as that; Georgian ones don't, though Unicode has capitals.
KINDS = ("Lu", "Lo", "Lt")
UNITS = 1000
HANGUL_UNITS, HAN_UNITS = 500, 250
# The common characters by the standards of China, Japan and Taiwan: their first levels, by leading bytes.
HAN = {"gb2312": range(0xB0, 0xD8), "euc_jp": range(0xB0, 0xD0), "big5": range(0xA4, 0xC7)}


class RelativePen(BasePen):  # type: ignore[misc]  # fonttools is only installed where this runs
    """Writes an outline as an SVG path of relative commands and whole numbers."""

    def __init__(self, glyphs: object) -> None:
        super().__init__(glyphs)
        self.path = ""
        self.at = self.start = (0, 0)

    def _add(self, command: str, *points: tuple[float, float]) -> None:
        x, y = self.at
        rounded = [(round(px), round(py)) for px, py in points]
        numbers = " ".join(f"{px - x} {py - y}" for px, py in rounded)
        self.path += command + numbers.replace(" -", "-")
        self.at = rounded[-1]

    def _moveTo(self, point: tuple[float, float]) -> None:
        self._add("m", point)
        self.start = self.at

    def _lineTo(self, point: tuple[float, float]) -> None:
        x, y = round(point[0]) - self.at[0], round(point[1]) - self.at[1]
        if x and y:
            self._add("l", point)
        elif x or y:
            self.path += f"h{x}" if x else f"v{y}"
            self.at = (self.at[0] + x, self.at[1] + y)

    def _curveToOne(self, *points: tuple[float, float]) -> None:
        self._add("c", *points)

    def _qCurveToOne(self, *points: tuple[float, float]) -> None:
        self._add("q", *points)

    def _closePath(self) -> None:
        self.path += "z"
        self.at = self.start


def alphabets(folder: Path) -> Iterator[str]:
    """Yield the lines of all scripts but Hangul and Han."""
    for name, blocks in FONTS.items():
        letters = (chr(code) for block in blocks.split() for code in _codes(block))
        wanted = (
            letter
            for letter in letters
            if (unicodedata.category(letter) in KINDS or letter in "0123456789" or "ა" <= letter <= "ჿ")
            and unicodedata.normalize("NFKC", letter) == letter
        )
        yield from lines(folder / name, wanted, UNITS)


def lines(file: Path, letters: Iterable[str], units: int) -> Iterator[str]:
    """Yield a line for each of the letters that a font has; an em has as many units."""
    font = TTFont(file, fontNumber=0)
    glyphs, cmap = font.getGlyphSet(), font.getBestCmap()
    scale = units / font["head"].unitsPerEm
    for letter in letters:
        glyph = cmap.get(ord(letter))
        pen = RelativePen(glyphs)
        if glyph:
            glyphs[glyph].draw(TransformPen(pen, (scale, 0, 0, -scale, 0, 0)))
        if pen.path:
            yield f"{letter} {round(glyphs[glyph].width * scale)} {pen.path}\n"


def level(codec: str, leads: range) -> set[str]:
    """Return the characters of two bytes with these leading ones."""
    pairs = (bytes([lead, trail]) for lead in leads for trail in range(0x40, 0xFF))
    return {text for pair in pairs if len(text := pair.decode(codec, "ignore")) == 1 and text > "\u2fff"}


def _codes(block: str) -> range:
    first, last = (int(end, 16) for end in block.split("-"))
    return range(first, last + 1)


def main(folder: Path) -> None:
    """Write the three files."""
    han = set[str]().union(*(level(codec, leads) for codec, leads in HAN.items()))
    texts = {
        "alphabets": alphabets(folder),
        "hangul": lines(folder / CJK, sorted(level("euc_kr", range(0xB0, 0xC9))), HANGUL_UNITS),
        "han": lines(folder / CJK, sorted(han), HAN_UNITS),
    }
    for name, text in texts.items():
        content = "".join(text).encode()
        (TARGET / f"{name}.xz").write_bytes(lzma.compress(content, preset=9 | lzma.PRESET_EXTREME))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
