"""What browsers know an app by."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Identity:
    """The addresses are relative to the site's root, so that a folder and a server can be compared.

    A member that isn't known is None. ``origin`` says in words where this is from.
    """

    origin: str
    id: str | None = None
    start_url: str | None = None
    scope: str | None = None
    worker: str | None = None
    key: str | None = None
