"""Private keys in a config: refused wherever they are, since what is made of it gets published."""

from __future__ import annotations

from itertools import pairwise

from pwagen.binding.invalid_value import InvalidValue
from pwagen.binding.node import Mapping, Node, Scalar, Sequence
from pwagen.binding.problem_report import ProblemReport
from pwagen.binding.words import shorten, snake_case
from pwagen.keys.key_format import UNKNOWN, KeyFormat, identify, identify_mapping

SHORTEST_KEY = 39
ADVICE = (
    "remove it, and if this file was ever published or committed, make a new pair with pwagen keys generate"
)


def private_key_problem(key: KeyFormat) -> InvalidValue:
    """Return what to say about a private key, without showing any of it."""
    instead = f' (the public key that belongs to it is "{key.public_key}")' if key.public_key else ""
    return InvalidValue(f"is {key.label}, which nobody else may see", ADVICE + instead)


def report_private_keys(root: Node, report: ProblemReport) -> set[int]:
    """Note every private key in the tree; return the ids of those nodes, which no other message may quote."""
    secret: set[int] = set()
    _look(root, "", report, secret, set())
    return secret


def _look(node: Node, key: str, report: ProblemReport, secret: set[int], seen: set[int]) -> None:
    if id(node) in seen:
        return
    seen.add(id(node))
    private_key = _private_key(key, node)
    if private_key:
        secret.add(id(node))
        problem = private_key_problem(private_key)
        report.error(
            node.place, f"{shorten(key)} {problem.message}" if key else f"this {problem.message}", problem.fix
        )
    elif isinstance(node, Mapping):
        for name, value in node.items:
            _look(name, "", report, secret, seen)
            _look(value, name.text, report, secret, seen)
    elif isinstance(node, Sequence):
        for item in node.items:
            _look(item, "", report, secret, seen)


def _private_key(key: str, node: Node) -> KeyFormat | None:
    name = snake_case(key) if len(key) < SHORTEST_KEY else ""
    if isinstance(node, Scalar):
        format = identify(node.text) if len(node.text) >= SHORTEST_KEY else UNKNOWN
        if format.private:
            return format if _is_meant(format, name, node.text) else None
        named = name.endswith(("private_key", "privatekey")) and node.text
        return KeyFormat("named", "a private key by its name", private=True) if named else None
    if isinstance(node, Mapping):
        texts = {key.text: value.text for key, value in node.items if isinstance(value, Scalar)}
        format = identify_mapping(texts) if "kty" in texts else UNKNOWN
        return format if format.private else None
    return None


def _is_meant(format: KeyFormat, name: str, text: str) -> bool:
    """Return whether bytes that could be any bytes are probably a key: by the name or by looking random."""
    if format.kind == "hex":
        return "key" in name or "secret" in name
    if format.kind != "private-base64url" and format.private_key_bytes is None:
        return True
    return len(text.strip()) > 50 or "key" in name or "secret" in name or _looks_random(text.strip())


def _looks_random(text: str) -> bool:
    """Return whether lower case, upper case and digits alternate as in random base64, not as in names."""
    classes = ["a" if c.islower() else "A" if c.isupper() else "0" if c.isdigit() else "-" for c in text]
    changes = sum(before != after for before, after in pairwise(classes))
    # Random text of 43 characters changes class 27 times on average; a name of words about 14 times.
    return len(set(classes)) > 2 and changes >= 19
