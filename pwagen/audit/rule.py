"""What a rule is: one thing that has to be true of a site, why, and what to write where it isn't."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pwagen.audit.finding import Evidence, Finding, Severity

if TYPE_CHECKING:
    from pwagen.audit.audited_site import AuditedSite
    from pwagen.audit.set_up import SetUp

Inspect = Callable[["AuditedSite"], Iterable[Evidence]]


@dataclass(frozen=True)
class Rule:
    """A rule of the audit.

    ``id`` never changes once it is published. ``title`` says what is right, ``why`` what happens otherwise,
    ``source`` where that is written: a specification, a thread, a measurement. ``fixes`` has what to write,
    by what built the site; ``plain`` is always there. ``bad`` and ``good`` are examples, from a file's name
    to its text (`tests/audit/examples.py` says how they become a site).
    """

    id: str
    severity: Severity
    title: str
    why: str
    source: str
    fixes: Mapping[SetUp, str]
    bad: Mapping[str, str]
    good: Mapping[str, str]
    inspect: Inspect

    def findings(self, site: AuditedSite, severity: Severity) -> list[Finding]:
        """Return what is wrong with the site by this rule."""
        fix = self.fixes.get(site.set_up) or self.fixes["plain"]
        return [
            Finding(self.id, severity, site.named(evidence.where), evidence.message, evidence.fix or fix)
            for evidence in self.inspect(site)
        ]


def rule(
    id: str,
    severity: Severity,
    title: str,
    *,
    why: str,
    source: str,
    fix: str | Mapping[SetUp, str],
    bad: Mapping[str, str],
    good: Mapping[str, str],
) -> Callable[[Inspect], Rule]:
    """Make a rule of the function below, which yields what it sees; see `Rule` for the arguments."""
    fixes: Mapping[SetUp, str] = {"plain": fix} if isinstance(fix, str) else fix

    def make(inspect: Inspect) -> Rule:
        return Rule(id, severity, title, why, source, fixes, bad, good, inspect)

    return make
