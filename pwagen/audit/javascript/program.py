"""A script as a syntax tree, by tree-sitter; one that a browser would refuse has nodes of type ERROR."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

from pwagen.audit.finding import Location

if TYPE_CHECKING:
    from tree_sitter import Language, Parser, Query, Tree
    from tree_sitter import Node as SyntaxNode

_PART_OF_NAME = re.compile(rb"[\w$]")
# One bracket deeper is 2, one out of it 0.
_STEP_OF_BRACKET = bytes.maketrans(b"{[()]}", b"\2\2\2\0\0\0")
_NO_BRACKETS = bytes(byte for byte in range(256) if byte not in b"{[()]}")
_DEEPEST = 1000
_CALLED = ("identifier", "member_expression", "subscript_expression")


@dataclass(frozen=True)
class Program:
    """A script: a file, or one in a page that begins at ``line`` and ``column`` of it."""

    path: str
    text: str
    url: str
    """The address that its own addresses are relative to."""
    line: int = 1
    column: int = 1

    @cached_property
    def tree(self) -> Tree:
        """The syntax tree; that of an empty script if it nests too deeply."""
        return _parser().parse(b"" if self.nests_too_deeply else self._bytes)

    @cached_property
    def nests_too_deeply(self) -> bool:
        """Whether its brackets are as deep as nobody writes them: to go up costs the square of the depth."""
        brackets = self._bytes.translate(_STEP_OF_BRACKET, _NO_BRACKETS)
        return max(accumulate(step - 1 for step in brackets), default=0) > _DEEPEST

    @property
    def root(self) -> SyntaxNode:
        """The tree's uppermost node."""
        return self.tree.root_node

    def at(self, node: SyntaxNode) -> Location:
        """Return the place of a node; columns count characters."""
        row = node.start_point.row
        line = self._lines[row] if row < len(self._lines) else b""
        column = len(line[: node.start_point.column].decode("utf-8", "replace")) + 1
        return Location(self.path, self.line + row, column + (self.column - 1 if row == 0 else 0))

    @cached_property
    def _bytes(self) -> bytes:
        return self.text.encode()

    @cached_property
    def _lines(self) -> list[bytes]:
        return self._bytes.split(b"\n")

    def nodes(self, *types: str) -> Iterator[SyntaxNode]:
        """Yield the nodes of these types, in the order of the text."""
        yield from nodes_below(self.root, *types)

    def named(self, *names: str) -> Iterator[SyntaxNode]:
        """Yield the identifiers and the parts of texts that are one of these names.

        They are looked for in the text, since the trees of bundles are large.
        """
        places = sorted(place for name in names for place in _places(self._bytes, name.encode()))
        for start, end in places:
            node = self.root.descendant_for_byte_range(start, end)
            if node is not None and (node.start_byte, node.end_byte) == (start, end):
                yield node

    def calls(self, *names: str) -> Iterator[SyntaxNode]:
        """Yield the calls of a function or method of one of these names, whatever it is called on.

        ``new`` counts as a call.
        """
        for name in self.named(*names):
            call = _call_by_name(name)
            if call:
                yield call


def _places(source: bytes, word: bytes) -> Iterator[tuple[int, int]]:
    """Yield where a word begins and ends in a source."""
    start = source.find(word)
    while start >= 0:
        end = start + len(word)
        around = source[max(start - 1, 0) : start] + source[end : end + 1]
        if not _PART_OF_NAME.search(around):
            yield start, end
        start = source.find(word, end)


def _call_by_name(name: SyntaxNode | None) -> SyntaxNode | None:
    """Return the call whose function ends with this node."""
    function = name
    if function is not None and function.type == "string_fragment":
        function = function.parent
    if function is not None and function.type in ("property_identifier", "string"):
        function = function.parent
    call = function.parent if function is not None and function.type in _CALLED else None
    if call is None or call.type not in ("call_expression", "new_expression"):
        return None
    field = "function" if call.type == "call_expression" else "constructor"
    return call if call.child_by_field_name(field) == function else None


def nodes_below(root: SyntaxNode, *types: str) -> Iterator[SyntaxNode]:
    """Yield the nodes of these types, ``root`` among them; without recursion, since code may nest deeply."""
    pending = [root]
    while pending:
        node = pending.pop()
        if node.type in types:
            yield node
        pending.extend(reversed(node.children))


def text_of(node: SyntaxNode | None) -> str:
    """Return the source text of a node."""
    return (node.text or b"").decode("utf-8", "replace") if node else ""


def called_name(call: SyntaxNode) -> str:
    """Return the last name of what is called: ``register`` in ``navigator.serviceWorker.register()``."""
    return property_name(call.child_by_field_name("function"))


def property_name(node: SyntaxNode | None) -> str:
    """Return the name of an identifier, or the last of a member expression; empty if it is computed."""
    if node is None:
        return ""
    if node.type == "member_expression":
        return text_of(node.child_by_field_name("property"))
    if node.type == "subscript_expression":
        return string_value(node.child_by_field_name("index")) or ""
    return text_of(node) if node.type == "identifier" else ""


def object_of(node: SyntaxNode | None) -> SyntaxNode | None:
    """Return what a member is of: ``navigator.serviceWorker`` in ``navigator.serviceWorker.register``."""
    return node.child_by_field_name("object") if node else None


def arguments_of(call: SyntaxNode) -> list[SyntaxNode]:
    """Return the arguments of a call, comments left out."""
    arguments = call.child_by_field_name("arguments")
    return [node for node in arguments.named_children if node.type != "comment"] if arguments else []


def member_value(name: SyntaxNode) -> SyntaxNode | None:
    """Return the value of a member of an object by its name, which may be in quotation marks."""
    key = name.parent if name.type == "string_fragment" else name
    pair = key.parent if key is not None else None
    is_member = pair is not None and pair.type == "pair" and pair.child_by_field_name("key") == key
    return pair.child_by_field_name("value") if pair is not None and is_member else None


def string_value(node: SyntaxNode | None) -> str | None:
    """Return the value of a string, or of a template without substitutions; None for anything else."""
    if node is None or node.type not in ("string", "template_string"):
        return None
    parts = []
    for child in node.named_children:
        if child.type == "template_substitution":
            return None
        parts.append(_unescaped(text_of(child)) if child.type == "escape_sequence" else text_of(child))
    return "".join(parts)


def _unescaped(sequence: str) -> str:
    simple = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}
    rest = sequence[1:]
    if rest[:1] in ("x", "u"):
        try:
            return chr(int(rest[1:].strip("{}"), 16))
        except (ValueError, OverflowError):
            return ""
    return simple.get(rest, rest)


def javascript_query(pattern: str) -> Query:
    """Return a query in tree-sitter's language, which finds nodes of large trees faster than a walk."""
    from tree_sitter import Query

    return Query(_language(), pattern)


@cache
def _language() -> Language:
    import tree_sitter_javascript
    from tree_sitter import Language

    return Language(tree_sitter_javascript.language())


@cache
def _parser() -> Parser:
    from tree_sitter import Parser

    return Parser(_language())
