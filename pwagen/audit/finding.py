"""What an audit reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pwagen.concealment import without_keys

Severity = Literal["error", "warning", "note"]
"""``error``: the app can't be installed, doesn't work or is unsafe; ``warning``: on some devices, or in some
cases; ``note``: it could be better. The names are SARIF's levels."""

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
"""The worst first."""


@dataclass(frozen=True, order=True)
class Location:
    """Where the evidence is. ``path`` is relative to the site's folder, or a URL.

    ``line`` and ``column`` count from 1, 0 means the file as a whole. ``part`` names what has no line:
    ``header Content-Type``, ``pixel 12,40``.
    """

    path: str
    line: int = 0
    column: int = 0
    part: str = ""

    def __str__(self) -> str:
        """Return ``path:line:column``, as editors and terminals link it."""
        place = self.path + (f":{self.line}" if self.line else "")
        place += f":{self.column}" if self.line and self.column else ""
        return f"{place} ({self.part})" if self.part else place


@dataclass(frozen=True)
class Evidence:
    """What a rule saw. ``fix`` replaces the rule's own, where this case needs other words."""

    where: Location
    message: str
    fix: str = ""


@dataclass(frozen=True)
class Finding:
    """One fault of the site: which rule it is against, what was seen where, and what to write instead."""

    rule: str
    severity: Severity
    where: Location
    message: str
    fix: str

    def __post_init__(self) -> None:
        """Leave out what may be key material: a report is sent around."""
        for name in ("message", "fix"):
            object.__setattr__(self, name, without_keys(getattr(self, name)))

    @property
    def order(self) -> tuple[int, str, Location, str]:
        """The key by which findings are sorted: the worst first."""
        return SEVERITIES.index(self.severity), self.rule, self.where, self.message
