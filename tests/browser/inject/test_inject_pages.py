"""Chromium's parser is the judge of where the head ends."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from pwagen.inject.page_edit import inject
from tests.inject.test_page_edit import PAGES

if TYPE_CHECKING:
    from pwagen.testing.chromium.chromium import Chromium

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


class Pages(BaseHTTPRequestHandler):
    """Serves ``/N`` from the list, with an empty script and manifest."""

    protocol_version = "HTTP/1.1"  # one connection for many pages
    pages: tuple[bytes, ...] = ()

    def do_GET(self) -> None:
        """Answer with the page of that number."""
        number = self.path.strip("/")
        body = self.pages[int(number)] if number.isdigit() else b""
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8" if body[:2] not in UTF16 else "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


UTF16 = (b"\xff\xfe", b"\xfe\xff")


@pytest.fixture(scope="module")
def pages() -> list[str]:
    """Return the pages of the unit tests, and many that chance put together."""
    pick = random.Random(3)
    made = ["".join(pick.choices(PIECES, k=pick.randint(1, 14))) for _ in range(200)]
    return [marked.replace("|", "") for marked in PAGES.values()] + made


@pytest.fixture(scope="module")
def address(pages: list[str]) -> Iterator[str]:
    """Serve the pages with tags in them, in UTF-8 and then in UTF-16."""
    utf8 = [inject(page.encode(), TAGS) for page in pages]
    utf16 = [inject(("\ufeff" + page).encode("utf-16-le"), TAGS) for page in pages[: len(PAGES)]]
    Pages.pages = (*utf8, *utf16)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_every_tag_is_in_the_head_that_chromium_sees(
    address: str, pages: list[str], chromium: Chromium
) -> None:
    """The pages in UTF-8 are written into one frame, by the same parser: loading each takes longer."""
    page = chromium.open(f"{address}/start")
    lost = page.evaluate(
        """async ([written, count]) => {
          const lost = [];
          const look = (number, { head }) => {
            const tags = head.querySelectorAll(
              ":scope > link[rel=manifest], :scope > meta[name=probe], :scope > script[src='none.js']");
            if (tags.length !== 3) lost.push(number);
          };
          const newFrame = async (src) => {
            const frame = document.createElement("iframe");
            frame.src = src;
            const loaded = new Promise((resolve) => frame.addEventListener("load", resolve));
            document.body.append(frame);
            await loaded;
            return frame;
          };
          const frame = await newFrame("/start");
          for (let number = 0; number < written; number++) {
            const text = await (await fetch(`/${number}`)).text();
            frame.contentDocument.open();
            frame.contentDocument.write(text);
            frame.contentDocument.close();
            look(number, frame.contentDocument);
          }
          for (let number = written; number < count; number++) {
            const loaded = await newFrame(`/${number}`);
            look(number, loaded.contentDocument);
            loaded.remove();
          }
          return lost;
        }""",
        [len(pages), len(Pages.pages)],
    )
    assert [Pages.pages[number] for number in lost] == []
