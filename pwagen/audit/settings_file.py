"""Settings of an audit in a file: `check` in pwagen.yaml, or `[tool.pwagen.check]` in pyproject.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

import msgspec

from pwagen.binding.bind import bind
from pwagen.binding.json_tree import mapping_of
from pwagen.binding.problem_report import ProblemReport
from pwagen.config import parse_leniently
from pwagen.config.checks.values import check
from pwagen.config.model import Check
from pwagen.config.yaml_notation import CONFIG_NOTATION
from pwagen.errors import ConfigError, Problem, PwagenError
from pwagen.names import CONFIG_NAME

_PYPROJECT = "pyproject.toml"


class _Tool(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `[tool.pwagen]` may hold."""

    check: Check = Check()


@dataclass(frozen=True)
class StoredSettings:
    """The settings, and the folder that paths in them are relative to."""

    check: Check
    folder: Path


def stored_settings(folder: Path) -> StoredSettings:
    """Return the settings of the nearest file above a site: in its folder, or in those around it.

    The search ends at a repository's root. Without a file the defaults hold.

    Raises:
        ConfigError: the settings have mistakes.
    """
    here = folder.resolve()
    for place in (here, *here.parents):
        if (settings := _in(place)) is not None:
            return StoredSettings(settings, place)
        if (place / ".git").exists():
            break
    return StoredSettings(Check(), here)


def _in(folder: Path) -> Check | None:
    if (folder / CONFIG_NAME).is_file():
        context = parse_leniently(folder / CONFIG_NAME)
        # What is wrong in the config is said where the project is read.
        value = context.bound.value if context else None
        return getattr(value, "check", None) or Check()
    if not (folder / _PYPROJECT).is_file():
        return None
    return _in_pyproject(folder / _PYPROJECT)


def _in_pyproject(file: Path) -> Check | None:
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return None
    except tomllib.TOMLDecodeError as error:
        raise PwagenError(f"{file}: this is not TOML: {error}") from None
    tool = data.get("tool", {})
    values = tool.get("pwagen") if isinstance(tool, dict) else None
    if values is None:
        return None
    if not isinstance(values, dict):
        raise ConfigError([Problem(str(file), message="tool.pwagen is not a table")])
    report = ProblemReport(str(file))
    bound = bind(mapping_of(values), _Tool, report, check, CONFIG_NOTATION)
    if report.errors:
        raise ConfigError(report.sorted_errors())
    settings: Check = bound.value.check
    return settings
