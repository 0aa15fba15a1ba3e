"""Configs from elsewhere: the settings of another tool, with defaults, for a site in any folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from pwagen.config import load_source
from pwagen.config.config_source import ConfigSource
from pwagen.errors import ConfigError

DEFAULTS = {
    "app": {"name": "From the theme", "theme_color": "#123456"},
    "offline": {"precache_add": ["search.json"]},
}


def write(folder: Path, text: str) -> Path:
    file = folder / "pwagen.yaml"
    file.write_text(text)
    return file


def test_defaults_hold_where_the_file_is_silent(tmp_path: Path) -> None:
    file = write(tmp_path, "app: {name: Own}\noffline:\n")
    config, _ = load_source(ConfigSource(file, defaults=DEFAULTS))
    assert (config.app.name, config.app.theme_color) == ("Own", "#123456")
    assert config.offline
    assert config.offline.precache_add == ("search.json",)


def test_defaults_do_not_turn_on_what_is_turned_off(tmp_path: Path) -> None:
    file = write(tmp_path, "offline: false\n")
    config, _ = load_source(ConfigSource(file, defaults=DEFAULTS))
    assert config.offline is False
    assert config.app.name == "From the theme"


def test_values_of_another_tool_are_judged_like_a_file(tmp_path: Path) -> None:
    source = ConfigSource(tmp_path / "mkdocs.yml", {"app": {"nmae": "X"}, "offline": {"timeout": 4}})
    with pytest.raises(ConfigError) as error:
        load_source(source)
    problems = str(error.value).splitlines()
    assert all(problem.startswith(f"{tmp_path / 'mkdocs.yml'}: ") for problem in problems)
    assert any('write "name"' in problem or "name" in problem for problem in problems)
    assert any("offline.timeout" in problem for problem in problems)


def test_values_in_a_program_are_named_by_the_expression(tmp_path: Path) -> None:
    actions = [{"action": "read", "title": title, "url": "./"} for title in ("Read", "Read again")]
    values = {"app": {"nmae": "X"}, "notifications": {"actions": actions}, "offline": {"timeout": 4}}
    source = ConfigSource(tmp_path / "settings", values, setting="settings.PWAGEN")
    with pytest.raises(ConfigError) as error:
        load_source(source)
    problems = str(error.value).splitlines()
    assert problems[0].startswith('settings.PWAGEN["app"]["nmae"]: app.nmae: unknown key')
    assert problems[1].startswith('settings.PWAGEN["notifications"]["actions"][1]')
    assert "is already used in notifications.actions[read]" in problems[1]
    assert problems[2].startswith('settings.PWAGEN["offline"]["timeout"]: offline.timeout: ')


def test_warnings_in_a_program_have_no_line(tmp_path: Path) -> None:
    values = {"app": {"name": "Shop", "prefer_related_applications": True}, "offline": {"timeout": "99s"}}
    source = ConfigSource(tmp_path / "settings", values, setting="settings.PWAGEN")
    _, warnings = load_source(source)
    assert warnings
    for warning in warnings:
        assert str(warning).startswith("settings.PWAGEN"), warning
        assert ":1" not in str(warning).split(" ")[0], warning


def test_the_site_may_be_anywhere(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "project").mkdir()
    file = write(tmp_path / "project", "app: {name: X}\nsite: nowhere\n")
    config, _ = load_source(ConfigSource(file, site=tmp_path / "elsewhere"))
    assert config.site == "../elsewhere"
