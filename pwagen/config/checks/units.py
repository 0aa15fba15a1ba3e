"""Lengths of time and numbers of bytes as people write them."""

from __future__ import annotations

import re

from pwagen.binding.invalid_value import InvalidValue
from pwagen.config.checks import patterns

MILLISECONDS = {
    "ms": 1,
    "s": 1000,
    "m": 60_000,
    "h": 3_600_000,
    "d": 86_400_000,
    "w": 604_800_000,
}
BYTES = {"B": 1, "kB": 1000, "MB": 1000**2, "GB": 1000**3, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}
# What else people write, in lower case.
OTHER_TIMES = {
    **dict.fromkeys(("msec", "msecs", "millisecond", "milliseconds"), "ms"),
    **dict.fromkeys(("sec", "secs", "second", "seconds"), "s"),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), "m"),
    **dict.fromkeys(("hr", "hrs", "hour", "hours"), "h"),
    **dict.fromkeys(("day", "days"), "d"),
    **dict.fromkeys(("wk", "week", "weeks"), "w"),
}
OTHER_SIZES = {"byte": "B", "bytes": "B", "k": "KiB", "m": "MiB", "g": "GiB"}
TEN_YEARS = 10 * 366 * MILLISECONDS["d"]
MAX_BYTES = 1024 * BYTES["GiB"]
DURATION_WORDS = 'a number and ms, s, m, h, d or w, like "24h"'
SIZE_WORDS = 'a number and B, kB, MB, KiB or MiB, like "2 MiB"'


def parse_duration(text: str) -> int:
    """Return the milliseconds of a length of time such as ``24h`` or ``1.5s``; raises ValueError."""
    return _parse(text, patterns.DURATION, MILLISECONDS)


def parse_size(text: str) -> int:
    """Return the bytes of a size such as ``500 kB`` or ``2 MiB``; raises ValueError."""
    return _parse(text, patterns.SIZE, BYTES)


def check_duration(text: str) -> InvalidValue | None:
    """Judge a length of time."""
    try:
        milliseconds = parse_duration(text)
    except ValueError:
        fix = _suggestion(text, "", MILLISECONDS, OTHER_TIMES) or DURATION_WORDS
        return InvalidValue("is not a duration", f"write {fix}")
    if milliseconds > TEN_YEARS:
        return InvalidValue("is longer than ten years", "write a shorter time")
    return None


def check_size(text: str) -> InvalidValue | None:
    """Judge a number of bytes."""
    try:
        size = parse_size(text)
    except ValueError:
        fix = _suggestion(text, " ", BYTES, OTHER_SIZES) or SIZE_WORDS
        return InvalidValue("is not a size", f"write {fix}")
    if size > MAX_BYTES:
        return InvalidValue("is more than a browser stores", "write a smaller size")
    return None


def _parse(text: str, pattern: str, units: dict[str, int]) -> int:
    match = re.fullmatch(pattern, text)
    if not match:
        raise ValueError(text)
    return round(float(match[1]) * units[match[2]])


def _suggestion(text: str, space: str, units: dict[str, int], other_units: dict[str, str]) -> str:
    """Return the text in quotes as it should have been written, "" if that can't be told."""
    match = re.fullmatch(r"\s*([0-9]{1,12}(?:[.,][0-9]{1,6})?)\s*([A-Za-z]+)\s*", text)
    if not match:
        return ""
    by_lower = {unit.lower(): unit for unit in units} | other_units
    unit = by_lower.get(match[2].lower(), "")
    return f'"{match[1].replace(",", ".")}{space}{unit}"' if unit else ""
