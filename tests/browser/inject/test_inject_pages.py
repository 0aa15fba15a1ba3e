"""Chromium's parser is the judge of where the head ends."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pwagen.inject.page_edit import inject
from tests.inject.test_page_edit import PAGES

if TYPE_CHECKING:
    from pwagen.testing.chromium.chromium import Chromium
    from pwagen.testing.site_server.site_server import SiteServer

pytestmark = pytest.mark.browser

TAGS = [
    '<link rel="manifest" href="manifest.json">',
    '<meta name="probe">',
    '<script src="none.js" defer></script>',
]
PIECES = [
    *("<!doctype html>", "<html>", "<head>", "</head>", "<body>", "</body>", "<br>", "</br>", "<p>", "</p>"),
    *("<title>", "</title>", "<style>", "</style>", "<script>", "</script>", "<noscript>", "</noscript>"),
    *("<noframes>", "</noframes>", "<template>", "</template>", "<link rel=x>", "<meta name='a>'", "<base>"),
    *(
        "<!--",
        "-->",
        "--!>",
        "<!-->",
        "<!--->",
        "<?xml ?>",
        "<![CDATA[",
        "]]>",
        "</",
        "</>",
        "<",
        ">",
        "'",
        '"',
    ),
    *(
        "=",
        "/",
        " ",
        "\n",
        "\0",
        "\f",
        "text",
        "&nbsp;",
        "\ufeff",
        "<svg>",
        "</svg>",
        "<script ",
        "</script ",
    ),
    *("<frameset>", "<textarea>", "</textarea>", "<plaintext>", "<select>", "<table>", "<image>", "<xmp>"),
]


def pages() -> list[str]:
    """Return the pages of the unit tests, and many that chance put together."""
    pick = random.Random(3)
    made = ["".join(pick.choices(PIECES, k=pick.randint(1, 14))) for _ in range(200)]
    return [marked.replace("|", "") for marked in PAGES.values()] + made


def test_every_tag_is_in_the_head_that_chromium_sees(
    chromium: Chromium, serve_site: Callable[..., SiteServer], tmp_path: Path
) -> None:
    """The pages in UTF-8 are written into one frame, by the same parser: loading each takes longer."""
    written = [inject(page.encode(), TAGS).decode("utf-8-sig") for page in pages()]
    loaded = [inject(("\ufeff" + page).encode("utf-16-le"), TAGS) for page in pages()[: len(PAGES)]]
    for name in ("index.html", "none.js"):
        (tmp_path / name).write_text("")
    page = chromium.open(serve_site(tmp_path).url)
    lost = page.evaluate(
        """async ([written, loaded]) => {
          const newFrame = async (src) => {
            const frame = document.createElement("iframe");
            frame.src = src;
            const loading = new Promise((resolve) => frame.addEventListener("load", resolve));
            document.body.append(frame);
            await loading;
            return frame;
          };
          const TAGS = "link[rel=manifest], meta[name=probe], script[src='none.js']";
          const isLost = ({ contentDocument: { head } }) =>
            [...head.querySelectorAll(TAGS)].filter((tag) => tag.parentNode === head).length !== 3;
          const frame = await newFrame("/");
          const lost = written.filter((text) => {
            frame.contentDocument.open();
            frame.contentDocument.write(text);
            frame.contentDocument.close();
            return isLost(frame);
          });
          for (const text of loaded) {
            const bytes = Uint8Array.from(text, (byte) => byte.charCodeAt());
            const own = await newFrame(URL.createObjectURL(new Blob([bytes], { type: "text/html" })));
            if (isLost(own)) lost.push(text);
            own.remove();
          }
          return lost;
        }""",
        [written, [text.decode("latin-1") for text in loaded]],
    )
    assert lost == []
