"""Globs over the paths of a site, one syntax for the build (Python) and for the worker (JavaScript).

``*`` is any run of characters inside one folder, ``?`` one character, ``[a-z]`` and ``[!a-z]`` one of a set,
``{css,js}`` one of several, ``**`` as a whole part any number of folders. ``docs/**`` is the folder docs and
all that is in it. A path has ``/`` between its parts and none in front. Upper and lower case differ, as in
URLs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

ANYTHING = r"[\s\S]*"
# A part begins after these and ends before those; * and ** mean more when they fill a part.
BEGINS, ENDS = r"(?<![^/{,])", r"(?![^/},])"
TOKEN = re.compile(
    rf"(?P<inside>/(?:\*\*/)*\*\*(?![^}},]))"
    rf"|(?P<folders>{BEGINS}(?:\*\*/)+)"
    rf"|(?P<anything>{BEGINS}\*\*{ENDS})"
    r"|(?P<run>\*+)"
    r"|(?P<one>\?)"
    r"|\[(?P<none_of>!?)(?P<set>\][^\]/]*|[^\]/]+)\]"
    r"|(?P<other>[\s\S])"
)
SYNTAX = frozenset(r"\^$.|?*+()[]{}")
IN_URL_PATTERNS = {"inside": "{/*}?", "folders": "{*/}?", "anything": "*"}
# Syntax in neither URLs nor patterns of them.
SAFE_IN_URL_PATTERNS = re.compile(r"[A-Za-z0-9_./~-]")
LITERAL = r"[^*?\[\]{}]+"
ANY_WITH_SUFFIX = re.compile(rf"\*\*/\*({LITERAL})")
FOLDER = re.compile(rf"({LITERAL})/\*\*")


def to_regex(glob: str) -> str:
    """Return an anchored regular expression, the same for Python's `re` and for ``new RegExp(source, "u")``.

    Every string is a valid glob: a bracket or brace that is never closed stands for itself.
    """
    tokens = list(TOKEN.finditer(_relative(glob)))
    braces = _paired_braces(token for token in tokens if token["other"])
    source = ""
    for token in tokens:
        text, kind = token[0], token.lastgroup
        if kind == "inside":
            source += f"(?:/{ANYTHING})?"
        elif kind == "folders":
            source += "(?:[^/]+/)*"
        elif kind == "anything":
            source += ANYTHING
        elif kind == "run":
            source += "[^/]*"
        elif kind == "one":
            source += "[^/]"
        elif kind == "set":
            source += _set(token["set"], negated=bool(token["none_of"]))
        else:
            source += braces.get(token.start(), _literal(text))
    return f"^{source}$"


def to_url_pattern(glob: str) -> str | None:
    """Return the same as a URL Pattern below the folder that it is resolved against.

    None if that can't be said: ``?`` and sets would need regular expressions, which service workers'
    static routes don't take (https://w3c.github.io/ServiceWorker/#check-router-registration-limits).
    """
    pattern = ""
    for number, token in enumerate(TOKEN.finditer(_relative(glob))):
        text, kind = token[0], token.lastgroup or ""
        if kind == "run":
            pattern += f"{{:n{number}}}?"
        elif kind in IN_URL_PATTERNS:
            pattern += IN_URL_PATTERNS[kind]
        elif kind == "other" and SAFE_IN_URL_PATTERNS.fullmatch(text):
            pattern += text
        else:
            return None
    return pattern


def any_name(names: Iterable[str]) -> str:
    """Return `to_regex` for any of these names, in which only a * at the end is special: any rest."""
    starts = ("".join(map(_literal, name.removesuffix("*"))) + ".*" * name.endswith("*") for name in names)
    return f"^(?:{'|'.join(starts)})$"


def matcher(globs: Iterable[str]) -> Callable[[str], bool]:
    """Return a function that tells whether a path matches any of the globs.

    The two usual shapes, ``**/*.css`` and ``assets/**``, are compared as strings: with a hundred thousand
    paths that is most of the time.
    """
    suffixes, folders, sources = [], [], []
    for glob in map(_relative, globs):
        if suffix := ANY_WITH_SUFFIX.fullmatch(glob):
            suffixes.append(suffix[1])
        elif folder := FOLDER.fullmatch(glob):
            folders.append(folder[1])
        else:
            sources.append(to_regex(glob))
    ends, begins, names = tuple(suffixes), tuple(f"{folder}/" for folder in folders), frozenset(folders)
    rest = re.compile("|".join(sources)).fullmatch if sources else None

    def matches(path: str) -> bool:
        return (
            path.endswith(ends)
            or path.startswith(begins)
            or path in names
            or (rest is not None and rest(path) is not None)
        )

    return matches


def _relative(glob: str) -> str:
    return re.sub(r"^(?:\.?/)+", "", glob)


def _literal(text: str) -> str:
    # Escaping more than syntax characters, as re.escape does, is an error in JavaScript with flag u.
    return f"\\{text}" if text in SYNTAX else text


def _set(members: str, *, negated: bool) -> str:
    """Return a character class that never matches ``/``."""
    inside = "".join(
        f"{_in_set(item[0])}-{_in_set(item[2])}" if len(item) == 3 else _in_set(item)
        for item in re.findall(r"[\s\S]-[\s\S]|[\s\S]", members)
        if len(item) == 1 or item[0] <= item[2]
    )
    if not inside:
        return "[^/]" if negated else "(?!)"
    return f"(?!/)[{'^' if negated else ''}{inside}]"


def _in_set(char: str) -> str:
    # Doubled signs such as && are reserved for set operations in both languages.
    return char if char.isalnum() or ord(char) > 0x7E else f"\\u{ord(char):04x}"


def _paired_braces(characters: Iterable[re.Match[str]]) -> dict[int, str]:
    """Return position -> regular expression of the braces that have a partner and their commas."""
    paired: dict[int, str] = {}
    opened: list[list[int]] = []
    for token in characters:
        position, char = token.start(), token[0]
        if char == "{":
            opened.append([position])
        elif char == "," and opened:
            opened[-1].append(position)
        elif char == "}" and opened:
            first, *commas = opened.pop()
            paired |= {first: "(?:", **dict.fromkeys(commas, "|"), position: ")"}
    return paired
