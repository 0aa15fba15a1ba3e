"""Texts of the last build are taken again, unless anything has changed that they are made of."""

from __future__ import annotations

from pathlib import Path

import pytest

from pwagen import render
from pwagen.artifacts.rendered_texts import NAME, RenderedTexts

STYLE = "offline.css.jinja"


@pytest.fixture
def renders(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the templates that Jinja has rendered."""
    names = []
    original = render.render

    def noted(template: str, /, **values: object) -> str:
        names.append(template)
        return original(template, **values)

    monkeypatch.setattr("pwagen.artifacts.rendered_texts.render", noted)
    return names


def build(folder: Path | None, accent: str = "red") -> str:
    texts = RenderedTexts(folder)
    style = texts.render(STYLE, accent=accent)
    texts.store()
    return style


def test_a_text_is_rendered_once(tmp_path: Path, renders: list[str]) -> None:
    first = build(tmp_path)
    assert "red" in first
    assert build(tmp_path) == first
    assert renders == [STYLE]


def test_other_values_give_another_text(tmp_path: Path, renders: list[str]) -> None:
    assert build(tmp_path, "red") != build(tmp_path, "blue")
    assert renders == [STYLE] * 2


def test_only_texts_of_the_last_build_are_kept(tmp_path: Path) -> None:
    build(tmp_path, "red")
    size = (tmp_path / NAME).stat().st_size
    build(tmp_path, "tan")
    assert (tmp_path / NAME).stat().st_size == size


def test_another_template_gives_another_text(
    tmp_path: Path, renders: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    templates = tmp_path / "templates"
    templates.mkdir()
    (templates / STYLE).write_text("a {{ accent }}")
    monkeypatch.setattr("pwagen.render.templates_folder", lambda: templates)
    build(tmp_path)
    (templates / STYLE).write_text("b {{ accent }}")
    build(tmp_path)
    assert renders == [STYLE] * 2


@pytest.mark.parametrize("content", [b"", b"\xc1", b"\x81\xa1a\x01"])
def test_a_damaged_cache_is_empty(tmp_path: Path, renders: list[str], content: bytes) -> None:
    first = build(tmp_path)
    (tmp_path / NAME).write_bytes(content)
    assert build(tmp_path) == first
    assert renders == [STYLE] * 2


def test_without_a_folder_nothing_is_kept(tmp_path: Path, renders: list[str]) -> None:
    assert build(None) == build(None)
    assert renders == [STYLE] * 2
