"""Paths that the worker leaves alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pwagen.globs import matcher

if TYPE_CHECKING:
    from pwagen.config.model import Offline

# Documentation has its reference there, and anybody may read that. What admin/ and accounts/ hold may ask
# for a log-in, and a page that can't be had stops the installation.
REFERENCE = "api/**"
DEFAULT_NEVER = ("admin/**", "accounts/**", REFERENCE)


def exclusion_globs(offline: Offline) -> tuple[str, ...]:
    """Return what the worker leaves alone, unless a file that is stored answers it."""
    return DEFAULT_NEVER if offline.never is None else offline.never


def exclusions_from_storage(offline: Offline, pages: Iterable[str]) -> tuple[str, ...]:
    """Return those of `exclusion_globs` under which no file of a site with these pages is stored."""
    if offline.never is None and any(map(matcher([REFERENCE]), pages)):
        return tuple(glob for glob in DEFAULT_NEVER if glob != REFERENCE)
    return exclusion_globs(offline)
