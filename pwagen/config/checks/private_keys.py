"""Private keys in a config: refused wherever they are, since what is made of it gets published."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress

from pwagen.binding.invalid_value import InvalidValue
from pwagen.binding.node import Mapping, Node, Scalar, Sequence
from pwagen.binding.problem_report import ProblemReport
from pwagen.binding.words import shorten, snake_case
from pwagen.concealment import is_canonical, looks_random
from pwagen.keys import base64url
from pwagen.keys.key_format import UNKNOWN, KeyFormat, identify, identify_mapping
from pwagen.keys.key_search import KeySearch

SHORTEST_KEY = 39
# 32 bytes in base64, in either alphabet, by themselves: not the end of a hash or of a token with dots in it.
_RAW = r"(?<![A-Za-z0-9+/_.-])(?:[A-Za-z0-9_-]{43}|[A-Za-z0-9+/]{43})(?![A-Za-z0-9+/_-])"
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
    _look(root, "", report, secret, set(), KeySearch(_public_key(root)))
    return secret


def _public_key(root: Node) -> str | None:
    """Return what `push.vapid_public_key` holds, in whatever form it's written."""
    node: Node | None = root
    for name in ("push", "vapid_public_key"):
        members = node.items if isinstance(node, Mapping) else ()
        node = next((value for key, value in members if snake_case(key.text[:SHORTEST_KEY]) == name), None)
    return identify(node.text).public_key if isinstance(node, Scalar) else None


def _look(
    node: Node, key: str, report: ProblemReport, secret: set[int], seen: set[int], search: KeySearch
) -> None:
    if id(node) in seen:
        return
    seen.add(id(node))
    private_key = _private_key(key, node, search)
    if private_key:
        secret.add(id(node))
        problem = private_key_problem(private_key)
        report.error(
            node.place, f"{shorten(key)} {problem.message}" if key else f"this {problem.message}", problem.fix
        )
    elif isinstance(node, Mapping):
        for name, value in node.items:
            _look(name, "", report, secret, seen, search)
            _look(value, name.text, report, secret, seen, search)
    elif isinstance(node, Sequence):
        for item in node.items:
            _look(item, "", report, secret, seen, search)


def _private_key(key: str, node: Node, search: KeySearch) -> KeyFormat | None:
    name = snake_case(key) if len(key) < SHORTEST_KEY else ""
    if isinstance(node, Scalar):
        for text in _texts(node.text) if len(node.text) >= SHORTEST_KEY else ():
            if found := _in_text(text, name, search):
                return found
        named = name.endswith(("private_key", "privatekey")) and node.text
        return KeyFormat("named", "a private key by its name", private=True) if named else None
    if isinstance(node, Mapping):
        texts = {key.text: value.text for key, value in node.items if isinstance(value, Scalar)}
        format = identify_mapping(texts) if "kty" in texts else UNKNOWN
        return format if format.private else None
    return None


def _texts(text: str) -> Iterator[str]:
    """Yield a text and, of a data: URL, what is in it."""
    yield text
    if match := re.match(r"(?i)\s*data:[^,]*?(;base64)?,(.*)", text, re.DOTALL):
        yield match[2]
        if match[1]:
            with suppress(ValueError):
                yield base64url.decode(match[2]).decode("latin-1")


def _in_text(text: str, name: str, search: KeySearch) -> KeyFormat | None:
    """Return the private key that a text is, or has somewhere in it."""
    found = identify(text)
    if found.private and _is_meant(found, name, text):
        return found
    content = text.encode("utf-8", "replace")
    beside = (KeySearch(match[0]) for match in re.finditer(r"\bB[A-Za-z0-9_-]{86}\b", text))
    kind = next((kind for one in (search, *beside) if (kind := one.find(content))), None)
    if kind is None and any(looks_random(run) and is_canonical(run) for run in re.findall(_RAW, text)):
        kind = "or holds a raw private key"
    return KeyFormat("text", kind, private=True) if kind else None


def _is_meant(found: KeyFormat, name: str, text: str) -> bool:
    """Return whether bytes that could be any bytes are probably a key: by the name or by looking random."""
    if found.kind == "hex" and found.private_key_bytes is None:
        return False
    if found.private_key_bytes is None or found.kind.startswith(("pem", "der", "jwk", "json")):
        return True
    if "key" in name or "secret" in name:
        return True
    compact = "".join(text.split())
    # A sentence has more than one space; a key has one where its line was broken.
    return (
        found.kind != "hex"
        and len(text.split()) <= 2
        and any(looks_random(run) and is_canonical(run) for run in re.findall(_RAW, compact))
    )
