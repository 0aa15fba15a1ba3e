"""Which declaration a name in a script means, and what is known of its value.

JavaScript is read, not run: what is assigned more than once, or comes from outside, has no value here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import islice
from typing import TYPE_CHECKING, Literal

from pwagen.audit.javascript.program import (
    arguments_of,
    javascript_query,
    nodes_below,
    object_of,
    property_name,
    string_value,
    text_of,
)

if TYPE_CHECKING:
    from tree_sitter import Node as SyntaxNode
    from tree_sitter import Query

FUNCTIONS = (
    "function_declaration", "function_expression", "arrow_function", "method_definition",
    "generator_function", "generator_function_declaration",
)  # fmt: skip
_BLOCKS = ("statement_block", "for_statement", "for_in_statement", "switch_body", "catch_clause")
_CLASSES = ("class_declaration", "class")
_GLOBAL_OBJECTS = ("self", "globalThis", "window")
# Names may lead from one to the next; a chain that is longer is given up.
_LONGEST_CHAIN = 30
_MOST_USES = 500

Kind = Literal["variable", "parameter", "function", "class", "import", "caught", "loop"]


@dataclass(eq=False)
class Binding:
    """A declared name. ``value`` is what it is given where it is declared, None if that isn't known.

    ``member_of`` is what it is taken out of: ``const {registration} = self``.
    """

    kind: Kind
    node: SyntaxNode
    value: SyntaxNode | None = None
    member_of: tuple[SyntaxNode, str] | None = None
    assignments: int = 0

    @property
    def constant(self) -> bool:
        """Whether nothing else is ever assigned to it."""
        return self.assignments == 0


@dataclass(eq=False)
class _Scope:
    start: int
    end: int
    parent: _Scope | None
    is_function: bool
    names: dict[str, Binding] = field(default_factory=dict)

    def enclosing_function(self) -> _Scope:
        scope = self
        while not scope.is_function and scope.parent:
            scope = scope.parent
        return scope


class Scopes:
    """The scopes of one script, from the root of its tree."""

    def __init__(self, root: SyntaxNode) -> None:
        self.root = root
        outermost = _Scope(0, root.end_byte, None, True)
        self._scopes = [outermost]
        self.methods: dict[str, list[SyntaxNode]] = {}
        self._read(outermost)
        self._starts = [scope.start for scope in self._scopes]

    def binding(self, identifier: SyntaxNode) -> Binding | None:
        """Return what an identifier means; None for a name that the script doesn't declare."""
        name, scope = text_of(identifier), self._scope_at(identifier.start_byte)
        while scope:
            if name in scope.names:
                return scope.names[name]
            scope = scope.parent
        return None

    def global_function(self, name: str) -> SyntaxNode | None:
        """Return a function that the script declares at its top level."""
        binding = self._scopes[0].names.get(name)
        return self.function(binding.value) if binding and binding.constant else None

    def value(self, node: SyntaxNode | None) -> SyntaxNode | None:
        """Return the expression that a node stands for: through brackets, constants, members of objects."""
        for _ in range(_LONGEST_CHAIN):
            if node is None:
                return None
            if node.type in ("parenthesized_expression", "sequence_expression"):
                inner = [child for child in node.named_children if child.type != "comment"]
                following = inner[-1] if inner else None
            elif node.type in ("identifier", "shorthand_property_identifier"):
                binding = self.binding(node)
                following = binding.value if binding and binding.constant else None
            elif node.type == "member_expression":
                following = self._member(node)
            else:
                return node
            if following is None:
                return node
            node = following
        return node

    def function(self, node: SyntaxNode | None) -> SyntaxNode | None:
        """Return the function that an expression is: written there, named, bound, a method; or None."""
        node = self.value(node)
        if node is None:
            return None
        if node.type in FUNCTIONS:
            return node
        if node.type == "call_expression":
            called = node.child_by_field_name("function")
            return self.function(object_of(called)) if property_name(called) == "bind" else None
        if node.type == "member_expression":
            methods = self.methods.get(property_name(node), [])
            holder = object_of(node)
            # `this.show` is one of the classes' methods: it is known if no other has that name.
            is_own = holder is not None and holder.type == "this" and function_around(node)
            return methods[0] if len(methods) == 1 and is_own else None
        return None

    def path(self, node: SyntaxNode | None) -> str | None:
        """Return the dotted name under which an expression is global; empty for the global object itself.

        ``self.registration`` is ``registration``, also through ``const sw = self``; None if it isn't global.
        """
        names: list[str] = []
        for _ in range(_LONGEST_CHAIN):
            if node is None:
                return None
            if node.type == "parenthesized_expression":
                node = node.named_children[-1] if node.named_children else None
            elif node.type == "this":
                return ".".join(reversed(names)) if not function_around(node) else None
            elif node.type == "member_expression":
                names.append(property_name(node))
                node = object_of(node)
            elif node.type in ("identifier", "shorthand_property_identifier"):
                binding = self.binding(node)
                if binding is None:
                    name = text_of(node)
                    return ".".join(reversed(names if name in _GLOBAL_OBJECTS else [*names, name]))
                if not binding.constant:
                    return None
                if binding.member_of:
                    names.append(binding.member_of[1])
                    node = binding.member_of[0]
                else:
                    node = binding.value
            else:
                return None
        return None

    def text(self, node: SyntaxNode | None, depth: int = 8) -> str | None:
        """Return the text that an expression is: a string, constants put together; None if unknown."""
        node = self.value(node)
        if node is None or depth == 0:
            return None
        if node.type == "binary_expression" and text_of(node.child_by_field_name("operator")) == "+":
            sides = [self.text(node.child_by_field_name(side), depth - 1) for side in ("left", "right")]
            return None if None in sides else "".join(filter(None, sides))
        if node.type == "template_string":
            parts = []
            for child in node.named_children:
                inner = child.named_children
                is_value = child.type == "template_substitution"
                part = self.text(inner[0], depth - 1) if is_value and inner else text_of(child)
                if part is None:
                    return None
                parts.append(part)
            return "".join(parts)
        return string_value(node)

    def member(self, options: SyntaxNode | None, key: str) -> tuple[bool, SyntaxNode | None]:
        """Return whether an object's members are all known, and the value of one of them."""
        options = self.value(options)
        if options is None or options.type != "object":
            return False, None
        known, value = True, None
        for child in options.named_children:
            if child.type == "pair":
                name = child.child_by_field_name("key")
                known &= name is not None and name.type != "computed_property_name"
                if text_of(name).strip("\"'") == key:
                    value = child.child_by_field_name("value")
            elif (child.type == "shorthand_property_identifier" and text_of(child) == key) or (
                child.type == "method_definition" and text_of(child.child_by_field_name("name")) == key
            ):
                value = child
            elif child.type == "spread_element":
                known = False
        return known, value

    def calls_or_arguments(self, name: str) -> Iterator[SyntaxNode]:
        """Yield the identifiers of a name that are called, or are the last argument of a call.

        Minified code has some names at ten thousands of places: the first of them have to do.
        """
        pattern = re.compile(rb"(?<![\w$.])" + re.escape(name).encode() + rb"(?=\s*[()])")
        for match in islice(pattern.finditer(self._source), _MOST_USES):
            node = self.root.descendant_for_byte_range(match.start(), match.end())
            if node is not None and node.type == "identifier":
                yield node

    @cached_property
    def _source(self) -> bytes:
        return self.root.text or b""

    def _member(self, node: SyntaxNode) -> SyntaxNode | None:
        holder = object_of(node)
        if holder is None or holder.type != "identifier":
            return None
        binding = self.binding(holder)
        if not binding or not binding.constant or binding.value is None or binding.value.type != "object":
            return None
        return self.member(binding.value, property_name(node))[1]

    def _scope_at(self, offset: int) -> _Scope | None:
        scope: _Scope | None = self._scopes[bisect_right(self._starts, offset) - 1]
        while scope and scope.end <= offset:
            scope = scope.parent
        return scope

    def _read(self, outermost: _Scope) -> None:
        from tree_sitter import QueryCursor

        captures = QueryCursor(_declarations()).captures(self.root)
        nodes = [
            (node.start_byte, -node.end_byte, name, node) for name in captures for node in captures[name]
        ]
        nodes.sort(key=lambda item: item[:2])
        scope, assigned = outermost, []
        for start, negative_end, name, node in nodes:
            while start >= scope.end and scope.parent:
                scope = scope.parent
            if name == "assigned":
                assigned.append(node)
                continue
            self._declare(scope, name, node)
            if node.type in FUNCTIONS or node.type in _BLOCKS:
                scope = _Scope(start, -negative_end, scope, node.type in FUNCTIONS)
                self._scopes.append(scope)
                self._declare_inside(scope, node)
        self._starts = [one.start for one in self._scopes]
        for target in assigned:
            for identifier, _ in _names_in(target):
                if binding := self.binding(identifier):
                    binding.assignments += 1

    def _declare(self, scope: _Scope, capture: str, node: SyntaxNode) -> None:
        if capture in ("var", "let"):
            value, target = node.child_by_field_name("value"), node.child_by_field_name("name")
            home = scope.enclosing_function() if capture == "var" else scope
            for identifier, key in _names_in(target):
                whole = identifier == target
                taken = (value, key) if value and key and not whole else None
                before = home.names.get(text_of(identifier))
                binding = Binding("variable", identifier, value if whole else None, taken)
                # `var x = 1; var x = 2`, and a variable without a value, which gets one later.
                binding.assignments = 1 if before or (whole and value is None) else 0
                home.names[text_of(identifier)] = binding
        elif capture == "import":
            names = [child for child in node.named_children if child.type == "identifier"]
            if names:
                scope.names[text_of(names[-1])] = Binding("import", names[-1])
        elif node.type in ("function_declaration", "generator_function_declaration", *_CLASSES):
            name = node.child_by_field_name("name")
            kind: Kind = "class" if node.type in _CLASSES else "function"
            if name:
                scope.names[text_of(name)] = Binding(kind, name, node)
        elif node.type == "method_definition":
            self.methods.setdefault(text_of(node.child_by_field_name("name")), []).append(node)

    def _declare_inside(self, scope: _Scope, node: SyntaxNode) -> None:
        name = node.child_by_field_name("name")
        if name and node.type in ("function_expression", "generator_function"):
            scope.names[text_of(name)] = Binding("function", name, node)
        parameter = node.child_by_field_name("parameter")
        kind: Kind = "caught" if node.type == "catch_clause" else "parameter"
        if node.type == "for_in_statement":
            kind = "loop"
            parameter = node.child_by_field_name("left") if node.child_by_field_name("kind") else None
        for target in (parameter, node.child_by_field_name("parameters")):
            for identifier, _ in _names_in(target):
                scope.names[text_of(identifier)] = Binding(kind, identifier)


