"""Values as YAML text, safe for anything that a site may be called."""

from __future__ import annotations

import re
from typing import Any

# Plain text that no YAML reader takes for something else; everything else is quoted.
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:[ ./-][A-Za-z0-9_]+)*/?")
_NOT_TEXT = frozenset(["true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf"])
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
# Everything that the YAML 1.1 specification does not count as printable, and its line breaks
# (https://yaml.org/spec/1.1/#c-printable); the byte order mark would be dropped by some readers.
_UNPRINTABLE = re.compile(
    '[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]|[\\\\"]'
)


def yaml_value(value: Any) -> str:
    """Return a JSON-like value on one line: texts plain or quoted, lists and mappings in flow style."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        members = (f"{yaml_text(str(key))}: {yaml_value(member)}" for key, member in value.items())
        return f"{{{', '.join(members)}}}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(yaml_value(member) for member in value)}]"
    return yaml_text(value) if isinstance(value, str) else repr(value)


def yaml_text(text: str) -> str:
    """Return a text as a YAML scalar that reads back as the same text."""
    if _PLAIN.fullmatch(text) and text.lower() not in _NOT_TEXT:
        return text
    return f'"{_UNPRINTABLE.sub(_escape, text)}"'


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    if character in _ESCAPES:
        return _ESCAPES[character]
    code = ord(character)
    if 0xD800 <= code <= 0xDFFF:
        return "\ufffd"  # half a character, from broken JSON: no file can hold it
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
