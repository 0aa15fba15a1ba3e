"""JSON to a tree of nodes: a text with the place of each value, or values that a program has already."""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_right
from collections.abc import Mapping as Dictionary

import msgspec

from pwagen.binding.node import Mapping, Node, Place, Scalar, Sequence
from pwagen.binding.problem_report import ProblemReport
from pwagen.binding.words import quote

# Everything between two tokens of a text that is known to be JSON is white space.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}:,]|[^\s\[\]{}:,"]+')
_HALF = re.compile("[\ud800-\udfff]")
_WORDS = {"true": "bool", "false": "bool", "null": "null"}


def parse_json(text: str, report: ProblemReport) -> Node | None:
    """Return the tree of a JSON text, None if it is not JSON; what is wrong goes to `report`."""
    try:
        json.loads(text)
        return _TreeBuilder(text, report).root()
    except json.JSONDecodeError as error:
        message = error.msg[:1].lower() + error.msg[1:]
        if text.startswith(("//", "/*"), error.pos):
            message = "it has no comments, and one begins here"
        report.error((error.lineno, error.colno), f"this is not JSON: {message}")
    except RecursionError:
        report.error((1, 1), "brackets nest too deeply", "10 levels are enough for what is read here")
    except ValueError:
        report.error((0, 0), "a number has too many digits to be read", "write it as a text, in quotes")
    return None


def mapping_of(values: Dictionary[str, object]) -> Mapping:
    """Return the tree of a mapping of Python's; see `tree_of`."""
    nowhere = (0, 0)
    return Mapping(
        nowhere, [(Scalar(nowhere, str(key), "str"), tree_of(value)) for key, value in values.items()]
    )


def tree_of(value: object) -> Node:
    """Return the tree of a JSON-like value of Python, or of a Struct, with places that mean nowhere.

    A type that JSON doesn't have becomes a value that fits nowhere, named by its type.
    """
    nowhere = (0, 0)
    match value:
        case bool():
            return Scalar(nowhere, str(value).lower(), "bool")
        case int() | float():
            return Scalar(nowhere, str(value), type(value).__name__)
        case str():
            return Scalar(nowhere, value, "str")
        case None:
            return Scalar(nowhere, "null", "null")
        case list() | tuple():
            return Sequence(nowhere, [tree_of(item) for item in value])
        case msgspec.Struct():
            return tree_of(msgspec.structs.asdict(value))
        case Dictionary():
            return mapping_of(value)
    return Scalar(nowhere, f"a Python object of type {type(value).__name__}", "object")


class _TreeBuilder:
    """Walks the tokens of a text that json.loads has accepted, so that nothing unexpected comes."""

    def __init__(self, text: str, report: ProblemReport) -> None:
        self.tokens = _TOKEN.finditer(text)
        self.lines = [0, *(match.end() for match in re.finditer("\n", text))]
        self.report = report

    def root(self) -> Node:
        return self.node(next(self.tokens))

    def node(self, token: re.Match[str]) -> Node:
        text, place = token[0], self.place(token.start())
        if text == "{":
            return self.mapping(place)
        if text == "[":
            return self.sequence(place)
        if text.startswith('"'):
            return Scalar(place, self.text_of(text, place), "str")
        # What Python reads beyond JSON (RFC 8259 section 6), or makes of a number that is too large.
        if text not in _WORDS and not math.isfinite(float(text)):
            self.report.error(place, f"{text} is not a number in JSON", "write one that a computer counts to")
        return Scalar(place, text, _WORDS.get(text) or ("int" if re.fullmatch(r"-?\d+", text) else "float"))

    def place(self, offset: int) -> Place:
        line = bisect_right(self.lines, offset)
        return line, offset - self.lines[line - 1] + 1

    def text_of(self, token: str, place: Place) -> str:
        text: str = json.loads(token)
        if _HALF.search(text):
            message = "a text has half a character: \\ud800 to \\udfff count in pairs alone"
            self.report.error(place, message, "write the character itself")
        return text

    def sequence(self, place: Place) -> Sequence:
        node = Sequence(place)
        while (token := next(self.tokens))[0] != "]":
            if token[0] != ",":
                node.items.append(self.node(token))
        return node

    def mapping(self, place: Place) -> Mapping:
        node = Mapping(place)
        first: dict[str, int] = {}
        while (token := next(self.tokens))[0] != "}":
            if token[0] == ",":
                continue
            place = self.place(token.start())
            key = Scalar(place, self.text_of(token[0], place), "str")
            next(self.tokens)  # the colon
            value = self.node(next(self.tokens))
            if key.text in first:
                message = f"the key {quote(key.text)} is written twice, first on line {first[key.text]}"
                self.report.error(key.place, message, "keep one of them")
            else:
                first[key.text] = key.place[0]
                node.items.append((key, value))
        return node
