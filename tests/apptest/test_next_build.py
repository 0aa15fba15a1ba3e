"""The next build of a site, made from its files."""

from __future__ import annotations

import hashlib
from base64 import b64encode

import pytest

from pwagen.apptest.next_build import MARK, marked_page, next_build

PAGE = b"<!doctype html><head lang=en><title>Quay</title></head>"
MARKED = b'<meta name="%b" content="1">' % MARK.encode()


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (PAGE, PAGE.replace(b"<title>", MARKED + b"<title>")),
        (b"<HEAD><title>x</title>", b"<HEAD>" + MARKED + b"<title>x</title>"),
        (b"<header>no head</header>", b"<header>no head</header>" + MARKED),
        (marked_page(PAGE, 7), marked_page(PAGE, 1)),
    ],
)
def test_a_page_has_one_mark(page: bytes, expected: bytes) -> None:
    assert marked_page(page, 1) == expected


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256", "sha512"])
def test_the_page_and_whatever_lists_its_hash_change(algorithm: str) -> None:
    def listed(page: bytes) -> bytes:
        digest = hashlib.new(algorithm, page)
        return b"%b %b" % (digest.hexdigest().encode(), b64encode(digest.digest()))

    files = {"index.html": PAGE, "sw.js": b"worker", "list.json": listed(PAGE), "other.js": b"as it was"}
    changed = next_build(files, "index.html", "sw.js", 2)

    assert set(changed) == {"index.html", "sw.js", "list.json"}
    assert changed["list.json"] == listed(changed["index.html"])
    assert changed["sw.js"].startswith(b"worker\n")


def test_each_build_differs_from_the_one_before() -> None:
    files = {"index.html": PAGE, "sw.js": b"worker"}
    first = next_build(files, "index.html", "sw.js", 1)
    second = next_build(first, "index.html", "sw.js", 2)
    assert first["index.html"] != second["index.html"]
    assert first["sw.js"] != second["sw.js"]