def function_around(node: SyntaxNode | None) -> SyntaxNode | None:
    """Return the innermost function that a node is in; an arrow function counts."""
    parent = node.parent if node else None
    while parent and parent.type not in FUNCTIONS:
        parent = parent.parent
    return parent


def parameters_of(function: SyntaxNode) -> list[SyntaxNode]:
    """Return the parameters of a function: names, or patterns."""
    one = function.child_by_field_name("parameter")
    if one:
        return [one]
    parameters = function.child_by_field_name("parameters")
    return [node for node in parameters.named_children if node.type != "comment"] if parameters else []


def is_async(function: SyntaxNode) -> bool:
    """Return whether a function is async."""
    return any(child.type == "async" for child in function.children[:3])


def own_nodes(function: SyntaxNode, *types: str) -> Iterator[SyntaxNode]:
    """Yield the nodes of these types in a function's own code, without the functions inside it."""
    pending = [function.child_by_field_name("body")]
    while pending:
        node = pending.pop()
        if node is None:
            continue
        if node.type in types:
            yield node
        if node.type not in FUNCTIONS:
            pending.extend(reversed(node.children))


def is_called_at_once(function: SyntaxNode) -> SyntaxNode | None:
    """Return the call of a function that is called where it is written, None for any other function."""
    node = function
    while node.parent and node.parent.type in ("parenthesized_expression", "unary_expression"):
        node = node.parent
    parent = node.parent
    if parent and parent.type == "member_expression" and property_name(parent) in ("call", "apply"):
        node, parent = parent, parent.parent
    if parent and parent.type == "call_expression" and parent.child_by_field_name("function") == node:
        return parent
    return None


