"""Pages that are served as XML: well-formed before, well-formed after, and undone to the byte."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.site_rule import built, keeps_the_rule

XMLNS = 'xmlns="http://www.w3.org/1999/xhtml"'
DTD = '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "http://www.w3.org/TR/xhtml11/DTD/xhtml11.dtd"'
HEAD = '<title>a &amp; b</title>\n<link rel="manifest" href="theirs.json" />'


def page(head: str = HEAD, before: str = "", html: str = f"<html {XMLNS}>") -> str:
    return f"{before}{html}\n<head>\n{head}\n</head>\n<body><p>a</p></body>\n</html>\n"


PAGES = {
    "plain": page(),
    "declared": page(before='<?xml version="1.0" encoding="utf-8"?>\n' + DTD + ">\n"),
    "internal subset": page(before=DTD + ' [<!ENTITY her "<b>&#38;</b>"> ]>\n'),
    "empty elements": page('<meta charset="utf-8"/><script src="a.js"/><title/><style/>'),
    "CDATA": page("<script>//<![CDATA[\nif (1 < 2) '</head>';\n//]]></script>"),
    "foreign": page('<m:x xmlns:m="urn:m"><head/></m:x><!-- </head> --><?php </head> ?>'),
    "one line": page().replace("\n", ""),
    "CRLF": page().replace("\n", "\r\n"),
}


@pytest.fixture
def project(tmp_path: Path, icons_of_another_test: None) -> Path:
    (tmp_path / "public").mkdir()
    (tmp_path / "pwagen.yaml").write_text(
        "app: {name: X, theme_color: '#123456'}\nsite: public\nminify: false\ninject: {manifest: replace}\n"
    )
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_pages_stay_well_formed_and_are_undone(project: Path, encoding: str) -> None:
    for name, text in PAGES.items():
        content = text.replace("utf-8", encoding.removesuffix("-sig")).encode(encoding)
        ElementTree.fromstring(content)
        (project / "public" / f"{name}.xhtml").write_bytes(content)
    keeps_the_rule(project, project / "public")
    result = built(project)
    assert "left as it is" not in result.stderr
    for name in PAGES:
        root = ElementTree.fromstring((project / "public" / f"{name}.xhtml").read_bytes())
        head = root.find("{http://www.w3.org/1999/xhtml}head")
        assert head is not None
        assert head[-1].attrib == {"src": "register.js", "defer": "defer"}, name
        manifests = [child.get("href") for child in head if child.get("rel") == "manifest"]
        assert manifests == ["manifest.json"], name


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        page("<title>a & b</title>"),
        page(html="<html>"),
        page().replace("<head>", "<head/>").replace("</head>", ""),
        "<h:html xmlns:h='http://www.w3.org/1999/xhtml'><h:head></h:head></h:html>",
        "",
    ],
)
def test_what_is_no_xhtml_is_left_and_named(project: Path, text: str) -> None:
    page = project / "public/a.xhtml"
    page.write_text(text)
    result = built(project)
    assert "a.xhtml: left as it is: it is served as XML" in result.stderr
    assert page.read_text() == text
