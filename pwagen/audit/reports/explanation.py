"""A rule at length: what it wants, why, where that is written, and examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pwagen.audit.rule import Rule

SET_UPS = {
    "pwagen": "with pwagen",
    "vite": "with vite-plugin-pwa",
    "workbox": "with Workbox",
    "angular": "with Angular's service worker",
    "next": "with next-pwa or Serwist",
    "plain": "in plain files",
}


def explanation(rule: Rule) -> Iterator[str]:
    """Yield the lines of a rule's explanation."""
    yield f"{rule.id} ({rule.severity})"
    yield f"{rule.title}."
    yield ""
    yield rule.why
    yield f"Source: {rule.source}"
    yield ""
    for set_up, fix in rule.fixes.items():
        yield f"fix {SET_UPS[set_up]}: {fix}"
    yield from _example("bad", rule.bad)
    yield from _example("good", rule.good)


def overview(rules: Sequence[Rule]) -> Iterator[str]:
    """Yield a line for each rule."""
    width = max(len(rule.id) for rule in rules)
    for rule in rules:
        yield f"{rule.id:{width}}  {rule.severity:7}  {rule.title}"


def example_name(name: str) -> str:
    """Return what an example's key says to people: ``sw.js#push`` is a part of sw.js."""
    path, _, part = name.partition("#")
    words = {
        "answer": f"the answer for {path}",
        "size": f"the size of {path} in bytes",
        "latin-1": f"{path} in Latin-1",
    }
    return words.get(part) or path or "the address"


def _example(kind: str, example: Mapping[str, str]) -> Iterator[str]:
    for name, text in example.items():
        yield ""
        yield f"{kind}, {example_name(name)}:"
        yield from (f"    {line}" for line in text.splitlines())
