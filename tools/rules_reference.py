"""Write docs/rules.md, every rule of `pwagen check`: ``python tools/rules_reference.py``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from pwagen.audit.reports.explanation import SET_UPS, example_name
from pwagen.audit.rule import Rule
from pwagen.audit.rules import RULES

TARGET = Path(__file__).resolve().parents[1] / "docs" / "rules.md"
INTRODUCTION = """# The rules of pwagen check

Each with its reason, the source of that, what to write instead, and an example of both, which the tests run.
How to choose among them is in [checking.md](checking.md). An `error` keeps the app from being installed, from
working or from being safe; a `warning` is for some devices or cases; a `note` could be better.

| rule | severity | what is right |
| --- | --- | --- |
"""
_LANGUAGES = {".json": "json", ".js": "js", ".html": "html", ".png": "svg", ".svg": "svg", ".yaml": "yaml"}


def text() -> str:
    """Return the page as it should be."""
    rows = "".join(f"| [{rule.id}](#{rule.id}) | {rule.severity} | {rule.title} |\n" for rule in RULES)
    return INTRODUCTION + rows + "".join("\n".join(_section(rule)) + "\n" for rule in RULES)


def _section(rule: Rule) -> Iterator[str]:
    yield f"\n## {rule.id}\n"
    yield f"**{rule.title}** ({rule.severity}). {rule.why} Source: {_source(rule.source)}\n"
    yield from (f"- {SET_UPS[set_up]}: {_code(fix)}" for set_up, fix in rule.fixes.items())
    yield from _example("Bad", rule.bad)
    yield from _example("Good", rule.good)


def _example(kind: str, example: Mapping[str, str]) -> Iterator[str]:
    for name, content in example.items():
        language = _LANGUAGES.get(Path(name.partition("#")[0]).suffix, "text")
        if name.endswith("#answer"):
            language = "http"
        yield f"\n{kind}, {example_name(name)}:\n\n```{language}\n{content.rstrip()}\n```"


def _source(source: str) -> str:
    return f"<{source}>" if source.startswith("http") else source


def _code(text: str) -> str:
    """Return a text with what looks like markup as it is."""
    return text.replace("<", "\\<").replace("|", "\\|")


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
    print(f"{TARGET}: written")
