"""What is wrong with a text that is no YAML, in words for people."""

from __future__ import annotations

import re

import yaml

from pwagen.binding.node import Place
from pwagen.binding.problem_report import ProblemReport

# What libyaml or PyYAML says -> what is wrong, what to write instead. The first that fits counts.
MEANINGS = (
    (r"an alias", "a text that begins with * needs quotes", 'write it like "**/*.html"'),
    (r"an anchor", "a text that begins with & needs quotes", "put it in quotes"),
    (r"a tag|tag handle", "a text that begins with ! needs quotes", "put it in quotes"),
    (
        r"mapping values are not allowed",
        "a second colon, or a line that is indented deeper than the one before",
        'put a text with ": " in it in quotes, and indent the keys of one section alike',
    ),
    (r"mapping keys are not allowed", "a text that begins with ? needs quotes", "put it in quotes"),
    (r"quoted scalar.*end of", "the closing quote of a text is missing", "add it"),
    (r"escape|hexa?decimal", "a backslash in double quotes starts an escape sequence", "use single quotes"),
    (r"flow sequence", "a comma or the closing ] is missing", "write [one, two]"),
    (
        r"flow mapping",
        "a comma or the closing } is missing",
        'write {one: 1, two: 2}, and a text with ": " in it in quotes',
    ),
    (r"could not find expected ':'", "a line without a colon", "write key: value"),
    (
        r"sequence entries are not allowed",
        "a list begins on the line of its key",
        "begin it on the next line",
    ),
    (r"block collection|'-' indicator", "this does not continue the list above it", 'begin it with "- "'),
    (
        r"block mapping",
        "this does not continue the lines above it",
        "indent the keys of one section alike, and put a text that contains quotes in quotes as a whole",
    ),
    (r"block scalar", "there is text after | or > on its line", "begin the text on the next line"),
    (r"cannot start any token", "a text cannot begin with this character", "put the text in quotes"),
    (r"node content", "a value is missing, or begins with a character that needs quotes", "put it in quotes"),
    (r"document start", "there is text after the end of a text in quotes", "put the whole text in quotes"),
    (r"directive|incompatible", "a line that begins with % is for YAML itself", "remove it"),
    (r"tab character", "a tab where spaces are expected", "indent with spaces"),
)


def report_syntax_error(error: yaml.YAMLError, text: str, report: ProblemReport) -> None:
    """Note what the parser stopped at; every tab in an indentation, if there are any."""
    lines = text.splitlines() or [""]
    tabs = [
        (number, _indentation(line).index("\t") + 1)
        for number, line in enumerate(lines, 1)
        if "\t" in _indentation(line)
    ]
    for place in tabs:
        report.error(place, "a tab in the indentation", "indent with spaces")
    if tabs:
        return
    if isinstance(error, yaml.reader.ReaderError):
        report.error(_control_character(text, lines), "a control character", "remove it")
        return
    report.error(_place(error, lines), *_meaning(error))


def _indentation(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _meaning(error: yaml.YAMLError) -> tuple[str, str]:
    explanation = f"{getattr(error, 'context', '')}: {getattr(error, 'problem', '')}"
    for pattern, message, fix in MEANINGS:
        if re.search(pattern, explanation):
            return message, fix
    return f"this is not YAML: {getattr(error, 'problem', error)}", ""


def _place(error: yaml.YAMLError, lines: list[str]) -> Place:
    """Return where to look: where the parser stopped, or the beginning of what it found no end of."""
    stop, start = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    context = str(getattr(error, "context", ""))
    # A block begins far above its mistake, brackets may do so too; anything else is short.
    is_short = "block mapping" not in context and "block collection" not in context
    in_brackets = "parsing a flow" in context and stop and start and stop.line == start.line
    mark = start if start and is_short and not in_brackets else stop or start
    if mark is None:
        return 1, 1
    line = min(mark.line, len(lines) - 1)
    return line + 1, min(mark.column, len(lines[line])) + 1


def _control_character(text: str, lines: list[str]) -> Place:
    match = yaml.reader.Reader.NON_PRINTABLE.search(text)
    before = text[: match.start()] if match else ""
    line = len((before + "x").splitlines())
    return line, len(lines[line - 1].split(match[0])[0]) + 1 if match else 1
