"""Findings for a person at a terminal: the worst first, one entry a rule, one screen for a typical site."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from pwagen.audit.finding import SEVERITIES, Finding

MOST_PLACES = 3
"""Places of one rule that are listed; JSON has all."""


def text_lines(findings: Sequence[Finding]) -> Iterator[tuple[str, str]]:
    """Yield lines, each with the severity that it belongs to or an empty text.

    ``findings`` are sorted. What is the same in several places is said once.
    """
    for (severity, rule), of_rule in groupby(findings, key=lambda finding: (finding.severity, finding.rule)):
        group = list(of_rule)
        yield f"{severity} {rule}", severity
        for finding in group[:MOST_PLACES]:
            yield f"  {printable(str(finding.where))}: {printable(finding.message)}", ""
        if len(group) > MOST_PLACES:
            yield f"  and {len(group) - MOST_PLACES:,} more", ""
        for fix in dict.fromkeys(finding.fix for finding in group[:MOST_PLACES]):
            yield f"  fix: {printable(fix)}", ""
        yield "", ""
    yield summary(findings), ""


def wrapped(line: str, columns: int) -> list[str]:
    """Return a line as lines of a terminal that is so wide, cut between words, the rest indented deeper.

    A path or a piece of code that is wider stays whole, so that it can be copied.
    """
    indentation = " " * (len(line) - len(line.lstrip()))
    lines = textwrap.wrap(
        line.lstrip(),
        columns,
        initial_indent=indentation,
        subsequent_indent=f"{indentation}  ",
        break_long_words=False,
        break_on_hyphens=False,
        replace_whitespace=False,
    )
    return lines or [""]


def summary(findings: Sequence[Finding]) -> str:
    """Return how many findings there are of each severity, in words."""
    if not findings:
        return "nothing to mend"
    numbers = Counter(finding.severity for finding in findings)
    return ", ".join(
        f"{numbers[severity]:,} {severity}{'' if numbers[severity] == 1 else 's'}"
        for severity in SEVERITIES
        if numbers[severity]
    )


def printable(text: str) -> str:
    """Return a text of the site's without control characters, which a terminal would obey."""
    return "".join(character if character.isprintable() else "�" for character in text)
