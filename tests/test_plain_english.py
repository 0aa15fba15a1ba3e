"""What users read is standard English: the phrases that once made a dialect of it don't come back."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DIALECT = re.compile(
    r"""
      (?<!there\ ) \b (?:is|are|was) \s no \s (?!longer\b|more\b|such\b|one\b) (?:\w|$)   # "is no duration"
    | \b (?:names?|knows?|holds?|says?) \s no \s \w
    | \b (?:says?|knows?) \s not \b
    | \b lengths? \s of \s time \b | \b no \s plain \b | \b no \s time \s at \s all
    | (?:can't|cannot|could\ not|couldn't) \s be \s had | beyond \s all \s measure
    | \b whom \b | \b (?:is|are|be) \s told \b (?!\ apart) | gone \s on \s with | \b whether \s it \s wants
    | , \s which \s is \s not \s there | \b nobody's \s business
    """,
    re.VERBOSE | re.IGNORECASE,
)
# A string of JavaScript, or what stands in a template literal; comments are not for users.
JS_COMMENT = re.compile(r"/\*.*?\*/|(?<![:'\"`\\])//[^\n]*", re.DOTALL)
JS_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`')


def files(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [path for name in listed.stdout.splitlines() if (path := ROOT / name).is_file()]


def python_strings(source: str) -> Iterator[str]:
    """Yield the texts of a module that are not documentation of its code."""
    tree = ast.parse(source)
    statements = [node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)]
    documentation = {id(value) for value in statements if isinstance(value, ast.Constant)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield node.value


def texts_of(path: Path) -> list[str]:
    """Return what a user may read of a file."""
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return list(python_strings(source))
    if path.suffix == ".js":
        return JS_STRING.findall(JS_COMMENT.sub("", source))
    return source.splitlines()


@pytest.mark.parametrize(
    ("pattern", "least"),
    [
        pytest.param("pwagen/*.py", 200, marks=pytest.mark.slow),
        ("templates/*.js", 90),
        ("templates/texts/en.json", 1),
        ("templates/pwagen.schema.json", 1),
        ("tests/configs/messages.txt", 1),
        ("docs/*.md", 9),
        ("README.md", 1),
    ],
)
def test_no_text_for_users_is_in_dialect(pattern: str, least: int) -> None:
    paths = files(pattern)
    assert len(paths) >= least
    found = [
        f"{path.relative_to(ROOT)}: {text[max(0, match.start() - 40) : match.end() + 40]}"
        for path in paths
        for text in texts_of(path)
        for match in DIALECT.finditer(text)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("text", "is_dialect"),
    [
        ('"x" is no length of time', True),
        ("is no CSS colour", True),
        ("the archive cannot be had", True),
        ("says not where the token is", True),
        ("there is no file", False),
        ("it is no longer there", False),
        ("is not a duration", False),
    ],
)
def test_the_patterns_tell_dialect_from_english(text: str, is_dialect: bool) -> None:
    assert bool(DIALECT.search(text)) is is_dialect
