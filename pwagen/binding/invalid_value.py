"""What a check says of a value that it refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class InvalidValue(NamedTuple):
    """What is wrong with a value, and what to write instead."""

    message: str
    fix: str = ""


Check = Callable[[str, str], InvalidValue | None]
"""Judges a text by the name of a check."""
