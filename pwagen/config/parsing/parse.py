"""Bytes of a config file to a tree of nodes, with every way in which they can fail to be one."""

from __future__ import annotations

import yaml

from pwagen.binding.node import Mapping, Node, Place
from pwagen.binding.problem_report import ProblemReport
from pwagen.config.parsing.compose import TooDeep, compose

MAX_BYTES = 256 * 1024
"""Hundreds of times what a config takes, and little enough to be read in a moment whatever is in it."""

START = (1, 1)
EMPTY_FIX = 'write at least "app:" and below it, indented, "name: My app"'


def read(data: bytes, report: ProblemReport) -> Mapping | None:
    """Return the file's mapping, None if there is none; what is wrong goes to `report`."""
    text = _decode(data, report)
    if text is None:
        return None
    try:
        root = compose(text, report)
    except TooDeep as error:
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
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        report.error(START, "the file is UTF-16", "save it as UTF-8")
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # Offsets are counted after a byte order mark, which utf-8-sig cuts off first.
        data = data.removeprefix(b"\xef\xbb\xbf")
        message = f"byte {data[error.start]:#04x} at offset {error.start} is not UTF-8"
        report.error(_place_of_byte(data, error.start), message, "save the file as UTF-8")
        return None


def _place_of_byte(data: bytes, offset: int) -> Place:
    before = data[:offset].decode("utf-8")
    lines = (before + "x").splitlines()
    return len(lines), len(lines[-1])


def _top_level(root: Node | None, report: ProblemReport) -> Mapping | None:
    if isinstance(root, Mapping):
        return root
    if root is None or getattr(root, "type", "") == "null":
        report.error(START, "the file is empty", EMPTY_FIX)
    elif not report.errors:
        found = "a list" if not hasattr(root, "text") else "a text"
        report.error(root.place, f"the file holds {found} where sections are wanted", EMPTY_FIX)
    return None
