"""Where the values stand that another tool's settings have: in its file, or in an expression of Python."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pwagen.binding.node import Mapping, Node, Place, Sequence


def number_places(tree: Mapping, setting: str) -> dict[Place, str]:
    """Give each node of a program's values a place of its own; return the expression for each.

    The nodes of ``{"push": {…}}``, which is ``setting``, are ``settings.PWAGEN["push"]`` and so on.
    """
    expressions: dict[Place, str] = {}
    for node, expression in _walk(tree, setting):
        # No line is 0, so that these are nobody else's.
        node.place = 0, len(expressions) + 1
        expressions[node.place] = expression
    return expressions


def copy_places(tree: Node, written: Node) -> None:
    """Give each node of values the place where a file has it; one that the file lacks has none.

    A tool may have changed values since, by the variables of an environment for example.
    """
    tree.place = written.place
    if isinstance(tree, Mapping) and isinstance(written, Mapping):
        in_file = {key.text: (key, node) for key, node in written.items}
        for key, node in tree.items:
            if key.text in in_file:
                written_key, written_node = in_file[key.text]
                key.place = written_key.place
                copy_places(node, written_node)
    elif isinstance(tree, Sequence) and isinstance(written, Sequence):
        for item, written_item in zip(tree.items, written.items, strict=False):
            copy_places(item, written_item)


def _walk(node: Node, expression: str) -> Iterator[tuple[Node, str]]:
    yield node, expression
    if isinstance(node, Mapping):
        for key, child in node.items:
            inner = f"{expression}[{json.dumps(key.text, ensure_ascii=False)}]"
            yield key, inner
            yield from _walk(child, inner)
    elif isinstance(node, Sequence):
        for index, child in enumerate(node.items):
            yield from _walk(child, f"{expression}[{index}]")
