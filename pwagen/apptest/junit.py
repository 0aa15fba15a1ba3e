"""Results as JUnit XML, which every CI reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from pwagen.apptest.run_report import counts

if TYPE_CHECKING:
    from pwagen.apptest.step import Result


def junit_xml(target: str, results: Sequence[Result], seconds: float) -> str:
    """Return one test suite with a case for each step; ``seconds`` is the whole run's time."""
    number = counts(results)
    suite = (
        f'<testsuite name="pwagen test" tests="{len(results)}" failures="{number["failed"]}" '
        f'errors="0" skipped="{number["skipped"]}" time="{seconds:.3f}">'
    )
    prop = f'<properties><property name="target" value={attribute(target)}/></properties>'
    cases = "\n".join(_case(result) for result in results)
    head = '<?xml version="1.0" encoding="utf-8"?>'
    return "\n".join([head, "<testsuites>", suite, prop, cases, "</testsuite>", "</testsuites>", ""])


def _case(result: Result) -> str:
    head = (
        f"<testcase classname={attribute(f'pwagen.{result.browser}')} name={attribute(result.id)} "
        f'time="{result.seconds:.3f}">'
    )
    return f"{head}{_outcome(result)}</testcase>"


def _outcome(result: Result) -> str:
    if result.status == "skipped":
        return f"<skipped message={attribute(result.seen)}/>"
    if result.status == "failed":
        hint = f"\nhint: {result.hint}" if result.hint else ""
        details = f"expected: {result.expected}\nseen: {result.seen}\nlook at: {result.where}{hint}"
        return f"<failure message={attribute(result.seen)}>{content(details)}</failure>"
    return f"<system-out>{content(result.seen)}</system-out>"


def attribute(text: str) -> str:
    """Return a text as a quoted attribute's value."""
    return quoteattr(_allowed(text))


def content(text: str) -> str:
    """Return a text as an element's content."""
    return escape(_allowed(text))


def _allowed(text: str) -> str:
    """Return the text without what XML 1.0 can't hold, https://www.w3.org/TR/xml/#charsets."""
    return "".join(
        char
        if char in "\t\n" or " " <= char <= "\ud7ff" or "\ue000" <= char <= "\ufffd" or char > "\uffff"
        else "�"
        for char in text
    )
