"""Bytes of a config file to a tree of nodes, with every way in which they can fail to be one."""

from __future__ import annotations

from pathlib import Path

import yaml

from pwagen.binding.node import Mapping, Node
from pwagen.binding.problem_report import ProblemReport
from pwagen.binding.utf8 import START, decode
from pwagen.config.parsing.compose import TooDeepError, compose

MAX_BYTES = 256 * 1024
"""Hundreds of times what a config takes, and little enough to be read in a moment whatever is in it."""

EMPTY_FIX = 'write at least "app:" and below it, indented, "name: My app"'


def read_bytes(file: Path) -> bytes:
    """Return the bytes of a config file, of one that is too large one more than `MAX_BYTES`."""
    with file.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)


def read(data: bytes, report: ProblemReport) -> Mapping | None:
    """Return the file's mapping, None if there is none; what is wrong goes to `report`."""
    text = _decode(data, report)
    if text is None:
        return None
    try:
        root = compose(text, report)
    except TooDeepError as error:
        report.error(
            error.place, "brackets or indentation nest too deeply", "no config needs more than 10 levels"
        )
        return None
    except yaml.YAMLError as error:
        from pwagen.config.parsing.syntax import report_syntax_error

        report_syntax_error(error, text, report)
        return None
    return _top_level(root, report)


def _decode(data: bytes, report: ProblemReport) -> str | None:
    if len(data) > MAX_BYTES:
        report.error(
            (0, 0), f"the file has more than {MAX_BYTES // 1024} KiB", "a config takes a few of them"
        )
        return None
    return decode(data, report)


def _top_level(root: Node | None, report: ProblemReport) -> Mapping | None:
    if isinstance(root, Mapping):
        return root
    if root is None or getattr(root, "type", "") == "null":
        report.error(START, "the file is empty", EMPTY_FIX)
    elif not report.errors:
        kind = "a list" if not hasattr(root, "text") else "a text"
        report.error(root.place, f"the file holds {kind} where sections are expected", EMPTY_FIX)
    return None
