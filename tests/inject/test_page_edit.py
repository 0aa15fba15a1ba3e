"""Tags go into the head that a browser sees, and come out again to the byte."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pwagen.inject.encoding import code_units
from pwagen.inject.existing_tags import read_existing
from pwagen.inject.html_head import attributes, read_head
from pwagen.inject.page_edit import inject, undo

TAGS = [
    '<link rel="manifest" href="manifest.json">',
    '<meta name="apple-mobile-web-app-title" content="Häfen 😀">',
    '<script src="register.js" defer></script>',
]
BLOCK = (
    b'<!-- pwagen -->\n<link rel="manifest" href="manifest.json">\n'
    b'<meta name="apple-mobile-web-app-title" content="H&#228;fen &#128512;">\n'
    b'<script src="register.js" defer></script>\n<!-- /pwagen -->\n'
)

# | is where the tags belong. The browser test holds each of them to Chromium.
PAGES = {
    "usual": "<!doctype html>\n<html>\n<head>\n<title>a</title>\n|  </head>\n<body>x</body>",
    "one line": "<!doctype html><html><head><title>a</title>|</head><body>x</body></html>",
    "empty": "|",
    "only spaces": " \n|",
    "only text": "|Hello",
    "no head": "<!doctype html>\n<title>a</title>\n|<p>Hello",
    "no head tags": "<!doctype html><html lang=en>|<body><title>no</title>",
    "upper case": "<!DOCTYPE HTML><HTML><HEAD><TITLE>a</TITLE>|</HEAD><BODY>",
    "text ends the head": "<head><title>a</title>|oops<meta name=x></head><body>",
    "element ends the head": "<head><title>a</title>|<div></div><link></head>",
    "end tags": "</p></title><head></foo></script><title>a</title></title>|</body></head>",
    "</br> ends": "<head>|</br></head>",
    "second head": "<head><head><title>a</title><html lang=x>|</head>",
    "comment with a head": "<!-- <head></head> --><head><!--</head>--><title>a</title>|</head>",
    "abrupt comments": "<!--><head><!---><title>a</title><!----><!-- --!>|</head> -->",
    "comment with a bang": "<head><!--!> </head> --><!---!> </head> -->|</head>",
    "conditional comment": "<head><!--[if lt IE 9]><script src=x></script><![endif]-->|</head>",
    "bogus comments": "<?xml version='1.0'?><!foo></3><head></><![CDATA[ </head>|</head>",
    "title with a head": "<head><title></head></titlex></TITLE >|</head>",
    "style with a head": "<head><style></head><!-- </style>|</head>",
    "noscript": "<head><noscript><style></head></style><img></noscript>|</head>",
    "noframes": "<head><noframes></head></noframes>|</head>",
    "script with a head": "<head><script>'</head></scriptx>'</script\n>|</head>",
    "script with a comment": "<head><script><!-- </head> <script> </script> --></script>|</head>",
    "script twice escaped": "<head><script><!-- <script </script> </head> --> </script>|</head>",
    "script after an empty comment": "<head><script><!--> <script> </script>|</head>",
    "script after a closed comment": "<head><script><!-- <script> --> </script>|</head>",
    "attributes with brackets": "<head><meta x='</head>'><meta x=\"</head>\"><link x='\">'>|</head>",
    "stray quotes": '<head><meta content=a"> <link "x=> <meta ="> <link a= > <link a=b\'>|</head>',
    "slashes": "<head/><meta/content/=/x/><link/>|</head>",
    "unclosed title": "<head>|<title>a</head><body>",
    "unclosed comment": "<head><meta name=x>|<!-- a</head><body>",
    "unclosed script": "<head>|<script><!-- <script></script></head>",
    "unclosed attribute": '<head>|<link href="x></head><body>',
    "unclosed tag": "<head>|<link",
    "unclosed doctype": "|<!doctype html",
    "byte order mark": "\ufeff<!doctype html><head>|</head>",
    "two byte order marks": "\ufeff|\ufeff<!doctype html><head></head>",
    "template": "<head><title>a</title>|<template></head></template></head>",
    "frameset": "<html><head><title>a</title></head>".replace("</head>", "|</head>")
    + "<frameset><frame></frameset>",
    "form feed": "<head>\f\t |</head>",
    "other spaces": "<head>|\u00a0</head>",
    "vertical tab": "<head>|\v</head>",
    "character reference": "<head>|&#32;</head>",
    "windows lines": "<head>\r\n\t<title>a</title>\r\n|\t</head>\r\n",
    "textarea": "|<textarea><head></head></textarea>",
    "svg": "<head>|<svg><title></head></svg>",
    "metadata": "<base href=x><basefont><bgsound><link><meta><title></title><style></style>|<p>",
}
EACH_PAGE = pytest.mark.parametrize("marked", PAGES.values(), ids=PAGES.keys())


@EACH_PAGE
def test_tags_go_where_the_head_ends(marked: str) -> None:
    before, after = marked.split("|")
    page = (before + after).encode()
    block = BLOCK.replace(b"\n", b"\r\n") if b"\r\n" in page else BLOCK
    assert inject(page, TAGS) == before.encode() + block + after.encode()


@EACH_PAGE
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_undo_gives_the_page_back(marked: str, encoding: str) -> None:
    text = marked.replace("|", "").removeprefix("\ufeff")
    page = ("\ufeff" * (encoding != "utf-8") + text).encode(encoding)
    injected = inject(page, TAGS)
    assert injected != page
    assert undo(injected) == page
    assert inject(injected, TAGS) == injected


def test_an_odd_utf16_page_keeps_its_last_byte() -> None:
    page = "\ufeff<head><title>\U0001f600</title></head>".encode("utf-16-le") + b"\x00"
    injected = inject(page, TAGS)
    assert "<!-- pwagen -->" in injected[:-1].decode("utf-16-le").split("</head>")[0]
    assert undo(injected) == page


def test_other_tags_take_the_place_of_earlier_ones() -> None:
    page = b"<head><title>a</title></head>"
    assert inject(inject(page, TAGS), TAGS[:1]) == inject(page, TAGS[:1])


def test_markers_outside_the_head_are_the_pages_own() -> None:
    page = b"<head></head><body><pre><!-- pwagen -->x<!-- /pwagen --></pre>"
    assert undo(page) == page
    assert undo(inject(page, TAGS)) == page


@pytest.mark.parametrize(
    "page",
    [
        b"<head><!-- pwagen --></head>",
        b"<head><!-- /pwagen --></head>",
        b"<head><!-- pwagen --><link rel=manifest href=x></head>",
        b"<head><!-- pwagen instead of bm90IGEgdGFn --></head>",
        b"<head><!-- pwagen instead of !! --></head>",
    ],
)
def test_half_a_marker_is_left_alone(page: bytes) -> None:
    assert undo(page) == page
    assert undo(inject(page, TAGS)) == page


def test_what_somebody_put_between_the_markers_goes_with_them() -> None:
    page = b"<head>%s</head>"
    inside = b"<!-- pwagen --><!-- pwagen instead of PGxpbms+ --><meta><!-- /pwagen -->\n"
    assert undo(page % inside) == page % b""
    assert undo(page % b"<!-- pwagen instead of PGxpbms+ -->") == page % b"<link>"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-be"])
def test_a_replaced_tag_comes_back(encoding: str) -> None:
    text = "\ufeff" + '<head><link rel=manifest href="--> ä"><title>a</title></head>'
    page = text.encode(encoding)
    tag = next(tag for tag in read_head(text.encode("ascii", "replace")[1:]).tags if tag.name == "link")
    shift = 3 if encoding == "utf-8" else 0
    moved = tag._replace(start=tag.start + shift, end=tag.end + shift + (1 if shift else 0))
    injected = inject(page, TAGS, [moved])
    assert "rel=manifest" not in injected.decode(encoding)
    assert undo(injected) == page
    assert inject(injected, TAGS, [moved]) == injected


# Pieces that parsers stumble over, in any order.
PIECES = st.sampled_from(
    [
        *(b"<", b">", b"/", b"!", b"-", b"--", b'"', b"'", b"=", b" ", b"\n", b"\r\n", b"\0", b"x"),
        *(b"<!--", b"-->", b"--!>", b"<!-- pwagen -->", b"<!-- /pwagen -->", b"<!doctype html>", b"<html>"),
        *(b"<head>", b"</head>", b"<body>", b"<title>", b"</title>", b"<script>", b"</script>", b"<style>"),
        *(
            b"</style>",
            b"<link rel=manifest>",
            b"<meta name='x'",
            b"<noscript>",
            b"</noscript>",
            b"<template>",
        ),
        *(b"<p>", b"<!-- pwagen instead of PGxpbms+ -->", b"<!-- pwagen instead of "),
        *(b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"),
    ]
)
ANY_PAGE = st.one_of(
    st.binary(max_size=60),
    st.lists(PIECES, max_size=25).map(b"".join),
    st.lists(PIECES, max_size=25).map(
        lambda parts: b"\xff\xfe" + b"\0".join([*b"".join(parts).split(), b""])
    ),
    st.lists(PIECES, max_size=15).map(
        lambda parts: b"\xfe\xff" + b"".join(parts).decode("latin-1").encode("utf-16-be")
    ),
)


@given(ANY_PAGE, st.lists(st.sampled_from(TAGS), max_size=3))
@example(b"\xfe\xff" + "<head><!-- pwagen --><link><!-- /pwagen -->x".encode("utf-16-be"), [])
def test_undo_and_inject_for_any_bytes(page: bytes, tags: list[str]) -> None:
    original = undo(page)
    injected = inject(page, tags)
    assert undo(injected) == original
    assert inject(injected, tags) == injected
    assert undo(original) == original
    if b"pwagen" not in page.replace(b"\0", b""):
        assert original == page


@given(ANY_PAGE)
@example(b"<head><meta name=Theme-Color><title>x")
@example(b"<html AMP><title>example</title>")
def test_a_head_that_is_not_looked_at_closely_holds_nothing(page: bytes) -> None:
    units = code_units(page).units
    head = read_head(units)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pwagen.inject.existing_tags._SIGN", re.compile(b""))
        closely = read_existing(units, head)
    assert read_existing(units, head) == closely


def test_attributes_are_read_as_browsers_do() -> None:
    page = b"<LINK Rel = 'Manifest' href=a&amp;b HREF=second data-x title=\"\xc3\xa4\">"
    [tag] = read_head(page).tags
    assert tag.name == "link"
    assert attributes(page, tag) == {"rel": "Manifest", "href": "a&b", "data-x": "", "title": "ä"}


@pytest.mark.parametrize(
    ("page", "is_document"),
    [
        (b"google-site-verification: google1.html", False),
        (b"<li>one<li>two", False),
        (b"<link rel=x><p>", False),
        (b"<!doctype html><p>", True),
        (b"<title>x</title>", True),
        (b"<body>", True),
        (b"<head>", True),
    ],
)
def test_fragments_are_told_from_documents(page: bytes, is_document: bool) -> None:
    assert read_head(page).is_document is is_document