def callback_of(function: SyntaxNode) -> SyntaxNode | None:
    """Return the call that a function is an argument of."""
    arguments = function.parent
    if arguments and arguments.type == "arguments" and arguments.parent:
        call = arguments.parent
        return call if function in arguments_of(call) else None
    return None


def _names_in(target: SyntaxNode | None) -> Iterator[tuple[SyntaxNode, str]]:
    """Yield the names of a pattern, each with the key that it is taken from; defaults don't count."""
    if target is None:
        return
    pending = [(target, "")]
    while pending:
        node, key = pending.pop()
        if node.type in ("identifier", "shorthand_property_identifier_pattern"):
            yield node, key or text_of(node)
        elif node.type == "pair_pattern":
            value = node.child_by_field_name("value")
            if value:
                pending.append((value, text_of(node.child_by_field_name("key"))))
        elif node.type in ("assignment_pattern", "object_assignment_pattern"):
            left = node.child_by_field_name("left")
            if left:
                pending.append((left, ""))
        elif node.type in ("object_pattern", "array_pattern", "rest_pattern", "formal_parameters"):
            pending.extend((child, "") for child in node.named_children)


def mentions(root: SyntaxNode | None, *names: str) -> bool:
    """Return whether one of these names is used anywhere in a piece of code, as a variable or a member."""
    if root is None:
        return False
    types = ("identifier", "property_identifier", "shorthand_property_identifier", "string_fragment")
    return any(text_of(node) in names for node in nodes_below(root, *types))


@cache
def _declarations() -> Query:
    scopes = " ".join(f"({type}) @scope" for type in (*FUNCTIONS, *_BLOCKS, "class_declaration"))
    return javascript_query(
        f"""(variable_declaration (variable_declarator) @var)
        (lexical_declaration (variable_declarator) @let)
        (import_specifier) @import (import_clause) @import (namespace_import) @import
        (assignment_expression left: (_) @assigned)
        (augmented_assignment_expression left: (_) @assigned)
        (update_expression argument: (identifier) @assigned)
        {scopes}"""
    )
