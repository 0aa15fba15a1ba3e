"""Where in the config a value is, as people name it: ``notifications.actions[later].title``."""

from __future__ import annotations

from collections.abc import Mapping as Dictionary

from pwagen.binding.node import Mapping, Node, Scalar
from pwagen.binding.words import shorten

Path = tuple[str | int, ...]
"""Keys and list indices from the top of the file."""

LABELS = ("action", "tag", "name", "label", "protocol", "match", "src", "origin", "platform", "url")


def crumb(path: Path, labels: Dictionary[Path, str]) -> str:
    """Return a path in words, its parts by their label if they have one; list entries else from 0."""
    text = ""
    for end, part in enumerate(path, 1):
        if isinstance(part, int):
            text += f"[{labels.get(path[:end], part)}]"
        else:
            text += ("." if text else "") + labels.get(path[:end], shorten(part, 40))
    return text


def label_of(node: Node) -> str:
    """Return what names a list entry, "" if nothing does."""
    if not isinstance(node, Mapping):
        return ""
    texts = {key.text: value.text for key, value in node.items if isinstance(value, Scalar)}
    return next((shorten(texts[key], 40) for key in LABELS if texts.get(key)), "")
