"""Which rules are looked at, how bad each is, and which findings are known already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pwagen.audit.finding import SEVERITIES, Finding, Severity
from pwagen.audit.rule import Rule
from pwagen.binding.words import nearest
from pwagen.errors import PwagenError


@dataclass(frozen=True)
class AuditSettings:
    """``select`` and ``ignore`` hold ids, or beginnings of ids such as ``icon-``; nothing selected means all.

    ``severities`` replaces the severity of single rules.
    """

    select: Sequence[str] = ()
    ignore: Sequence[str] = ()
    severities: Mapping[str, Severity] = field(default_factory=dict)

    def chosen(self, rules: Sequence[Rule]) -> list[tuple[Rule, Severity]]:
        """Return the rules that count, with their severities.

        Raises:
            PwagenError: a name fits no rule.
        """
        ids = [rule.id for rule in rules]
        for name in (*self.select, *self.ignore, *self.severities):
            if not any(_fits(id, name) for id in ids):
                raise PwagenError(f'there is no rule "{name}"{_hint(name, ids)}')
        return [
            (rule, self.severities.get(rule.id, rule.severity))
            for rule in rules
            if (not self.select or any(_fits(rule.id, name) for name in self.select))
            and not any(_fits(rule.id, name) for name in self.ignore)
        ]


def rule_named(name: str, rules: Sequence[Rule]) -> Rule:
    """Return the rule with this id.

    Raises:
        PwagenError: there is none.
    """
    for rule in rules:
        if rule.id == name:
            return rule
    raise PwagenError(f'there is no rule "{name}"{_hint(name, [rule.id for rule in rules])}')


def fails(findings: Sequence[Finding], fail_on: Severity) -> bool:
    """Return whether a finding is as bad as ``fail_on``, or worse."""
    worst = SEVERITIES.index(fail_on)
    return any(SEVERITIES.index(finding.severity) <= worst for finding in findings)


def _fits(id: str, name: str) -> bool:
    return id == name or (name.endswith("-") and id.startswith(name))


def _hint(name: str, ids: list[str]) -> str:
    similar = nearest(name, ids, cutoff=0.6)
    return f' - did you mean "{similar}"?' if similar else " - pwagen check --explain all lists them"
