"""Bytes of a file to its text."""

from __future__ import annotations

from pwagen.binding.node import Place
from pwagen.binding.problem_report import ProblemReport

START = (1, 1)


def decode(data: bytes, report: ProblemReport) -> str | None:
    """Return the text of a file in UTF-8, None if it is not; what is wrong goes to `report`."""
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
