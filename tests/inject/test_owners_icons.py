"""The icons that a site has already stay, and nobody has to force anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.site_rule import built, keeps_the_rule

PAGE = "<!doctype html>\n<html>\n<head>\n<title>a</title>\n</head>\n<body>a</body>\n</html>\n"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="4"/></svg>'
OWN = ("favicon.ico", "icons/apple-touch-icon.png", "icons/favicon.svg")


@pytest.fixture
def project(tmp_path: Path, icons_of_another_test: None) -> Path:
    (tmp_path / "public/icons").mkdir(parents=True)
    (tmp_path / "public/index.html").write_text(PAGE)
    (tmp_path / "logo.svg").write_text(SVG)
    (tmp_path / "pwagen.yaml").write_text(
        "app: {name: X, lang: en}\nsite: public\nminify: false\nicons: {source: logo.svg}\n"
    )
    return tmp_path


@pytest.mark.slow
def test_the_owners_icons_stay(project: Path) -> None:
    for path in OWN:
        (project / "public" / path).write_bytes(b"theirs")
    keeps_the_rule(project, project / "public")
    result = built(project, "--force")
    assert (
        "favicon.ico, icons/apple-touch-icon.png, icons/favicon.svg: is the site's own icon" in result.stderr
    )
    assert [(project / "public" / path).read_bytes() for path in OWN] == [b"theirs"] * len(OWN)
    assert 'href="favicon.ico"' in (project / "public/index.html").read_text()


@pytest.mark.slow
def test_an_icon_of_ours_that_was_replaced_stays(project: Path) -> None:
    built(project)
    (project / "public/favicon.ico").write_bytes(b"theirs")
    built(project)
    built(project, "--check")
    built(project, "--undo")
    assert (project / "public/favicon.ico").read_bytes() == b"theirs"
    assert not (project / "public/icons/favicon.svg").exists()
