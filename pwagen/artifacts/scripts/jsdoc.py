"""The parts' comments for the published scripts: without the types, which only a type check reads."""

from __future__ import annotations

import re

COMMENT = re.compile(r"/\*\*.*?\*/", re.DOTALL)
_OPENING = re.compile(r"(?://[^\n]*\n)+|/\*\*.*?\*/", re.DOTALL)
_REST_OF_LINE, _SPACE = re.compile(r"[ ]*\n[ ]*|[ ]*"), re.compile(r"[ ]?")
# A tag, its type (braces two deep), the name of a parameter, its description.
TAG = re.compile(
    r"@(?P<tag>param|property|returns|type|typedef|template)\b[ ]*"
    r"(?:\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}[ ]*)?"
    r"(?P<rest>.*)"
)
# Tags whose first word is a name, and those that have only types.
NAMED, TYPES_ALONE = ("param", "property"), ("typedef", "template")
LINE_LENGTH = 110


def without_types(source: str) -> str:
    """Return JavaScript without the types in its JSDoc comments, and without comments that have nothing else.

    Casts (`/** @type {X} */ (value)`) go as well. The code stays as it is.
    """
    pieces = []
    end = 0
    for match in COMMENT.finditer(source):
        if "@" not in match[0]:
            continue
        pieces.append(source[end : match.start()])
        before = source[source.rfind("\n", 0, match.start()) + 1 : match.start()]
        indent = None if before.strip(" ") else before
        comment = _comment(match[0], indent or "")
        end = match.end()
        if not comment:
            # Its line, or the space that parts a cast from its value.
            gap = (_SPACE if indent is None else _REST_OF_LINE).match(source, end)
            end = gap.end() if gap else end
        pieces.append(comment)
    pieces.append(source[end:])
    return re.sub(r"\n{3,}", "\n\n", "".join(pieces))


def first_sentence(source: str) -> str:
    """Return the first sentence of a part's opening comment, which says what it is for."""
    match = _OPENING.match(source)
    text = re.sub(r"^ *(?://|/\*\*|\*(?!/))|\*/$", "", match[0].strip(), flags=re.MULTILINE) if match else ""
    return re.split(r"(?<=\.)\s", " ".join(text.split()), maxsplit=1)[0]


def _comment(comment: str, indent: str) -> str:
    """Return a comment that begins at an indentation, "" if only types were in it."""
    lines = [line.strip().removeprefix("*").strip() for line in comment[3:-2].strip().split("\n")]
    texts = "\n".join(text for text in map(_sentence, lines) if text is not None).strip("\n").split("\n")
    if texts == [""]:
        return ""
    if len(texts) == 1 and len(indent + texts[0]) <= LINE_LENGTH:
        return f"/** {texts[0]} */"
    starred = "\n".join(f"{indent} * {text}".rstrip() for text in texts)
    return f"/**\n{starred}\n{indent} */"


def _sentence(line: str) -> str | None:
    """Return a line without types, None if nothing else is in it."""
    match = TAG.search(line)
    if not match:
        return line
    before, tag, rest = line[: match.start()].rstrip(), match["tag"], match["rest"].strip()
    if tag in TYPES_ALONE or (tag in NAMED and " " not in rest):
        rest = ""
    elif rest and tag != "type":
        # That it is optional is part of its type.
        rest = f"@{tag} " + re.sub(r"^\[(\w+)\]", r"\1", rest)
    return " ".join(text for text in (before, rest) if text) or None
