"""From the bytes of ``pwagen.yaml`` to the typed config, or to every problem that it has."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pwagen.errors import ConfigError, Problem
from pwagen.names import CONFIG_NAME, config_file

if TYPE_CHECKING:
    from pwagen.binding.context import Context
    from pwagen.binding.node import Mapping
    from pwagen.binding.problem_report import ProblemReport
    from pwagen.config.config_source import ConfigSource
    from pwagen.config.model import Config

__all__ = [
    "CONFIG_NAME",
    "load",
    "load_source",
    "load_with_context",
    "load_with_warnings",
    "parse",
    "parse_leniently",
    "written",
]


def load(path: Path, *, files: bool = True) -> Config:
    """Return the config in the folder `path`, or of the file `path`; without `files` those need not be there.

    Raises:
        ConfigError: with every problem of the file, in its order.
    """
    return parse(*_read(path), files=files)[0]


def load_with_warnings(path: Path) -> tuple[Config, list[Problem]]:
    """Return the config, and what works in it though hardly as it was meant; raises as `load` does."""
    from pwagen.config.config_source import ConfigSource

    return load_source(ConfigSource(config_file(path)))


def load_source(source: ConfigSource) -> tuple[Config, list[Problem]]:
    """Return the config from where it is, and its warnings; raises as `load` does."""
    return load_with_context(source)[:2]


def load_with_context(source: ConfigSource) -> tuple[Config, list[Problem], Context]:
    """Return the config from where it is, its warnings, and where it says what; raises as `load` does."""
    report = source.new_report()
    try:
        root = source.tree(report)
    except OSError as error:
        raise _unreadable(source.file, error) from None
    return _bound(root, report, source.root)


def written(path: Path, *keys: str) -> str | None:
    """Return the text at `keys` of a config as it is written, whatever is wrong elsewhere in it.

    Raises:
        ConfigError: the file cannot be read, or is no YAML.
    """
    from pwagen.binding.node import Mapping, Node, Scalar
    from pwagen.binding.problem_report import ProblemReport
    from pwagen.config.parsing.parse import read

    data, file = _read(path)
    report = ProblemReport(str(file))
    node: Node | None = read(data, report)
    if node is None:
        raise ConfigError(report.sorted_errors())
    for key in keys:
        members = node.items if isinstance(node, Mapping) else []
        node = next((value for name, value in members if name.text == key), None)
    return node.text if isinstance(node, Scalar) and node.type != "null" else None


def _read(path: Path) -> tuple[bytes, Path]:
    from pwagen.config.parsing.parse import read_bytes

    file = config_file(path)
    try:
        return read_bytes(file), file
    except OSError as error:
        raise _unreadable(file, error) from None


def _unreadable(file: Path, error: OSError) -> ConfigError:
    fix = "pwagen init writes one" if isinstance(error, FileNotFoundError) else ""
    reason = (error.strerror or str(error)).lower()
    return ConfigError([Problem(str(file), message=f"cannot be read: {reason}", fix=fix)])


def parse(data: bytes, file: Path, *, files: bool = True) -> tuple[Config, list[Problem]]:
    """Return the config that `data` is, as if it were read from `file`; raises as `load` does."""
    from pwagen.binding.problem_report import ProblemReport
    from pwagen.config.parsing.parse import read

    report = ProblemReport(str(file))
    return _bound(read(data, report), report, file.parent if files else None)[:2]


def _bound(
    root: Mapping | None, report: ProblemReport, folder: Path | None
) -> tuple[Config, list[Problem], Context]:
    """Return the config of a tree, and what there is to say; without `folder` its files need not be there."""
    from pwagen.binding.bind import bind
    from pwagen.binding.context import Context
    from pwagen.config.checks.private_keys import report_private_keys
    from pwagen.config.checks.values import check
    from pwagen.config.model import Config
    from pwagen.config.rules.app_rules import settle_icons
    from pwagen.config.rules.file_rules import check_files
    from pwagen.config.rules.section_rules import check_rules, settle_badge
    from pwagen.config.yaml_notation import CONFIG_NOTATION

    if root is not None:
        secret = report_private_keys(root, report)
        bound = bind(root, Config, report, check, CONFIG_NOTATION, secret=secret)
        context = Context(bound, report)
        check_rules(context)
        if folder:
            check_files(context, folder)
    if report.errors or root is None:
        raise ConfigError(report.sorted_errors())
    config = settle_icons(settle_badge(context))
    return config, sorted(report.warnings), context


def parse_leniently(file: Path) -> Context | None:
    """Return what can be understood of a config file, whatever is wrong with it; None if nothing can."""
    from pwagen.binding.bind import bind
    from pwagen.binding.context import Context
    from pwagen.binding.problem_report import ProblemReport
    from pwagen.config.checks.values import check
    from pwagen.config.model import Config
    from pwagen.config.parsing.parse import read, read_bytes
    from pwagen.config.yaml_notation import CONFIG_NOTATION

    report = ProblemReport(str(file))
    try:
        root = read(read_bytes(file), report)
    except OSError:
        return None
    return Context(bind(root, Config, report, check, CONFIG_NOTATION), report) if root is not None else None
