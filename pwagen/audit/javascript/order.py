"""Which code of a function always runs before other code of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node as SyntaxNode


def always_before(earlier: SyntaxNode, later: SyntaxNode) -> bool:
    """Return whether one node always runs before another of the same function: no branch is between."""
    node: SyntaxNode | None = earlier
    while node and not (node.start_byte <= later.start_byte and later.end_byte <= node.end_byte):
        parent = node.parent
        if (
            parent
            and parent.type in ("if_statement", "ternary_expression")
            and branch_of(parent, node) != "condition"
        ):
            return (
                parent.start_byte <= later.start_byte
                and later.end_byte <= parent.end_byte
                and _same_arm(node, later)
            )
        if node.type in ("else_clause", "switch_case", "catch_clause", "for_in_statement", "while_statement"):
            return False
        if node.type == "binary_expression" and parent is not None and node.end_byte <= later.start_byte:
            return False
        node = parent
    return True


def _same_arm(arm: SyntaxNode, node: SyntaxNode) -> bool:
    return arm.start_byte <= node.start_byte and node.end_byte <= arm.end_byte


def branch_of(parent: SyntaxNode, node: SyntaxNode) -> str:
    """Return which part of an if or a ?: a node is: condition, consequence, alternative."""
    names = ("condition", "consequence", "alternative")
    return next((name for name in names if parent.child_by_field_name(name) == node), "")
