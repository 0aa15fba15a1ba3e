"""Write templates/monogram/letters.txt: ``python tools/monogram_letters.py FOLDER``, with the fonts' folder.

The fonts are Noto Sans in bold, under the SIL Open Font License (templates/monogram/OFL.txt): the Debian
packages fonts-noto-core and fonts-noto-cjk have them. Needs fonttools.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont

TARGET = Path(__file__).resolve().parents[1] / "templates" / "monogram" / "letters.txt"
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
    "NotoSansCJK-Bold.ttc": "3041-30FF",
}
# A letter that has a capital stands in a monogram as that.
KINDS = ("Lu", "Lo", "Lt")
UNITS = 1000


def lines(folder: Path) -> Iterator[str]:
    """Yield a letter, its advance and its outline a line: y points down, an em has 1000 units."""
    for name, blocks in FONTS.items():
        font = TTFont(folder / name, fontNumber=0)
        glyphs, cmap = font.getGlyphSet(), font.getBestCmap()
        scale = UNITS / font["head"].unitsPerEm
        for code in (code for block in blocks.split() for code in _codes(block) if code in cmap):
            letter = chr(code)
            wanted = unicodedata.category(letter) in KINDS or letter in "0123456789"
            if not (wanted and unicodedata.normalize("NFKC", letter) == letter):
                continue
            pen = SVGPathPen(glyphs, ntos=lambda value: str(round(value)))
            glyphs[cmap[code]].draw(TransformPen(pen, (scale, 0, 0, -scale, 0, 0)))
            if pen.getCommands():
                yield f"{letter} {round(glyphs[cmap[code]].width * scale)} {pen.getCommands()}\n"


def _codes(block: str) -> range:
    first, last = (int(end, 16) for end in block.split("-"))
    return range(first, last + 1)


if __name__ == "__main__":
    TARGET.write_text("".join(lines(Path(sys.argv[1]))), encoding="utf-8")
